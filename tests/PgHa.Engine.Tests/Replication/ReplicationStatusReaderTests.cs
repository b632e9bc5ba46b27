using System.Text.RegularExpressions;
using PgHa.Engine.Replication;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Replication;

/// <summary>The status against what the servers' own views say.</summary>
public sealed class ReplicationStatusReaderTests
{
    private static CancellationToken Cancellation => ReplicationCluster.Cancellation;

    [Theory, MemberData(nameof(ReplicationCluster.Majors), MemberType = typeof(ReplicationCluster))]
    public async Task The_status_is_what_the_views_say(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major);
        await ReplicationSlots.CreatePhysicalAsync(cluster.Context, cluster.Primary, "slot_of_a", reserveWal: false, Cancellation);
        PgInstance a = await cluster.AddStandbyAsync("node_a", slot: "slot_of_a");
        PgInstance b = await cluster.AddStandbyAsync("node_b", upstream: a);
        await cluster.WriteWalAsync(1);
        await SettleAsync(cluster.Primary, a, b);

        ReplicationStatus[] statuses = await ReadAsync(cluster, cluster.Primary, a, b);

        Assert.Equal(["primary", "node_a", "node_b"], statuses.Select(status => status.Server.Name));
        (ReplicationStatus primary, ReplicationStatus first, ReplicationStatus second) = (statuses[0], statuses[1], statuses[2]);
        Assert.All(
            statuses,
            status => Assert.Equal(
                (ServerState.Running, "", primary.SystemIdentifier, new TimelineId(1), primary.CurrentLsn),
                (status.State, status.Diagnosis, status.SystemIdentifier, status.Timeline!.Value, status.CurrentLsn)));
        Assert.Equal(
            await ReplicationCluster.SqlAsync<string>(cluster.Primary, "select system_identifier::text from pg_control_system()"),
            primary.SystemIdentifier.ToString());
        Assert.Equal((ServerRole.Primary, null, null), (primary.Role, primary.LagBytes, primary.Receiver));

        StandbyStatus row = Assert.Single(primary.Standbys);
        string suffix = major >= 10 ? "lsn" : "location";
        string seen = await ReplicationCluster.SqlAsync<string>(cluster.Primary, $"""
            select concat_ws(' ', pid, usename, application_name, host(client_addr), client_port, state, sync_state, sync_priority,
                sent_{suffix}, write_{suffix}, flush_{suffix}, replay_{suffix}) from pg_stat_replication
            """);
        // 19 pads positions with zeros.
        Assert.Equal(
            Regex.Replace(seen, "/0+(?=.)", "/"),
            string.Join(
                ' ', row.ProcessId, row.UserName, row.ApplicationName, row.Address, row.Port, row.State,
                row.SyncState?.ToString().ToLowerInvariant(), row.SyncPriority, row.SentLsn, row.WrittenLsn, row.FlushedLsn,
                row.ReplayedLsn));
        Assert.Equal(("slot_of_a", 0L), (row.SlotName, row.LagBytes));
        Assert.Equal("slot_of_a", Assert.Single(primary.Slots).Name);

        Assert.Equal((ServerRole.Standby, 0L, TimeSpan.Zero, cluster.Primary), (first.Role, first.LagBytes, first.LagTime, first.Upstream));
        ReceiverStatus receiver = first.Receiver!;
        Assert.Equal(
            ("streaming", "slot_of_a", false, true), (receiver.State, receiver.SlotName, receiver.IsReplayPaused, receiver.HasUpstream));
        Assert.Equal(await ReplicationCluster.SqlAsync<int>(a, "select pid from pg_stat_wal_receiver"), receiver.ProcessId);
        Assert.Equal((primary.CurrentLsn, primary.CurrentLsn), (receiver.ReceivedLsn, receiver.ReplayedLsn));
        Assert.Contains("application_name=node_a", receiver.ConnectionString, StringComparison.Ordinal);
        Assert.Equal(("127.0.0.1", cluster.Primary.Port), (receiver.SenderHost, receiver.SenderPort));

