using PgHa.Engine.Replication;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Replication;

public sealed class SynchronousReplicationTests
{
    private static CancellationToken Cancellation => ReplicationCluster.Cancellation;

    [Theory, MemberData(nameof(ReplicationCluster.Majors), MemberType = typeof(ReplicationCluster))]
    public async Task Commits_wait_for_a_streaming_standby_and_come_back(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major);
        await cluster.AddStandbyAsync("s1");

        SynchronousStandbyNames names = await EnableAsync(cluster, new SyncStandbyRequest("s1") { CommitLevel = CommitLevel.RemoteApply });

        Assert.Equal("FIRST 1 (s1)", names.ToString());
        // The moment it returns: a commit that hung would hit the time limit of the command.
        await CommitAsync(cluster);
        Assert.Equal(
            "sync remote_apply",
            await ReplicationCluster.SqlAsync<string>(
                cluster.Primary, "select sync_state || ' ' || current_setting('synchronous_commit') from pg_stat_replication"));

        Assert.Null(await SynchronousReplication.DisableAsync(cluster.Context, cluster.Primary, ["s1"], Cancellation));
        Assert.Equal("", await ReplicationCluster.SqlAsync<string>(cluster.Primary, "show synchronous_standby_names"));
    }

    [Fact]
    public async Task Standbys_are_added_to_those_that_are_listed_and_taken_out_one_by_one()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync();
        await cluster.AddStandbyAsync("s1");
        await cluster.AddStandbyAsync("s2");

        await EnableAsync(cluster, new SyncStandbyRequest("s1"));
        Assert.Equal("FIRST 1 (s1, s2)", (await EnableAsync(cluster, new SyncStandbyRequest("s2"))).ToString());
        Assert.Equal(
            "ANY 2 (s1, s2)", (await EnableAsync(cluster, new SyncStandbyRequest("S2") { Method = SyncMethod.Any, Count = 2 })).ToString());
        await CommitAsync(cluster);
        await EnableAsync(cluster, new SyncStandbyRequest("s1"));
        Assert.Contains(cluster.Log.Steps, step => step.Contains("already", StringComparison.Ordinal));

        Assert.Equal(
            "ANY 1 (s2)", (await SynchronousReplication.DisableAsync(cluster.Context, cluster.Primary, ["s1"], Cancellation))!.ToString());
        Assert.Equal(
            "ANY 1 (s2)", (await SynchronousReplication.DisableAsync(cluster.Context, cluster.Primary, ["s1"], Cancellation))!.ToString());
        Assert.Null(await SynchronousReplication.DisableAsync(cluster.Context, cluster.Primary, [], Cancellation));
    }

    [Fact]
    public async Task A_standby_that_commits_would_hang_for_is_refused()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync();
        PgInstance s1 = await cluster.AddStandbyAsync("s1");
        await cluster.AddStandbyAsync("cascaded", upstream: s1);

        Assert.Equal("StandbyNotStreaming", await FailureAsync(cluster, cluster.Primary, new SyncStandbyRequest("absent")));
        Assert.Equal("StandbyNotStreaming", await FailureAsync(cluster, cluster.Primary, new SyncStandbyRequest("cascaded")));
        Assert.Equal("SyncCountTooHigh", await FailureAsync(cluster, cluster.Primary, new SyncStandbyRequest("s1") { Count = 2 }));
        Assert.Equal("TooFewSyncStandbys", await FailureAsync(cluster, cluster.Primary, new SyncStandbyRequest("s1", "*") { Count = 2 }));
        Assert.Equal("ServerIsStandby", await FailureAsync(cluster, s1, new SyncStandbyRequest("s1")));
        Assert.Equal("", await ReplicationCluster.SqlAsync<string>(cluster.Primary, "show synchronous_standby_names"));

        await EnableAsync(cluster, new SyncStandbyRequest("absent") { EvenIfCommitsHang = true });
        Assert.Contains(cluster.Log.Warnings, warning => warning.Contains("commits hang", StringComparison.Ordinal));
        // Nothing PgHa does here commits, so that it gets out of this by itself.
        await SynchronousReplication.DisableAsync(cluster.Context, cluster.Primary, ["absent"], Cancellation);
        await CommitAsync(cluster);
    }

    [Fact]
    public async Task Two_standbys_of_one_name_are_warned_of()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync();
        await cluster.AddStandbyAsync("s1");
        await cluster.AddStandbyAsync("other", applicationName: "s1");

        await EnableAsync(cluster, new SyncStandbyRequest("s1"));

        Assert.Contains(cluster.Log.Warnings, warning => warning.StartsWith("DuplicateApplicationName", StringComparison.Ordinal));
        ReplicationStatus status = (await ReplicationStatusReader.ReadAsync(cluster.Context, [cluster.Primary], Cancellation))[0].Status!;
        Assert.Contains(status.Findings, finding => finding.Cause == ReplicationFindingCause.DuplicateApplicationName);
    }

    [Fact]
    public async Task What_does_not_take_effect_is_undone()
    {
        // An archive of settings that ALTER SYSTEM cannot win against: the server's command line.
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync();
        await cluster.AddStandbyAsync("s1");
        await cluster.StopAsync(cluster.Primary);
        await cluster.StartAsync(cluster.Primary, "-c synchronous_standby_names=");
        await ReplicationCluster.UntilAsync(cluster.Primary, "select count(*) = 1 from pg_stat_replication where state = 'streaming'");
        var impatient = new EngineContext(cluster.Log) { Timeout = TimeSpan.FromSeconds(1) };

        PgHaException failure = await Assert.ThrowsAsync<PgHaException>(() =>
            SynchronousReplication.EnableAsync(impatient, cluster.Primary, new SyncStandbyRequest("s1"), Cancellation));

        Assert.Equal("SyncStandbysNotEffective", failure.ErrorId);
        Assert.DoesNotContain(
            "synchronous_standby_names",
            await File.ReadAllTextAsync(cluster.DirectoryOf(cluster.Primary) + "/postgresql.auto.conf"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_undone_by_a_role_that_may_not_see_where_a_value_is_from_is_not_lost()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync();
        await cluster.AddStandbyAsync("s1");
        foreach (string sql in new[]
        {
            // A commit after the last of these would hang.
            "create role plain login", "alter role plain set synchronous_commit = local",
            "grant alter system on parameter synchronous_standby_names, synchronous_commit to plain",
            "grant execute on function pg_reload_conf() to plain",
            "alter system set synchronous_standby_names = 'before'", "select pg_reload_conf()",
        })
            await ReplicationCluster.SqlAsync<object>(cluster.Primary, sql);
        await ReplicationCluster.UntilAsync(cluster.Primary, "select current_setting('synchronous_standby_names') = 'before'");
        var impatient = new EngineContext(cluster.Log) { Timeout = TimeSpan.FromSeconds(1) };
        var request = new SyncStandbyRequest("s1") { EvenIfCommitsHang = true, CommitLevel = CommitLevel.RemoteApply };
        PgInstance plain = cluster.Primary with { UserName = "plain" };
        PgHaException refused = await TestCluster.FailsAsync(
            "StandbyNotStreaming", () => SynchronousReplication.EnableAsync(impatient, plain, new SyncStandbyRequest("s1"), Cancellation));
        Assert.Contains("Whether 's1' streams", refused.Message, StringComparison.Ordinal);

        PgHaException failure = await Assert.ThrowsAsync<PgHaException>(() =>
            SynchronousReplication.EnableAsync(impatient, plain, request, Cancellation));

        Assert.Equal("SyncStandbysNotEffective", failure.ErrorId);
        string settings = await File.ReadAllTextAsync(cluster.DirectoryOf(cluster.Primary) + "/postgresql.auto.conf", Cancellation);
        Assert.Contains("synchronous_standby_names = 'before'", settings, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_commit_that_hangs_for_a_vanished_standby_is_diagnosed_and_released()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync();
        PgInstance standby = await cluster.AddStandbyAsync("s1");
        await EnableAsync(cluster, new SyncStandbyRequest("s1"));
        await cluster.StopAsync(standby);
        await ReplicationCluster.UntilAsync(cluster.Primary, "select not exists (select from pg_stat_replication)");

        Task<object> hanging = CommitAsync(cluster);
        await ReplicationCluster.UntilAsync(cluster.Primary, "select exists (select from pg_stat_activity where wait_event = 'SyncRep')");

        ReplicationStatus status = (await ReplicationStatusReader.ReadAsync(cluster.Context, [cluster.Primary], Cancellation))[0].Status!;
        ReplicationFinding finding = status.Findings[0];
        Assert.Equal(
            (ReplicationFindingCause.CommitsHang, "commits hang: 1 of 'FIRST 1 (s1)' must confirm and 0 can; not streaming: s1"),
            (finding.Cause, finding.Text));
        Assert.False(hanging.IsCompleted);
        SynchronousReplicationStatus commits = Assert.Single(
            await SynchronousReplicationReader.ReadAsync(cluster.Context, [cluster.Primary], Cancellation)).Status!;
        Assert.True(commits.WouldHang);
        Assert.Equal("no standby has the application name 's1': none is connected", commits.Findings[1].Text);

        await SynchronousReplication.DisableAsync(cluster.Context, cluster.Primary, [], Cancellation);
        await hanging.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
    }

    [Fact]
    public async Task A_commit_that_waits_is_let_go_at_once_by_a_standby_that_comes_to_count()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync();
        PgInstance s1 = await cluster.AddStandbyAsync("s1");
        await cluster.AddStandbyAsync("s2");
        await EnableAsync(cluster, new SyncStandbyRequest("s1"));
        await cluster.StopAsync(s1);
        Task<object> waiting = CommitAsync(cluster);
        await ReplicationCluster.UntilAsync(cluster.Primary, "select exists (select from pg_stat_activity where wait_event = 'SyncRep')");
        // From then on it has nothing to report for wal_receiver_status_interval, 10 s.
        await ReplicationCluster.UntilAsync(
            cluster.Primary, "select replay_lsn = pg_current_wal_lsn() from pg_stat_replication where application_name = 's2'");

        await EnableAsync(cluster, new SyncStandbyRequest("s2"));

        await waiting.WaitAsync(TimeSpan.FromSeconds(8), Cancellation);
    }

    [Theory, MemberData(nameof(ReplicationCluster.Majors), MemberType = typeof(ReplicationCluster))]
    public async Task Why_a_listed_standby_does_not_confirm_is_asked_of_all_servers(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major);
        PgInstance s1 = await cluster.AddStandbyAsync("s1");
        PgInstance cascaded = await cluster.AddStandbyAsync("cascaded", upstream: s1);
        await EnableAsync(cluster, new SyncStandbyRequest("s1", "cascaded", "absent") { Count = 2, EvenIfCommitsHang = true });

        SynchronousReplicationAnswer alone = Assert.Single(
            await SynchronousReplicationReader.ReadAsync(cluster.Context, [cluster.Primary], Cancellation));
        SynchronousReplicationAnswer together = Assert.Single(
            await SynchronousReplicationReader.ReadAsync(cluster.Context, [cascaded, s1, cluster.Primary], Cancellation));

        Assert.True(together.Status!.WouldHang);
        Assert.Equal(
            [ReplicationFindingCause.CommitsHang, ReplicationFindingCause.SyncStandbyMissing, ReplicationFindingCause.SyncStandbyMissing],
            alone.Status!.Findings.Select(finding => finding.Cause));
        Assert.Equal(
            [(ReplicationFindingCause.SyncStandbyMissing, "absent"), (ReplicationFindingCause.SyncStandbyCascaded, "cascaded")],
            together.Status.Findings.Skip(1).Select(finding => (finding.Cause, finding.Subject)));

        SynchronousReplicationAnswer[] standbys =
        [
            .. await SynchronousReplicationReader.ReadAsync(cluster.Context, [s1, cascaded], Cancellation)
        ];
        Assert.Equal(["ServerIsStandby", "ServerIsStandby"], standbys.Select(answer => answer.Failure!.ErrorId));
    }

    private static Task<SynchronousStandbyNames> EnableAsync(ReplicationCluster cluster, SyncStandbyRequest request) =>
        SynchronousReplication.EnableAsync(cluster.Context, cluster.Primary, request, Cancellation);

    private static async Task<string> FailureAsync(ReplicationCluster cluster, PgInstance instance, SyncStandbyRequest request) =>
        (await Assert.ThrowsAsync<PgHaException>(
            () => SynchronousReplication.EnableAsync(cluster.Context, instance, request, Cancellation))).ErrorId;

    private static Task<object> CommitAsync(ReplicationCluster cluster) =>
        ReplicationCluster.SqlAsync<object>(cluster.Primary, $"create table t{Guid.NewGuid():N} ()", TimeSpan.FromSeconds(30));
}
