namespace PgHa.Tests;

/// <summary>What the rules say; that servers give them what they need is tested on servers.</summary>
public sealed class LagDiagnosisTests
{
    private const long Megabyte = 1 << 20;
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly PgInstance Primary = new() { Name = "primary", Port = 5432 };
    private static readonly PgInstance Node = new() { Name = "node", Port = 5433 };

    [Theory]
    [InlineData(60, 60, 60, 60, ReplicationFindingCause.SendingSlow)]
    [InlineData(100, 50, 50, 50, ReplicationFindingCause.ReceivingSlow)]
    [InlineData(100, 99, 20, 20, ReplicationFindingCause.FlushingSlow)]
    [InlineData(100, 99, 90, 20, ReplicationFindingCause.ReplaySlow)]
    public void The_widest_gap_is_the_cause(long sent, long written, long flushed, long replayed, ReplicationFindingCause cause)
    {
        ReplicationFinding finding = Assert.Single(LagDiagnosis.Of(OfPrimary(Standby(100, sent, written, flushed, replayed))));

        Assert.Equal((cause, "s1"), (finding.Cause, finding.Subject));
    }

    [Fact]
    public void A_small_gap_is_said_when_it_is_old_and_not_before()
    {
        StandbyStatus standby = Standby(100, 100, 100, 100, 99);

        Assert.Empty(LagDiagnosis.Of(OfPrimary(standby with { ReplayLag = TimeSpan.FromSeconds(9) })));
        Assert.Equal(
            "standby 's1' is 1 MB behind, all of it flushed and not replayed by the standby: replay is slow, paused, "
            + "delayed or held up by queries",
            Assert.Single(LagDiagnosis.Of(OfPrimary(standby with { ReplayLag = TimeSpan.FromSeconds(10) }))).Text);
    }

    [Fact]
    public void A_base_backup_is_no_standby() =>
        Assert.Empty(LagDiagnosis.Of(OfPrimary(Standby(100, 1, 1, 1, 1) with { State = "backup" })));

    [Fact]
    public void A_standby_that_says_nothing_is_said_to_be_silent()
    {
        StandbyStatus standby = Standby(1, 1, 1, 1, 1) with { ReplyTime = Now.AddSeconds(-40), BackendStart = Now.AddHours(-1) };

        Assert.StartsWith(
            "standby 's1' has not replied for 40 s", Assert.Single(LagDiagnosis.Of(OfPrimary(standby))).Text, StringComparison.Ordinal);
        Assert.Empty(LagDiagnosis.Of(OfPrimary(standby with { BackendStart = Now.AddSeconds(-5) })));
    }

    [Theory]
    [InlineData("FIRST 1 (s1)", CommitLevel.On, null)]
    [InlineData("FIRST 1 (s2)", CommitLevel.On, "commits hang: 1 of 'FIRST 1 (s2)' must confirm and 0 can; not streaming: s2")]
    [InlineData("ANY 2 (s1, s2)", CommitLevel.RemoteApply, "commits hang: 2 of 'ANY 2 (s1, s2)' must confirm and 1 can; not streaming: s2")]
    [InlineData("FIRST 1 (s2)", CommitLevel.Local, null)]
    public void Commits_that_would_hang_are_the_first_thing_said(string names, CommitLevel level, string? text)
    {
        ReplicationStatus status = OfPrimary(Standby(1, 1, 1, 1, 1)) with
        {
            SynchronousStandbyNames = SynchronousStandbyNames.Parse(names),
            SynchronousCommit = level
        };

        Assert.Equal(text, LagDiagnosis.Of(status) is [{ } first, ..] ? first.Text : null);
    }

