namespace PgHa.Tests;

public sealed class SynchronousReplicationStatusesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly PgInstance Primary = new() { Name = "primary", Port = 5432 };

    [Fact]
    public void Commits_that_wait_for_nobody_have_nothing_wrong()
    {
        SynchronousReplicationStatus status = Of("", CommitLevel.On, Standby("s1"));

        Assert.Equal((false, false, 0), (status.Waits, status.WouldHang, status.Count));
        Assert.Empty(status.Standbys);
        Assert.Empty(status.Findings);
        Assert.Equal("primary@127.0.0.1:5432: commits do not wait for standbys", status.ToString());
    }

    [Fact]
    public void Those_who_confirm_are_told_from_those_who_stand_by()
    {
        SynchronousReplicationStatus status = Of(
            "FIRST 1 (s1, s2)", CommitLevel.RemoteApply,
            Standby("other"), Standby("s2", SyncState.Potential, 2), Standby("s1", SyncState.Sync, 1));

        Assert.Equal(["s1", "s2"], status.Standbys.Select(standby => standby.ApplicationName));
        Assert.Equal(["s1"], status.Acknowledging.Select(standby => standby.ApplicationName));
        Assert.Equal((SyncMethod.First, 1, true, false), (status.Method, status.Count, status.Waits, status.WouldHang));
        Assert.Equal("", status.Diagnosis);
    }

    [Theory]
    [InlineData(CommitLevel.Off, false)]
    [InlineData(CommitLevel.Local, false)]
    [InlineData(CommitLevel.RemoteWrite, true)]
    [InlineData(CommitLevel.On, true)]
    [InlineData(CommitLevel.RemoteApply, true)]
    public void Whether_commits_hang_depends_on_the_level(CommitLevel level, bool hang)
    {
        SynchronousReplicationStatus status = Of("FIRST 1 (s1)", level);

        Assert.Equal((hang, hang), (status.Waits, status.WouldHang));
        Assert.Equal(hang, Causes(status).Contains(ReplicationFindingCause.CommitsHang));
        Assert.Equal(!hang, Causes(status).Contains(ReplicationFindingCause.CommitsDoNotWait));
    }

    [Fact]
    public void A_name_that_no_standby_has_is_said_beside_those_there_are()
    {
        SynchronousReplicationStatus status = Of("FIRST 1 (s1)", CommitLevel.On, Standby("walreceiver"));

        Assert.Equal(
            "commits hang: 1 of 'FIRST 1 (s1)' must confirm and 0 can; not streaming: s1; no standby has the application name 's1': "
            + "connected are 'walreceiver'",
            status.Diagnosis);
    }

    [Fact]
    public void Without_any_standby_the_wildcard_names_nobody() =>
        Assert.Equal("no standby is connected", Of("*", CommitLevel.On).Findings[^1].Text);

    [Fact]
    public void A_standby_of_a_standby_never_confirms()
    {
        var middle = new ReplicationStatus
        {
            Server = new PgInstance { Name = "node23" },
            Role = ServerRole.Standby,
            Standbys = [Standby("node24")]
        };

        SynchronousReplicationStatus status = SynchronousReplicationStatuses.Of(
            OfPrimary("FIRST 1 (node24)", CommitLevel.On, Standby("node23")), [middle]);

        Assert.Equal([ReplicationFindingCause.CommitsHang, ReplicationFindingCause.SyncStandbyCascaded], Causes(status));
        Assert.Equal("'node24' streams from node23: the standby of a standby never confirms a commit", status.Findings[1].Text);
        Assert.Equal(
            ReplicationFindingCause.SyncStandbyMissing,
            SynchronousReplicationStatuses.Of(
                OfPrimary("FIRST 1 (node24)", CommitLevel.On) with { SystemIdentifier = new SystemIdentifier(1) },
                [middle with { SystemIdentifier = new SystemIdentifier(2) }]).Findings[1].Cause);
    }

    [Theory]
    [InlineData("catchup", true, "'s1' is connected and does not stream yet (catchup): it counts when it has caught up")]
    [InlineData("backup", false, "'s1' is a base backup, not a standby")]
    [InlineData("streaming", false, "'s1' streams and does not say what it has flushed, as pg_receivewal does without --synchronous")]
    public void One_that_is_connected_and_does_not_confirm_is_explained(string state, bool hasFlushed, string text)
    {
        SynchronousReplicationStatus status = Of(
            "s1", CommitLevel.On, Standby("s1") with { State = state, FlushedLsn = hasFlushed ? new Lsn(1) : null });

        Assert.True(status.WouldHang);
        Assert.Equal((ReplicationFindingCause.SyncStandbyNotReady, text), (status.Findings[^1].Cause, status.Findings[^1].Text));
    }

    [Fact]
    public void More_than_are_listed_can_never_confirm()
    {
        SynchronousReplicationStatus status = Of(
            "ANY 3 (s1, s2)", CommitLevel.On, Standby("s1", SyncState.Quorum, 1), Standby("s2", SyncState.Quorum, 1));

        Assert.True(status.WouldHang);
        Assert.Equal("'ANY 3 (s1, s2)' waits for 3 standbys and lists 2", status.Findings[^1].Text);
        Assert.DoesNotContain(ReplicationFindingCause.SyncCountTooHigh, Causes(Of("FIRST 3 (*)", CommitLevel.On)));
    }

    [Fact]
    public void Two_of_one_name_count_twice_and_are_said_to_be_two()
    {
        SynchronousReplicationStatus status = Of(
            "FIRST 2 (s1, s2)", CommitLevel.On, Standby("s1", SyncState.Sync, 1), Standby("s1", SyncState.Sync, 1));

        Assert.False(status.WouldHang);
        Assert.Equal([ReplicationFindingCause.DuplicateApplicationName, ReplicationFindingCause.SyncStandbyMissing], Causes(status));
    }

    [Fact]
    public void A_silent_one_counts_for_the_server_and_is_said_to_be_silent()
    {
        SynchronousReplicationStatus status = Of(
            "s1", CommitLevel.On,
            Standby("s1", SyncState.Sync, 1) with { ReplyTime = Now.AddSeconds(-40), BackendStart = Now.AddHours(-1) });

        Assert.False(status.WouldHang);
        Assert.Equal([ReplicationFindingCause.StandbySilent], Causes(status));
    }

    [Theory]
    [InlineData(
        "FIRST 1 (s1)", null, "'s1' is connected, and role 'postgres' may not see whether it confirms commits: a member of pg_monitor may")]
    [InlineData("FIRST 2 (s1)", true, "commits hang: 2 of 'FIRST 2 (s1)' must confirm and 0 can")]
    public void What_a_role_may_not_see_is_not_taken_for_no(string names, bool? hangs, string text)
    {
        StandbyStatus hidden = new() { Upstream = Primary, ApplicationName = "s1" };
        SynchronousReplicationStatus status = Of(names, CommitLevel.On, hidden);

        Assert.Equal((null, null, null, null), (hidden.IsStreaming, hidden.IsSynchronous, hidden.SyncState, hidden.SyncPriority));
        Assert.Equal("s1 (unknown, unknown behind)", hidden.ToString());
        Assert.Equal(hangs, status.WouldHang);
        Assert.Equal(hangs == true, Causes(status).Contains(ReplicationFindingCause.CommitsHang));
        Assert.Equal(text, status.Findings[0].Text);
    }

    private static SynchronousReplicationStatus Of(string names, CommitLevel level, params StandbyStatus[] standbys) =>
        SynchronousReplicationStatuses.Of(OfPrimary(names, level, standbys), []);

    private static ReplicationStatus OfPrimary(string names, CommitLevel level, params StandbyStatus[] standbys) => new()
    {
        Server = Primary,
        Role = ServerRole.Primary,
        ObservedAt = Now,
        SynchronousStandbyNames = SynchronousStandbyNames.Parse(names),
        SynchronousCommit = level,
        Standbys = standbys,
    };

    private static StandbyStatus Standby(string name, SyncState state = SyncState.Async, int priority = 0) => new()
    {
        Upstream = Primary,
        ApplicationName = name,
        State = "streaming",
        FlushedLsn = new Lsn(1),
        SyncState = state,
        SyncPriority = priority,
    };

    private static IEnumerable<ReplicationFindingCause> Causes(SynchronousReplicationStatus status) =>
        status.Findings.Select(finding => finding.Cause);
}
