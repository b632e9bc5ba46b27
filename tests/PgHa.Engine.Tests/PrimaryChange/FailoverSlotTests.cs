using System.Diagnostics;
using PgHa.Engine.PrimaryChange;
using PgHa.Engine.Procedures;
using PgHa.Engine.Repair;
using PgHa.Engine.Replication;
using PgHa.Engine.Tests.Support;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.PrimaryChange;

/// <summary>Changes of the primary during which a subscription goes on by its failover slot.</summary>
[TakesMinutes]
public sealed class FailoverSlotTests
{
    private const string Slot = "orders";

    public static TheoryData<int> Majors => [.. PostgresInstallations.RequiredMajors.Where(major => major >= 17)];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Majors))]
    public async Task A_subscription_goes_on_after_switchovers_there_and_back(int major)
    {
        await using OperatedCluster cluster = await BuildAsync(major);
        PgInstance subscriber = await SubscribeAsync(cluster);
        await using var writers = new Writers(cluster, TimeSpan.FromMilliseconds(20));

        foreach ((string next, string standbySlots) in new[] { ("b", "a,c"), ("a", "b,c") })
        {
            await writers.MoreAsync(20, TestCluster.Deadline);
            await cluster.SwitchAsync(next);
            await writers.MoreAsync(20, TestCluster.Deadline);
            string[] others = [.. new[] { "a", "b", "c" }.Where(name => name != next)];
            await cluster.AssertPrimaryAsync(next, others);
            Assert.Equal(
                standbySlots, string.Join(",", (await SettingAsync(cluster, next, "synchronized_standby_slots")).Split(',').Order()));
            // Each of the others has a copy, and no slot of its own that would keep it from making one.
            foreach (string other in others)
                await UntilAsync(async () => (await SlotAsync(cluster, other))?.IsFailoverReady == true, $"{other} has a ready copy");
        }

        Assert.DoesNotContain(cluster.Servers.Log.Warnings, warning => warning.Contains(Slot, StringComparison.Ordinal));
        await writers.AssertNothingLostAsync(cluster.Node("a"));
        await AssertSameRowsAsync(cluster, "a", subscriber);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Majors))]
    public async Task A_subscription_goes_on_after_a_failover_and_the_repaired_primary_keeps_a_copy(int major)
    {
        await using OperatedCluster cluster = await BuildAsync(major);
        PgInstance subscriber = await SubscribeAsync(cluster);
        await using var writers = new Writers(cluster, TimeSpan.FromMilliseconds(20));
        await writers.MoreAsync(20, TestCluster.Deadline);
        await cluster.Servers.ExecuteAsync(cluster.Node("a"), "select pg_create_logical_replication_slot('plain', 'pgoutput')");

        await cluster.Servers.KillAsync(cluster.Node("a"));
        await cluster.FailOverAsync(new FailoverOptions { Candidate = "b" });

        Assert.Contains(
            cluster.Servers.Log.Warnings,
            warning => warning.Contains("logical slots of a that standbys keep no copy of: plain.", StringComparison.Ordinal));

        await writers.MoreAsync(20, TestCluster.Deadline);
        await cluster.AssertPrimaryAsync("b", "c");
        Assert.Equal("c", await SettingAsync(cluster, "b", "synchronized_standby_slots"));
        await new StandbyRepair(cluster.Context).ApplyAsync(
            cluster.Node("a"),
            new RepairOptions
            {
                Upstream = cluster.Node("b"),
                SlotName = "a",
                CreateSlot = true,
                AllowDataLoss = true,
                AllowNewClone = true
            },
            TestCluster.Deadline);
        await cluster.AssertPrimaryAsync("b", "a", "c");
        await UntilAsync(async () => (await SlotAsync(cluster, "a"))?.IsFailoverReady == true, "a has a ready copy");
        await writers.AssertNothingLostAsync(cluster.Node("b"));
        await AssertSameRowsAsync(cluster, "b", subscriber);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Majors))]
    public async Task A_slot_that_is_not_ready_stops_a_switchover_before_anything_is_stopped(int major)
    {
        await using OperatedCluster cluster = await BuildAsync(major);
        PgInstance primary = cluster.Node("a"), standby = cluster.Node("b");
        await cluster.Servers.ExecuteAsync(standby, "alter system set sync_replication_slots = off");
        await cluster.Servers.ExecuteAsync(standby, "select pg_reload_conf()");
        await UntilAsync(async () => await SettingAsync(cluster, "b", "sync_replication_slots") == "off", "b synchronizes no more");

        PgHaException refused = await TestCluster.FailsAsync("FailoverSlotsNotCopied", () => cluster.SwitchAsync("b"));
        Assert.Contains("sync_replication_slots is off", refused.Message, StringComparison.Ordinal);

        // A slot of the standby's own is in the way of the copy.
        await cluster.Servers.ExecuteAsync(primary, "select pg_create_logical_replication_slot('other', 'pgoutput', false, false, true)");
        Task blocking = cluster.Servers.ExecuteAsync(standby, "select pg_create_logical_replication_slot('other', 'pgoutput')");
        await UntilAsync(async () =>
        {
            await cluster.Servers.ExecuteAsync(primary, "select pg_log_standby_snapshot()");
            return blocking.IsCompleted;
        }, "the standby's own slot is made");
        await blocking;
        await cluster.Servers.ExecuteAsync(standby, "alter system set sync_replication_slots = on");
        await cluster.Servers.ExecuteAsync(standby, "select pg_reload_conf()");
        await UntilAsync(async () => await SettingAsync(cluster, "b", "sync_replication_slots") == "on", "b shall synchronize");
        var switchover = new Switchover(new EngineContext(cluster.Servers.Log) { Timeout = TimeSpan.FromSeconds(5) });
        PgCluster seen = await cluster.LookAsync();
        string finding = Assert.Single(
            seen.Find("b")!.Status!.Findings, found => found.Cause == ReplicationFindingCause.SlotSyncBlocked).Text;
        Assert.Contains("it has a slot 'other' of its own", finding, StringComparison.Ordinal);
        Procedure plan = await switchover.PlanAsync(seen, new SwitchoverOptions { Candidate = "b" }, TestCluster.Deadline);
        Assert.Contains("other, a slot of that name is there that is no copy", plan.ToString(), StringComparison.Ordinal);
        PgHaException failed = await Assert.ThrowsAsync<PgHaException>(() => switchover.RunAsync(plan, TestCluster.Deadline));
        Assert.Contains("'other': a slot of that name is there that is no copy", failed.Message, StringComparison.Ordinal);
        await cluster.AssertPrimaryAsync("a", "b", "c");

        await switchover.RunAsync(
            await switchover.PlanAsync(seen, new SwitchoverOptions { Candidate = "b", AllowSlotLoss = true }, TestCluster.Deadline),
            TestCluster.Deadline);
        await cluster.AssertPrimaryAsync("b", "a", "c");
        Assert.Contains(cluster.Servers.Log.Warnings, warning => warning.Contains("loses failover slot 'other'", StringComparison.Ordinal));
    }

    internal static Task<OperatedCluster> BuildAsync(int major) => OperatedCluster.BuildAsync(major, change: definition => definition with
    {
        Settings = new Dictionary<string, string>(definition.Settings) { ["wal_level"] = "logical" },
        Nodes =
        [
            .. definition.Nodes.Select(node => node.Upstream is null
                ? node with
                {
                    Settings = new Dictionary<string, string> { ["synchronized_standby_slots"] = "b,c" },
                    Slots =
                    [
                        new SlotDefinition
                        {
                            Name = Slot,
                            Owner = "the subscriber",
                            Plugin = "pgoutput",
                            Database = "postgres",
                            Failover = true
                        }
                    ],
                }
                : node with { SyncReplicationSlots = true }),
        ],
    });

    // It looks for whoever of the cluster is the primary.
    private static async Task<PgInstance> SubscribeAsync(OperatedCluster cluster)
    {
        PgInstance subscriber = await cluster.Servers.NewStartedAsync("subscriber");
        await cluster.Servers.ExecuteAsync(cluster.Node("a"), "create role reader login replication password 'reading'");
        await cluster.Servers.ExecuteAsync(cluster.Node("a"), "grant select on written to reader");
        await cluster.Servers.ExecuteAsync(cluster.Node("a"), "create publication written for table written");
        await cluster.Servers.ExecuteAsync(subscriber, "create table written (id bigint primary key)");
        string hosts = string.Join(",", cluster.Nodes.Select(_ => "127.0.0.1")),
            ports = string.Join(",", cluster.Nodes.Select(node => node.Port));
        await cluster.Servers.ExecuteAsync(
            subscriber,
            $"create subscription orders connection 'host={hosts} port={ports} user=reader password=reading dbname=postgres "
            + "target_session_attrs=read-write connect_timeout=5' "
            + $"publication written with (create_slot = false, slot_name = '{Slot}', copy_data = false, failover = true)");
        await cluster.Servers.ExecuteAsync(cluster.Node("a"), "insert into written values (-1)");
        foreach (string standby in new[] { "b", "c" })
            await UntilAsync(async () => (await SlotAsync(cluster, standby))?.IsFailoverReady == true, $"{standby} has a ready copy");
        return subscriber;
    }

    private static async Task AssertSameRowsAsync(OperatedCluster cluster, string primary, PgInstance subscriber)
    {
        const string rows = "select count(*) || ' rows, ' || coalesce(sum(id), 0) from written";
        string? expected = await cluster.Servers.ScalarAsync<string>(cluster.Node(primary), rows);
        await UntilAsync(
            async () => await cluster.Servers.ScalarAsync<string>(subscriber, rows) == expected, $"the subscriber has {expected}");
        // A change that came twice would have been a duplicate key.
        await TestCluster.AssertNowhereAsync(Path.Combine(subscriber.DataDirectory!, "log"), "duplicate key");
    }

    private static async Task<ReplicationSlot?> SlotAsync(OperatedCluster cluster, string node)
    {
        // Without a new connection the postmaster restarts the slot sync worker up to a minute later.
        cluster.Context.Sessions!.Release();
        return (await ReplicationSlots.GetAsync(cluster.Context, cluster.Node(node), TestCluster.Deadline))
            .FirstOrDefault(slot => slot.Name == Slot);
    }

    private static async Task<string> SettingAsync(OperatedCluster cluster, string node, string name) =>
        (await cluster.Servers.ScalarAsync<string>(cluster.Node(node), $"select current_setting('{name}')"))!;

    private static async Task UntilAsync(Func<Task<bool>> isSo, string what)
    {
        long started = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(90), $"after 90 s it is not so that {what}");
            await Task.Delay(200, TestCluster.Deadline);
        }
    }
}
