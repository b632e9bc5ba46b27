namespace PgHa.Tests;

public sealed class ReplicationLagsTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly PgInstance Server = new() { Name = "primary" };

    [Fact]
    public void A_distribution_interpolates_between_samples()
    {
        Assert.Equal("1/2.5/3.85/4", LagDistribution.Of([4, 1, 3, 2])!.ToString());
        Assert.Equal(new LagDistribution(7, 7, 7, 7), LagDistribution.Of([7]));
        Assert.Null(LagDistribution.Of([]));
    }

    [Fact]
    public void Rates_and_the_time_to_catch_up_are_those_of_the_whole_measurement()
    {
        ReplicationLag lag = Assert.Single(ReplicationLags.Of(
            [Sample(0, 1000, Standby("s1", 900)), Sample(1, 1300, Standby("s1", 950)), Sample(2, 1400, Standby("s1", 1100))]));

        Assert.Equal((3, 0, TimeSpan.FromSeconds(2)), (lag.Samples, lag.Missed, lag.Duration));
        Assert.Equal((200d, 100d), (lag.WalRate!.Value, lag.ReplayRate!.Value));
        Assert.Equal(TimeSpan.FromSeconds(3), lag.CatchUpTime);
        Assert.Equal(new LagDistribution(100, 300, 345, 350), lag.Bytes);
        Assert.Null(lag.Milliseconds);
    }

    [Theory]
    [InlineData(1000, 0)]
    [InlineData(900, null)]
    public void A_standby_that_has_all_needs_no_time_and_one_that_stands_still_never_catches_up(ulong replayed, int? seconds)
    {
        ReplicationLag lag = Assert.Single(
            ReplicationLags.Of([Sample(0, 1000, Standby("s1", replayed)), Sample(1, 1000, Standby("s1", replayed))]));

        Assert.Equal(seconds, (int?)lag.CatchUpTime?.TotalSeconds);
    }

    [Fact]
    public void The_time_is_zero_where_all_is_replayed_and_otherwise_the_servers()
    {
        ReplicationLag lag = Assert.Single(ReplicationLags.Of(
        [
            Sample(0, 1000, Standby("s1", 1000)),
            Sample(1, 1000, Standby("s1", 900) with { ReplayLag = TimeSpan.FromMilliseconds(8) }),
            Sample(2, 1000, Standby("s1", 900)),
        ]));

        Assert.Equal((0d, 4d, 8d), (lag.Milliseconds!.Minimum, lag.Milliseconds.Median, lag.Milliseconds.Maximum));
    }

    [Fact]
    public void A_standby_keeps_its_identity_when_it_reconnects_and_two_of_one_name_have_each_their_own()
    {
        IReadOnlyList<ReplicationLag> lags = ReplicationLags.Of(
        [
            Sample(
                0, 1000, Standby("s1", 1000) with { ProcessId = 1, BackendStart = Start },
                Standby("s1", 10) with { ProcessId = 2, BackendStart = Start.AddSeconds(-5) }),
            Sample(1, 1000, Standby("s1", 20) with { ProcessId = 2, BackendStart = Start.AddSeconds(-5) }),
            Sample(
                2, 1000, Standby("s1", 1000) with { ProcessId = 3, BackendStart = Start.AddSeconds(1) },
                Standby("s1", 30) with { ProcessId = 2, BackendStart = Start.AddSeconds(-5) }),
            Sample(3, 1000, Standby("backup", 0) with { State = "backup" }),
        ]);

        Assert.Equal([(3, 1, 990d), (2, 2, 0d)], lags.Select(lag => (lag.Samples, lag.Missed, lag.Bytes!.Maximum)));
    }

    [Fact]
    public void One_sample_has_no_rates()
    {
        ReplicationLag lag = Assert.Single(ReplicationLags.Of([Sample(0, 1000, Standby("s1", 900))]));

        Assert.Null(lag.WalRate);
        Assert.Null(lag.CatchUpTime);
        Assert.Equal("s1: 100 bytes to 100 bytes behind, 100 bytes in the median", lag.ToString());
    }

    private static ReplicationStatus Sample(int seconds, ulong position, params StandbyStatus[] standbys) => new()
    {
        Server = Server,
        Role = ServerRole.Primary,
        ObservedAt = Start.AddSeconds(seconds),
        CurrentLsn = new Lsn(position),
        Standbys = [.. standbys.Select(standby => standby with { UpstreamLsn = new Lsn(position) })],
    };

    private static StandbyStatus Standby(string name, ulong replayed) =>
        new() { Upstream = Server, ApplicationName = name, State = "streaming", ReplayedLsn = new Lsn(replayed) };
}