        Assert.Equal("node_b", Assert.Single(first.Standbys).ApplicationName);
        Assert.Equal((0L, a), (second.LagBytes, second.Upstream));
    }

    [Fact]
    public async Task A_server_that_is_down_is_a_failure_that_names_it_and_spoils_nobody_elses_answer()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync();
        var absent = new PgInstance { Name = "absent", Port = 1 };

        IReadOnlyList<ReplicationStatusAnswer> answers = await ReplicationStatusReader.ReadAsync(
            cluster.Context, [absent, cluster.Primary, absent], Cancellation);

        Assert.Equal([absent, cluster.Primary, absent], answers.Select(answer => answer.Instance));
        Assert.Equal(("ServerUnreachable", "absent@127.0.0.1:1"), (answers[0].Failure!.ErrorId, answers[0].Failure!.Server));
        Assert.Equal(ServerRole.Primary, answers[1].Status!.Role);
        Assert.NotNull(answers[2].Failure);
    }

    [Theory, MemberData(nameof(ReplicationCluster.Majors), MemberType = typeof(ReplicationCluster))]
    public async Task A_role_without_privileges_is_told_what_it_may_see_and_nothing_wrong(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major);
        PgInstance standby = await cluster.AddStandbyAsync("node");
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "create role plain login");
        await ReplicationCluster.UntilAsync(standby, "select exists (select from pg_roles where rolname = 'plain')");

        // With the data directory known, the session looks whether the server is the one that runs on it.
        ReplicationStatus[] statuses = await ReadAsync(
            cluster, cluster.WithHost(standby) with { UserName = "plain" }, cluster.WithHost(cluster.Primary) with { UserName = "plain" });

        Assert.Equal([ServerRole.Standby, ServerRole.Primary], statuses.Select(status => status.Role));
        Assert.All(statuses, status => Assert.Equal("", status.Diagnosis));
        Assert.Null(statuses[0].Receiver!.ConnectionString);
        Assert.Null(statuses[0].Receiver!.HasUpstream);
        Assert.Equal(CommitLevel.On, statuses[1].SynchronousCommit);
        Assert.Null(statuses[0].Receiver!.IsStreaming);
        StandbyStatus row = Assert.Single(statuses[1].Standbys);
        Assert.Equal("node", row.ApplicationName);
        Assert.Equal((null, null, null, null), (row.IsStreaming, row.SyncState, row.SyncPriority, row.IsSynchronous));

        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "alter system set synchronous_standby_names = 'node'");
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "select pg_reload_conf()");
        await ReplicationCluster.UntilAsync(cluster.Primary, "select exists (select from pg_stat_replication where sync_state = 'sync')");
        ReplicationStatus primary = Assert.Single(await ReadAsync(cluster, cluster.Primary with { UserName = "plain" }));
        SynchronousReplicationStatus commits = SynchronousReplicationStatuses.Of(primary, []);
        Assert.Null(commits.WouldHang);
        Assert.Equal([ReplicationFindingCause.SyncStandbyUnknown], commits.Findings.Select(finding => finding.Cause));
    }

    [Fact]
    public async Task An_idle_standby_has_no_lag_however_long_ago_the_last_commit_was()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync();
        PgInstance standby = await cluster.AddStandbyAsync("idle");
        await SettleAsync(cluster.Primary, standby);
        await Task.Delay(1500, Cancellation);

        ReplicationStatus alone = Assert.Single(await ReadAsync(cluster, standby));

        Assert.Equal((0L, TimeSpan.Zero, ""), (alone.LagBytes, alone.LagTime, alone.Diagnosis));
    }

    [Theory, MemberData(nameof(ReplicationCluster.Majors), MemberType = typeof(ReplicationCluster))]
    public async Task A_cold_standby_has_a_status_from_its_upstream_and_from_its_host(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major, "hot_standby = off");
        PgInstance cold = await cluster.AddStandbyAsync("cold");
        await cluster.WriteWalAsync(1);
        await ReplicationCluster.UntilAsync(cluster.Primary, $"select replay_lsn = pg_current_wal_lsn() from pg_stat_replication");

        // Alone and by SQL there is nothing to be had of it.
        Assert.Equal(
            "ServerAnswersNoSql", (await ReplicationStatusReader.ReadAsync(cluster.Context, [cold], Cancellation))[0].Failure!.ErrorId);

        ReplicationStatus[] both = await ReadAsync(cluster, cold, cluster.Primary);
        Assert.Equal(
            (ServerState.StandbyWithoutSql, ServerRole.Standby, 0L, TimeSpan.Zero, cluster.Primary),
            (both[0].State, both[0].Role, both[0].LagBytes, both[0].LagTime, both[0].Upstream));
        Assert.Equal(
            (both[1].CurrentLsn, both[1].SystemIdentifier, both[1].Timeline),
            (both[0].CurrentLsn, both[0].SystemIdentifier, both[0].Timeline));
        Assert.Equal("streaming", both[0].Receiver!.State);

        ReplicationStatus fromHost = Assert.Single(await ReadAsync(cluster, cluster.WithHost(cold)));
        Assert.Equal(
            (ServerState.StandbyWithoutSql, both[1].SystemIdentifier, both[1].Timeline),
            (fromHost.State, fromHost.SystemIdentifier, fromHost.Timeline));
        Assert.Equal("streaming", fromHost.Receiver!.State);
        Assert.Equal(both[1].CurrentLsn, fromHost.Receiver.ReceivedLsn);
        Assert.InRange(both[1].CurrentLsn!.Value - fromHost.CurrentLsn!.Value, 0, 16 << 20);
    }

    [Fact]
    public async Task An_archive_fed_cold_standby_is_at_the_file_it_waits_for()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(15, "hot_standby = off");
        string archive = cluster.DirectoryOf(cluster.Primary) + "/pg_wal";
        PgInstance cold = await cluster.AddStandbyAsync("fed", streams: false, settings: $"restore_command = 'cp {archive}/%f %p'");
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "select pg_switch_wal()::text");
        await cluster.WriteWalAsync(1);

        ReplicationStatus status = null!;
        await ReplicationCluster.UntilAsync(
            async () =>
            {
                status = (await ReadAsync(cluster, cluster.WithHost(cold), cluster.Primary))[0];
                return status.LagBytes is < 16 << 20;
            },
            "the cold standby is at the primary's file");
        Assert.Equal((ServerState.StandbyWithoutSql, null), (status.State, status.Receiver!.State));
        Assert.Equal(24, status.Receiver.WalFile!.Length);
    }

    [Fact]
    public async Task A_password_in_primary_conninfo_is_not_shown()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync();
        PgInstance standby = await cluster.AddStandbyAsync("secretive");
        await ReplicationCluster.SqlAsync<object>(
            standby, "alter system set primary_conninfo = 'host=127.0.0.1 port=1 user=postgres password=geheim'");
        await ReplicationCluster.SqlAsync<bool>(standby, "select pg_reload_conf()");
        await ReplicationCluster.UntilAsync(standby, "select not exists (select from pg_stat_wal_receiver where status = 'streaming')");

        ReplicationStatus status = Assert.Single(await ReadAsync(cluster, standby));

        Assert.Equal("host=127.0.0.1 port=1 user=postgres", status.Receiver!.ConnectionString);
        Assert.Equal(ReplicationFindingCause.NotStreaming, Assert.Single(status.Findings).Cause);
        Assert.DoesNotContain("geheim", cluster.Log.All, StringComparison.Ordinal);
    }

    private static async Task SettleAsync(params PgInstance[] servers)
    {
        await ReplicationCluster.UntilAsync(
            async () =>
            {
                string written = await ReplicationCluster.SqlAsync<string>(servers[0], "select pg_current_wal_lsn()::text");
                foreach (PgInstance server in servers)
                {
                    if (!await ReplicationCluster.SqlAsync<bool>(
                        server,
                        $"select not exists (select from pg_stat_replication where replay_lsn is distinct from '{written}') "
                            + $"and (not pg_is_in_recovery() or pg_last_wal_replay_lsn() = '{written}')"))
                    {
                        return false;
                    }
                }

                return true;
            },
            "all have replayed everything");
    }

    private static async Task<ReplicationStatus[]> ReadAsync(ReplicationCluster cluster, params PgInstance[] instances)
    {
        IReadOnlyList<ReplicationStatusAnswer> answers = await ReplicationStatusReader.ReadAsync(cluster.Context, instances, Cancellation);
        return [.. answers.Select(answer => answer.Status ?? throw answer.Failure!)];
    }
}