    [Theory]
    [InlineData(false, 20, null, null, ReplicationFindingCause.SlotUnused)]
    [InlineData(false, 20, SlotWalStatus.Unreserved, null, ReplicationFindingCause.SlotInDanger)]
    [InlineData(false, 20, SlotWalStatus.Lost, null, ReplicationFindingCause.SlotLost)]
    [InlineData(false, 20, SlotWalStatus.Reserved, "idle_timeout", ReplicationFindingCause.SlotLost)]
    [InlineData(false, 1, SlotWalStatus.Reserved, null, null)]
    [InlineData(true, 20, SlotWalStatus.Extended, null, null)]
    public void A_slot_says_what_it_costs(
        bool isActive, long megabytes, SlotWalStatus? walStatus, string? invalidated, ReplicationFindingCause? cause)
    {
        var slot = new ReplicationSlot
        {
            Server = Primary,
            Name = "slot",
            Type = ReplicationSlotType.Physical,
            IsActive = isActive,
            RestartLsn = new Lsn(1),
            RetainedBytes = megabytes * Megabyte,
            WalStatus = walStatus,
            InvalidationReason = invalidated,
        };

        Assert.Equal(cause, LagDiagnosis.Of(OfPrimary() with { Slots = [slot] }) is [{ } first, ..] ? first.Cause : null);
    }

    [Fact]
    public void A_standby_that_does_not_stream_says_where_from()
    {
        ReplicationStatus status = OfStandby(new ReceiverStatus { HasUpstream = true, SenderHost = "db1" });
        Assert.Equal("node does not stream from db1:5432: see its log (Get-PgServerLog)", Assert.Single(LagDiagnosis.Of(status)).Text);

        status = OfStandby(new ReceiverStatus { HasUpstream = true, ConnectionString = "host=db1,db2 port=5433,5434 user=foo" });
        Assert.Equal(
            "node does not stream from db1:5433 or db2:5434: see its log (Get-PgServerLog)", Assert.Single(LagDiagnosis.Of(status)).Text);

        status = OfStandby(new ReceiverStatus { HasUpstream = true, SlotName = "gone" });
        Assert.Equal(
            "node cannot stream: there is no slot 'gone' on primary@127.0.0.1:5432",
            Assert.Single(LagDiagnosis.Of(status, OfPrimary())).Text);
    }

    [Fact]
    public void A_standby_on_an_archive_waits_when_it_is_a_file_behind()
    {
        ReplicationStatus status = OfStandby(
            new ReceiverStatus { HasUpstream = false, HasRestoreCommand = true, WalFile = "00000001000000000000000A" });

        Assert.Empty(LagDiagnosis.Of(status with { LagBytes = 15 * Megabyte }));
        Assert.Equal(
            "node waits for 00000001000000000000000A from its archive, 17 MB behind",
            Assert.Single(LagDiagnosis.Of(status with { LagBytes = 17 * Megabyte })).Text);
    }

    [Fact]
    public void Paused_delayed_and_slow_replay_are_told_apart()
    {
        var receiver = new ReceiverStatus { State = "streaming", SenderLsn = At(100), ReceivedLsn = At(100), ReplayedLsn = At(50) };

        Assert.Equal("node has its replay paused, 50 MB received and not replayed", Text(receiver with { IsReplayPaused = true }));
        Assert.Equal(
            "node replays 60 min late on purpose, 50 MB received and not replayed",
            Text(receiver with { ApplyDelay = TimeSpan.FromHours(1) }));
        Assert.Equal("node replays slowly, 50 MB received and not replayed", Text(receiver with { ApplyDelay = TimeSpan.Zero }));
        Assert.Equal("node receives slowly, 60 MB behind its upstream", Text(receiver with { SenderLsn = At(160), ReplayedLsn = At(100) }));
        static string Text(ReceiverStatus receiver) => Assert.Single(LagDiagnosis.Of(OfStandby(receiver))).Text;
    }

    private static Lsn At(long megabytes) => Lsn.Zero + (megabytes * Megabyte);

    private static ReplicationStatus OfPrimary(params StandbyStatus[] standbys) =>
        new() { Server = Primary, Role = ServerRole.Primary, ObservedAt = Now, Standbys = standbys };

    private static ReplicationStatus OfStandby(ReceiverStatus receiver) =>
        new() { Server = Node, Role = ServerRole.Standby, ObservedAt = Now, Receiver = receiver };

    private static StandbyStatus Standby(long upstream, long sent, long written, long flushed, long replayed) => new()
    {
        Upstream = Primary,
        ApplicationName = "s1",
        State = "streaming",
        UpstreamLsn = At(upstream),
        SentLsn = At(sent),
        WrittenLsn = At(written),
        FlushedLsn = At(flushed),
        ReplayedLsn = At(replayed),
    };
}
