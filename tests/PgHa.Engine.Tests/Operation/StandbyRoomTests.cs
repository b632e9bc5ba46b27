using PgHa.Engine.Operation;
using PgHa.Engine.Recovery;
using PgHa.Engine.Tests.Support;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.Operation;

/// <summary>Settings that a standby must not have lower than its primary, through the commands that restart servers.</summary>
public sealed class StandbyRoomTests
{
    public static TheoryData<int> Majors => [.. PostgresInstallations.OneOfEachEra];

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
        Assert.Contains(cluster.Servers.Log.Warnings, warning => warning.Contains("b@", StringComparison.Ordinal) && warning.Contains("would not start again: max_connections = 60, needs 100", StringComparison.Ordinal));
        e = await TestCluster.FailsAsync("RestartRefused", () => PlanRestartAsync(cluster));
        Assert.Contains("restart a alone (Restart-PgInstance)", e.Advice, StringComparison.Ordinal);
        await cluster.Servers.Control.RestartAsync(a, StopMode.Fast, TestCluster.Deadline);
        await cluster.AssertPrimaryAsync("a", "b", "c");
        await RestartAsync(cluster);
        await cluster.AssertPrimaryAsync("b", "a", "c");

        await SetAsync(cluster, 120, "a", "b", "c");
        await StandbyRoom.WarnAsync(cluster.Context, b, TestCluster.Deadline);
        Assert.Contains(cluster.Servers.Log.Warnings, warning => warning.Contains("will have max_connections = 120 from its next start on", StringComparison.Ordinal));
        await RestartAsync(cluster, to: "a");
        await cluster.AssertPrimaryAsync("a", "b", "c");
        Assert.Equal("120", await cluster.Servers.ScalarAsync<string>(b, "select current_setting('max_connections')"));
    }

    private static async Task SetAsync(OperatedCluster cluster, int connections, params string[] names)
    {
        foreach (string name in names)
        {
            await cluster.Servers.ExecuteAsync(cluster.Node(name), $"alter system set max_connections = {connections}");
            await cluster.Servers.ExecuteAsync(cluster.Node(name), "select pg_reload_conf()");
            while (!await cluster.Servers.ScalarAsync<bool>(cluster.Node(name), "select pending_restart from pg_settings where name = 'max_connections'"))
                await Task.Delay(20, TestCluster.Deadline);
        }
    }

    private static async Task<RollingRestartPlan> PlanRestartAsync(OperatedCluster cluster, string to = "b") =>
        await new RollingRestart(cluster.Context).PlanAsync(await cluster.LookAsync(), new RollingRestartOptions { To = to }, TestCluster.Deadline);

    private static async Task RestartAsync(OperatedCluster cluster, string to = "b") => await new RollingRestart(cluster.Context).RunAsync(
        await PlanRestartAsync(cluster, to), _ => cluster.LookAsync(), TestCluster.Deadline);
}
