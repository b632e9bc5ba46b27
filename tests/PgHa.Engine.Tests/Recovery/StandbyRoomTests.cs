using PgHa.Engine.Cluster;
using PgHa.Engine.PrimaryChange;
using PgHa.Engine.Recovery;
using PgHa.Engine.Tests.Support;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.Recovery;

/// <summary>Settings that a standby must not have lower than its primary, through the commands that restart servers.</summary>
public sealed class StandbyRoomTests
{
    public static TheoryData<int> Majors => [.. PostgresInstallations.ScenariosOfEachEra];

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_lowered_setting_leaves_no_standby_down_and_a_raised_one_is_rolled_out(int major)
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(major);
        (PgInstance a, PgInstance b) = (cluster.Node("a"), cluster.Node("b"));
        await SetAsync(cluster, 60, "a");
        PgHaException e = await TestCluster.FailsAsync("StandbySettingsTooLow", () => cluster.PlanSwitchAsync("b"));
        Assert.Contains("a could not replay what b writes: max_connections = 60, needs 100", e.Message, StringComparison.Ordinal);

        await SetAsync(cluster, 60, "b", "c");
        await StandbyRoom.WarnAsync(cluster.Context, b, TestCluster.Deadline);
        Assert.Contains(
            cluster.Servers.Log.Warnings,
            warning => warning.Contains("b@", StringComparison.Ordinal)
                && warning.Contains("would not start again: max_connections = 60, needs 100", StringComparison.Ordinal));
        e = await TestCluster.FailsAsync("RestartRefused", () => PlanRestartAsync(cluster));
        Assert.Contains("restart a alone (Restart-PgInstance)", e.Advice, StringComparison.Ordinal);
        await cluster.Servers.Control.RestartAsync(a, StopMode.Fast, TestCluster.Deadline);
        await cluster.AssertPrimaryAsync("a", "b", "c");
        await RestartAsync(cluster);
        await cluster.AssertPrimaryAsync("b", "a", "c");

        await SetAsync(cluster, 120, "a", "b", "c");
        await StandbyRoom.WarnAsync(cluster.Context, b, TestCluster.Deadline);
        Assert.Contains(
            cluster.Servers.Log.Warnings,
            warning => warning.Contains("will have max_connections = 120 from its next start on", StringComparison.Ordinal));
        await RestartAsync(cluster, to: "a");
        await cluster.AssertPrimaryAsync("a", "b", "c");
        Assert.Equal("120", await cluster.Servers.ScalarAsync<string>(b, "select current_setting('max_connections')"));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_definition_that_lowers_a_setting_lowers_it_on_the_primary_first_and_no_standby_is_down(int major)
    {
        ClusterDefinition definition = null!;
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(
            major, change: built => definition = built with { Settings = new Dictionary<string, string> { ["wal_log_hints"] = "on" } });
        definition = definition with { Settings = new Dictionary<string, string>(definition.Settings) { ["max_connections"] = "60" } };
        var sync = new ClusterSync(cluster.Context);
        async Task<ClusterSyncPlan> PlanAsync(bool allowRestart)
        {
            PgCluster found = await new ClusterDiscovery(cluster.Context).ObserveAsync(definition, node => node, TestCluster.Deadline);
            ClusterObservation observation = await new ClusterObserver(cluster.Context).ObserveAsync(found, TestCluster.Deadline);
            return await sync.PlanAsync(observation, new ClusterSyncOptions { AllowPrimaryRestart = allowRestart }, TestCluster.Deadline);
        }

        IReadOnlyList<ClusterDrift> left = (await PlanAsync(allowRestart: false)).Left;
        Assert.Equal(["a", "b", "c"], left.Where(drift => drift.What == "max_connections").Select(drift => drift.Node).Order());
        // This standby replays only later that its primary has less room: restarted before, it would not come up.
        await cluster.Servers.ExecuteAsync(cluster.Nodes[1], "select pg_wal_replay_pause()");
        Task synchronizing = sync.RunAsync(await PlanAsync(allowRestart: true), TestCluster.Deadline);
        while (!synchronizing.IsCompleted && !await HasAsync(cluster, cluster.Nodes[0], "60"))
            await Task.Delay(100, TestCluster.Deadline);
        await Task.WhenAny(synchronizing, Task.Delay(TimeSpan.FromSeconds(5), TestCluster.Deadline));
        if (!synchronizing.IsCompleted)
            await cluster.Servers.ExecuteAsync(cluster.Nodes[1], "select pg_wal_replay_resume()");
        await synchronizing;

        await cluster.AssertPrimaryAsync("a", "b", "c");
        foreach (PgInstance node in cluster.Nodes)
        {
            Assert.True(await HasAsync(cluster, node, "60"));
            Assert.Equal(node != cluster.Nodes[0], await cluster.Servers.ScalarAsync<bool>(node, "select pg_is_in_recovery()"));
        }

        Assert.True((await PlanAsync(allowRestart: true)).Procedure.IsEmpty);
    }

    [Fact]
    public async Task A_standby_that_has_not_replayed_that_its_primary_has_less_is_not_restarted()
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(TestCluster.AnyMajor, names: "");
        (PgInstance a, PgInstance b) = (cluster.Node("a"), cluster.Node("b"));
        await cluster.Servers.ExecuteAsync(b, "select pg_wal_replay_pause()");
        await SetAsync(cluster, 60, "a", "b", "c");
        await cluster.Servers.Control.RestartAsync(a, StopMode.Fast, TestCluster.Deadline);

        PgHaException e = await TestCluster.FailsAsync(
            "StandbySettingsTooLow", () => StandbyRoom.AwaitAsync(cluster.Context, b, TimeSpan.FromSeconds(3), TestCluster.Deadline));
        Assert.Contains("max_connections = 60, needs 100", e.Message, StringComparison.Ordinal);
        await cluster.Servers.ExecuteAsync(b, "select pg_wal_replay_resume()");
        await cluster.AssertPrimaryAsync("a", "b", "c");
        await RestartAsync(cluster);
        await cluster.AssertPrimaryAsync("b", "a", "c");
    }

    // While it restarts it has nothing to say.
    private static async Task<bool> HasAsync(OperatedCluster cluster, PgInstance server, string connections)
    {
        try
        {
            return await cluster.Servers.ScalarAsync<string>(server, "select current_setting('max_connections')") == connections;
        }
        catch (PgHaException)
        {
            return false;
        }
    }

    private static async Task SetAsync(OperatedCluster cluster, int connections, params string[] names)
    {
        foreach (string name in names)
        {
            await cluster.Servers.ExecuteAsync(cluster.Node(name), $"alter system set max_connections = {connections}");
            await cluster.Servers.ExecuteAsync(cluster.Node(name), "select pg_reload_conf()");
            while (!await cluster.Servers.ScalarAsync<bool>(
                cluster.Node(name), "select pending_restart from pg_settings where name = 'max_connections'"))
            {
                await Task.Delay(20, TestCluster.Deadline);
            }
        }
    }

    private static async Task<RollingRestartPlan> PlanRestartAsync(OperatedCluster cluster, string to = "b") =>
        await new RollingRestart(cluster.Context).PlanAsync(
            await cluster.LookAsync(), new RollingRestartOptions { Candidate = to }, TestCluster.Deadline);

    private static async Task RestartAsync(OperatedCluster cluster, string to = "b") => await new RollingRestart(cluster.Context).RunAsync(
        await PlanRestartAsync(cluster, to), _ => cluster.LookAsync(), TestCluster.Deadline);
}
