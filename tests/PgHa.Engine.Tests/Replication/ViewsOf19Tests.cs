using System.Net;
using System.Net.Sockets;
using PgHa.Engine.Replication;
using PgHa.Engine.Servers;
using PgHa.Engine.Tests.PrimaryChange;
using PgHa.Engine.Tests.Support;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.Replication;

/// <summary>What the statistics views of PostgreSQL 19 tell more than those before.</summary>
public sealed class ViewsOf19Tests
{
    public static TheoryData<int> Majors => [.. PostgresInstallations.RequiredMajors.Where(major => major >= 19)];

    private static CancellationToken Cancellation => ReplicationCluster.Cancellation;

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Majors))]
    public async Task A_receiver_that_only_connects_does_not_stream(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major);
        PgInstance standby = await cluster.AddStandbyAsync("standby");
        // It takes the connection and says nothing.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await ReplicationCluster.SqlAsync<object>(
            standby, $"alter system set primary_conninfo = 'host=127.0.0.1 port={((IPEndPoint)silent.LocalEndpoint).Port} user=postgres'");
        await ReplicationCluster.SqlAsync<object>(standby, "select pg_reload_conf()");
        await ReplicationCluster.UntilAsync(standby, "select exists (select from pg_stat_wal_receiver where status = 'connecting')");

        ReplicationStatus status = await ReplicationStatusReader.ReadOneAsync(cluster.Context, standby, Cancellation);
        Assert.Equal(("connecting", false, true), (status.Receiver!.State, status.Receiver.IsStreaming, status.Receiver.HasUpstream));
        Assert.Equal([ReplicationFindingCause.NotStreaming], LagDiagnosis.Of(status).Select(finding => finding.Cause));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Majors))]
    public async Task A_process_that_sends_a_backup_says_of_which_type_it_is(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major);
        PgInstance primary = cluster.WithHost(cluster.Primary);
        Task copying = TestCluster.RunAsync(
            Path.Combine(primary.BinDirectory!, "pg_basebackup"), "-D", primary.DataDirectory + "-backup", "-h", "127.0.0.1",
            "-p", $"{primary.Port}", "-U", "postgres", "-c", "fast", "-X", "none", "--no-sync", "-r", "2M");
        string activity = "";
        await ReplicationCluster.UntilAsync(
            async () =>
            {
                IReadOnlyList<ServerProcess> processes = await ServerProcesses.GetAsync(cluster.Context, cluster.Primary, Cancellation);
                activity = processes.FirstOrDefault(process => process.Kind == "walsender")?.Activity ?? "";
                return activity.StartsWith("backup", StringComparison.Ordinal);
            },
            "the backup is sent");

        Assert.Equal("backup full", activity);
        await copying;
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Majors))]
    public async Task A_slot_counts_what_was_skipped_and_what_did_not_fit_into_memory(int major)
    {
        await using OperatedCluster cluster = await FailoverSlotTests.BuildAsync(major);
        PgInstance a = cluster.Node("a"), b = cluster.Node("b");
        async Task<ReplicationSlot?> SlotAsync(PgInstance server, string name)
        {
            // A new connection wakes the postmaster, which otherwise begins to copy up to a minute later.
            cluster.Context.Sessions!.Release();
            return (await ReplicationSlots.GetAsync(cluster.Context, server, Cancellation)).FirstOrDefault(slot => slot.Name == name);
        }

        // A copy that is ready would keep WAL on the standby.
        await cluster.Servers.ExecuteAsync(
            a, "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_type = 'logical'");
        await ReplicationCluster.UntilAsync(
            async () => (await ReplicationSlots.GetAsync(cluster.Context, b, Cancellation))
                .All(slot => slot.Type == ReplicationSlotType.Physical),
            "the standby has no copy");
        // The standby begins to copy when it has no longer what the slot's consumer would need.
        await cluster.Servers.ExecuteAsync(b, "alter system set sync_replication_slots = off");
        await cluster.Servers.ExecuteAsync(b, "select pg_reload_conf()");
        await ReplicationCluster.UntilAsync(
            async () => !(await cluster.Servers.ScalarAsync<bool>(
                b, "select exists (select from pg_stat_activity where backend_type = 'slotsync worker')")),
            "the standby copies no slots");
        await cluster.Servers.ExecuteAsync(a, "select pg_create_logical_replication_slot('late', 'pgoutput', false, false, true)");
        foreach (string sql in new[]
        {
            "insert into tried values (1)", "insert into tried values (2)", "select pg_switch_wal()", "checkpoint"
        })
        {
            await cluster.Servers.ExecuteAsync(a, sql);
        }

        string? end = await cluster.Servers.ScalarAsync<string>(a, "select pg_current_wal_lsn()::text");
        await ReplicationCluster.UntilAsync(
            () => cluster.Servers.ScalarAsync<bool>(b, $"select pg_last_wal_replay_lsn() >= '{end}'"), "the standby has replayed");
        foreach (string sql in new[] { "checkpoint", "alter system set sync_replication_slots = on", "select pg_reload_conf()" })
            await cluster.Servers.ExecuteAsync(b, sql);

        ReplicationSlot? copy = null;
        await ReplicationCluster.UntilAsync(
            async () => (copy = await SlotAsync(b, "late")) is { SyncSkipCount: > 0, SyncSkipReason: not null }, "the copy is skipped");
        Assert.NotNull(copy!.SyncLastSkip);
        Assert.False(copy.IsFailoverReady);
        string? said = await cluster.Servers.ScalarAsync<string>(
            b, "select slotsync_skip_reason from pg_replication_slots where slot_name = 'late'");
        Assert.Equal(said, copy.SyncSkipReason);
        ReplicationSlot original = (await SlotAsync(a, "late"))!;
        Assert.Equal("wal_or_rows_removed", copy.SyncSkipReason);
        Assert.Equal((null, 0, null), (original.SyncSkipReason, original.SyncSkipCount, original.SyncLastSkip));

        await cluster.Servers.ExecuteAsync(a, "create publication counted for table written");
        await cluster.Servers.ExecuteAsync(a, "select pg_create_logical_replication_slot('counted', 'pgoutput')");
        await cluster.Servers.ExecuteAsync(a, "insert into written select generate_series(1, 20000)");
        Assert.Equal(0, (await SlotAsync(a, "counted"))!.MemoryExceededCount);
        await cluster.Servers.ExecuteAsync(
            a,
            "set logical_decoding_work_mem = '64kB'; select count(*) from pg_logical_slot_get_binary_changes("
            + "'counted', null, null, 'proto_version', '1', 'publication_names', 'counted')");
        await ReplicationCluster.UntilAsync(
            async () => (await SlotAsync(a, "counted"))!.MemoryExceededCount > 0, "decoding has exceeded its memory");
    }
}
