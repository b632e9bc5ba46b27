using PgHa.Engine.Decoding;
using PgHa.Engine.Machines;
using PgHa.Engine.Replication;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Decoding;

public sealed class LogicalDecodingTests
{
    private static CancellationToken Cancellation => ReplicationCluster.Cancellation;

    private static readonly LogicalSlotOptions Audit = new("audit", "test_decoding", "postgres");

    [Fact]
    public async Task A_cancelled_creation_leaves_no_slot()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(
            15, "wal_level = logical", "max_prepared_transactions = 2");
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "create table item (id int)");
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "begin; insert into item values (1); prepare transaction 'open'");

        using var stop = new CancellationTokenSource();
        Task<ReplicationSlot> creating = LogicalSlots.CreateAsync(cluster.Context, cluster.Primary, Audit, stop.Token);
        await ReplicationCluster.UntilAsync(cluster.Primary, "select count(*) > 0 from pg_replication_slots where active");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => creating);
        await ReplicationCluster.UntilAsync(cluster.Primary, "select count(*) = 0 from pg_replication_slots");

        // What held the first up is over: the name is free.
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "rollback prepared 'open'");
        Assert.Equal("test_decoding", (await LogicalSlots.CreateAsync(cluster.Context, cluster.Primary, Audit, Cancellation)).Plugin);
    }

    [Fact]
    public async Task Changes_are_passed_on_one_after_the_other_and_reading_ends_when_it_is_cancelled()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(15, "wal_level = logical");
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "create table item (id int)");
        ReplicationSlot slot = await LogicalSlots.CreateAsync(cluster.Context, cluster.Primary, Audit, Cancellation);
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "insert into item select i from generate_series(1, 50000) as i");

        int passed = 0;
        bool isBusy = false;
        await LogicalChanges.ReadAsync(cluster.Context, slot, new LogicalChangeOptions { Peek = true }, async _ =>
        {
            Assert.False(isBusy);
            isBusy = true;
            if (++passed % 10_000 == 0)
                await Task.Yield();
            isBusy = false;
        }, Cancellation);
        Assert.Equal(50_002, passed);

        using var stop = new CancellationTokenSource();
        int seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => LogicalChanges.ReadAsync(
            cluster.Context, slot, new LogicalChangeOptions { Peek = true }, async _ =>
            {
                if (++seen == 10)
                    await stop.CancelAsync();
            }, stop.Token));
        Assert.InRange(seen, 10, 50_001);
        await ReplicationCluster.UntilAsync(cluster.Primary, "select not active from pg_replication_slots");
    }

    [Theory, MemberData(nameof(ReplicationCluster.Majors), MemberType = typeof(ReplicationCluster))]
    public async Task A_lost_slot_is_of_no_use_and_can_be_removed(int major)
    {
        ServerDialect dialect = ServerDialect.For(ServerVersion.OfMajor(major));
        Assert.SkipUnless(dialect.HasSlotWalStatus, "Before 13 a slot keeps WAL without a limit, and is never lost.");
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(
            major, "wal_level = logical", "max_slot_wal_keep_size = 32MB", "max_wal_size = 64MB", "min_wal_size = 32MB");
        EngineContext context = cluster.Context;
        ReplicationSlot slot = await LogicalSlots.CreateAsync(context, cluster.Primary, Audit, Cancellation);
        // What is kept is counted from the start of the last checkpoint on.
        await cluster.WriteWalAsync(100);
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "checkpoint");
        await ReplicationCluster.UntilAsync(cluster.Primary, "select wal_status = 'lost' from pg_replication_slots");

        Func<Task>[] uses =
        [
            () => LogicalSlots.CreateAsync(context, cluster.Primary, Audit, Cancellation),
            () => LogicalChanges.ReadAsync(
                context, slot, new LogicalChangeOptions { Peek = true }, _ => ValueTask.CompletedTask, Cancellation),
            () => SlotPositions.MoveAsync(context, slot, null, Cancellation),
            () => SlotPositions.CopyAsync(context, slot, "copied", null, Cancellation),
        ];
        foreach (Func<Task> use in uses)
            Assert.Equal("SlotIsLost", (await Assert.ThrowsAsync<PgHaException>(use)).ErrorId);

        await ReplicationSlots.RemoveAsync(context, cluster.Primary, slot.Name, endConsumer: false, Cancellation);
        Assert.Empty(await ReplicationSlots.GetAsync(context, cluster.Primary, Cancellation));
    }

    [Theory, MemberData(nameof(ReplicationCluster.Majors), MemberType = typeof(ReplicationCluster))]
    public async Task Logical_slots_are_known_by_the_files_of_a_server(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major, "wal_level = logical");
        await LogicalSlots.CreateAsync(cluster.Context, cluster.Primary, Audit, Cancellation);
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "select pg_create_physical_replication_slot('standby')::text");

        string directory = cluster.DirectoryOf(cluster.Primary);
        IHost host = await cluster.Context.HostOfAsync(cluster.Primary with { DataDirectory = directory }, Cancellation);
        Assert.Equal([Audit.Name], await SlotFiles.LogicalAsync(host, directory, Cancellation));
        Assert.Null(await SlotFiles.LogicalAsync(host, "/nowhere", Cancellation));
    }

    [Theory, MemberData(nameof(ReplicationCluster.Majors), MemberType = typeof(ReplicationCluster))]
    public async Task A_plugin_that_may_not_be_used_is_not_called_missing(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major, "wal_level = logical");
        Assert.SkipUnless(
            await ReplicationCluster.SqlAsync<bool>(
                cluster.Primary, "select count(*) > 0 from pg_settings where name = 'output_plugin_libraries'"),
            "Only the newest minor releases say which plugins may be used.");
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "create role reader login replication");
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "alter system set output_plugin_libraries = 'pgoutput'");
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "select pg_reload_conf()::text");
        await ReplicationCluster.UntilAsync(cluster.Primary, "select current_setting('output_plugin_libraries') = 'pgoutput'");
        PgInstance reader = cluster.Primary with { UserName = "reader", Database = "postgres" };

        PgHaException failure = await Assert.ThrowsAsync<PgHaException>(
            () => LogicalSlots.CreateAsync(cluster.Context, reader, Audit, Cancellation));
        Assert.Equal(("PluginNotAllowed", PgHaErrorKind.PermissionDenied), (failure.ErrorId, failure.Kind));
        Assert.Contains("output_plugin_libraries", failure.Advice, StringComparison.Ordinal);

        Assert.Empty(await ReplicationSlots.GetAsync(cluster.Context, cluster.Primary, Cancellation));
        Assert.Equal(
            "pgoutput",
            (await LogicalSlots.CreateAsync(
                cluster.Context, reader, new LogicalSlotOptions("listed", "pgoutput", "postgres"), Cancellation)).Plugin);
    }

    [Fact]
    public async Task The_plugins_that_are_installed_are_known_to_who_may_look()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync();
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "create role plain login");

        IReadOnlyList<string>? installed = await OutputPlugins.ListAsync(cluster.Context, cluster.Primary, Cancellation);
        Assert.NotNull(installed);
        Assert.Contains("pgoutput", installed);
        Assert.Contains("test_decoding", installed);
        Assert.DoesNotContain("plpgsql", installed);
        Assert.Null(await OutputPlugins.ListAsync(cluster.Context, cluster.Primary with { UserName = "plain" }, Cancellation));
    }
}
