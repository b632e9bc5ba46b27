namespace PgHa.Tests;

/// <summary>What servers say about each other.</summary>
public sealed class ReplicationStatusesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly PgInstance Primary = new() { Name = "primary", Host = "localhost", Port = 5432 };
    private static readonly PgInstance Node = new() { Name = "node", Port = 5433 };

    [Fact]
    public void A_standbys_upstream_is_found_by_its_address_whatever_it_calls_this_machine()
    {
        ReplicationStatus standby = OfStandby(
            new ReceiverStatus { State = "streaming", SenderHost = "/var/run/postgresql", SenderPort = 5432 });

        Assert.Equal(Primary, Relate(standby, OfPrimary())[0].Upstream);
        Assert.Null(Relate(standby with { Receiver = standby.Receiver! with { SenderHost = "db1" } }, OfPrimary())[0].Upstream);
        Assert.Null(Relate(standby, OfPrimary() with { SystemIdentifier = new SystemIdentifier(2) })[0].Upstream);
    }

    [Fact]
    public void The_lag_is_measured_against_the_primary_and_never_negative()
    {
        ReplicationStatus standby = OfStandby(
            new ReceiverStatus { State = "streaming", SenderLsn = new Lsn(120), ReceivedLsn = new Lsn(110) });

        Assert.Equal(50, Relate(standby, OfPrimary())[0].LagBytes);
        Assert.Equal(20, Relate(standby)[0].LagBytes);
        Assert.Equal(
            (0L, TimeSpan.Zero),
            (Relate(standby with { CurrentLsn = new Lsn(200) }, OfPrimary())[0].LagBytes!.Value,
                Relate(standby with { CurrentLsn = new Lsn(200) }, OfPrimary())[0].LagTime));
    }

    [Fact]
    public void What_there_is_to_come_is_not_known_of_a_standby_that_is_asked_alone_and_does_not_stream()
    {
        ReplicationStatus status = Relate(OfStandby(new ReceiverStatus { SenderLsn = new Lsn(500), ReceivedLsn = new Lsn(100) }))[0];

        Assert.Null(status.LagBytes);
        Assert.Null(status.LagTime);
    }

    [Fact]
    public void The_age_of_what_is_not_replayed_is_the_upstreams_figure_unless_replay_is_held_back()
    {
        var receiver = new ReceiverStatus
        {
            State = "streaming",
            ReceivedLsn = new Lsn(150),
            ReplayedLsn = new Lsn(100),
            LastReplayedCommit = Now.AddHours(-1)
        };
        ReplicationStatus primary = OfPrimary(Row() with { ReplayLag = TimeSpan.FromSeconds(2) });

        Assert.Equal(TimeSpan.FromSeconds(2), Relate(OfStandby(receiver), primary)[0].LagTime);
        Assert.Equal(TimeSpan.FromHours(1), Relate(OfStandby(receiver with { IsReplayPaused = true }), primary)[0].LagTime);
        Assert.Equal(TimeSpan.FromHours(1), Relate(OfStandby(receiver))[0].LagTime);
    }

    [Fact]
    public void A_standby_without_sql_is_what_its_upstream_says()
    {
        var cold = new ReplicationStatus { Server = Node, Role = ServerRole.Standby, State = ServerState.StandbyWithoutSql };

        ReplicationStatus status = Relate(cold, OfPrimary(Row()))[0];

        Assert.Equal(
            (new Lsn(100), new TimelineId(3), 50L, Primary),
            (status.CurrentLsn, status.Timeline!.Value, status.LagBytes!.Value, status.Upstream));
        Assert.Equal(("streaming", new Lsn(140), "slot"), (status.Receiver!.State, status.Receiver.ReceivedLsn, status.Receiver.SlotName));
        Assert.Null(Relate(cold, OfPrimary(Row() with { ApplicationName = "another" }))[0].Upstream);
    }

    [Fact]
    public void With_two_primaries_the_lag_is_what_the_standby_itself_knows()
    {
        ReplicationStatus standby = OfStandby(new ReceiverStatus { State = "streaming", ReceivedLsn = new Lsn(110) });
        ReplicationStatus other = OfPrimary() with { Server = Primary with { Name = "another", Port = 9999 }, CurrentLsn = new Lsn(9000) };

        Assert.Equal(10, Relate(standby, OfPrimary(), other)[0].LagBytes);
    }

    private static IReadOnlyList<ReplicationStatus> Relate(params ReplicationStatus[] statuses) => ReplicationStatuses.Relate(statuses);

    private static ReplicationStatus OfPrimary(params StandbyStatus[] standbys) => new()
    {
        Server = Primary,
        Role = ServerRole.Primary,
        SystemIdentifier = new SystemIdentifier(1),
        Timeline = new TimelineId(3),
        CurrentLsn = new Lsn(150),
        ObservedAt = Now,
        Standbys = standbys,
    };

    private static ReplicationStatus OfStandby(ReceiverStatus receiver) => new()
    {
        Server = Node,
        Role = ServerRole.Standby,
        SystemIdentifier = new SystemIdentifier(1),
        CurrentLsn = new Lsn(100),
        ObservedAt = Now,
        Receiver = receiver,
    };

    private static StandbyStatus Row() => new()
    {
        Upstream = Primary,
        ApplicationName = "node",
        State = "streaming",
        SlotName = "slot",
        UpstreamLsn = new Lsn(150),
        SentLsn = new Lsn(150),
        WrittenLsn = new Lsn(145),
        FlushedLsn = new Lsn(140),
        ReplayedLsn = new Lsn(100),
    };
}
