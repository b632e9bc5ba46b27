using PgHa.Engine.PrimaryChange;
using PgHa.Engine.Procedures;
using PgHa.Engine.Recovery;
using PgHa.Engine.Replication;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.PrimaryChange;

/// <summary>Failovers that fail at each of their steps.</summary>
[TakesMinutes]
public sealed class FailoverFailureTests
{
    [Fact]
    public async Task Whatever_step_fails_before_the_promotion_is_undone_and_a_second_run_succeeds()
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(TestCluster.AnyMajor);
        await using var writers = new Writers(cluster);
        await writers.MoreAsync(20, TestCluster.Deadline);
        await cluster.Servers.KillAsync(cluster.Node("a"));
        Procedure first = await cluster.PlanFailoverAsync();
        int end = Sabotage.PointOfNoReturn(first);
        Assert.True(end >= 2);
        for (int step = 0; step < end; step++)
        {
            await TestCluster.FailsAsync("Sabotage", async () =>
                await new Failover(cluster.Context).RunAsync(
                    Sabotage.FailingAt(await cluster.PlanFailoverAsync(), step, afterwards: step % 2 == 0), TestCluster.Deadline));
            Assert.Empty((await cluster.LookAsync()).Primaries);
            Assert.False((await new RecoverySettings(cluster.Context).GetAsync(cluster.Node("a"), TestCluster.Deadline)).StandbyMode);
        }

        await cluster.FailOverAsync();
        await writers.MoreAsync(10, TestCluster.Deadline);
        await writers.AssertNothingLostAsync(cluster.Node(Assert.Single((await cluster.LookAsync()).Primaries).Name));
    }

    [Fact]
    public async Task Whatever_step_fails_after_the_promotion_a_switchover_to_the_new_primary_finishes_it()
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(TestCluster.AnyMajor);
        await cluster.Servers.KillAsync(cluster.Node("a"));
        Procedure procedure = await cluster.PlanFailoverAsync();
        await TestCluster.FailsAsync("Sabotage", () =>
            new Failover(cluster.Context).RunAsync(
                Sabotage.FailingAt(procedure, Sabotage.PointOfNoReturn(procedure), afterwards: true), TestCluster.Deadline));
        string primary = Assert.Single((await cluster.LookAsync()).Primaries).Name;
        await TestCluster.FailsAsync("PrimaryRuns", () => cluster.FailOverAsync());
        await cluster.SwitchAsync(primary);
        await StreamingWait.UntilStreamingAsync(cluster.Context, cluster.Node(primary), [primary == "b" ? "c" : "b"], TestCluster.Deadline);
    }
}
