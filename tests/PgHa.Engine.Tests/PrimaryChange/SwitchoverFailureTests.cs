using PgHa.Engine.PrimaryChange;
using PgHa.Engine.Procedures;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.PrimaryChange;

/// <summary>Switchovers that fail at each of their steps, or that PgHa does not live to finish.</summary>
[TakesMinutes]
public sealed class SwitchoverFailureTests
{
    [Fact]
    public async Task Whatever_step_fails_before_the_promotion_the_old_primary_goes_on_as_if_nothing_had_been()
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(TestCluster.AnyMajor);
        await using var writers = new Writers(cluster);
        int end = Sabotage.PointOfNoReturn(await cluster.PlanSwitchAsync("b"));
        Assert.True(end > 4);
        for (int step = 0; step < end; step++)
        {
            PgHaException e = await TestCluster.FailsAsync("Sabotage", async () =>
                await new Switchover(cluster.Context).RunAsync(
                    Sabotage.FailingAt(await cluster.PlanSwitchAsync("b"), step, afterwards: step % 2 == 0), TestCluster.Deadline));
            Assert.Contains("stopped at step", e.Message, StringComparison.Ordinal);
            await writers.MoreAsync(10, TestCluster.Deadline);
            await cluster.AssertPrimaryAsync("a", "b", "c");
            Assert.Equal(0, await cluster.Servers.ScalarAsync<long>(cluster.Node("b"), "select count(*) from pg_replication_slots"));
            Assert.Equal(
                "", await cluster.Servers.ScalarAsync<string>(cluster.Node("b"), "select current_setting('synchronous_standby_names')"));
        }

        await cluster.SwitchAsync("b");
        await cluster.AssertPrimaryAsync("b", "a", "c");
        await writers.AssertNothingLostAsync(cluster.Node("b"));
    }

    [Fact]
    public async Task Whatever_step_fails_after_the_promotion_running_it_again_finishes_it()
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(TestCluster.AnyMajor);
        await using var writers = new Writers(cluster);
        string[] names = ["a", "b"];
        Procedure first = await cluster.PlanSwitchAsync("b");
        int steps = first.Steps.Count;
        for (int step = Sabotage.PointOfNoReturn(first); step < steps; step++)
        {
            string next = names[1];
            await TestCluster.FailsAsync("Sabotage", async () =>
                await new Switchover(cluster.Context).RunAsync(
                    Sabotage.FailingAt(await cluster.PlanSwitchAsync(next), step, afterwards: step == Sabotage.PointOfNoReturn(first)),
                    TestCluster.Deadline));
            await cluster.SwitchAsync(next);
            await cluster.AssertPrimaryAsync(next, names[0], "c");
            await writers.MoreAsync(10, TestCluster.Deadline);
            names = [names[1], names[0]];
        }

        await writers.AssertNothingLostAsync(cluster.Node(names[0]));
    }

    [Fact]
    public async Task Wherever_PgHa_is_killed_there_are_never_two_primaries_and_the_advised_commands_heal_it()
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(TestCluster.AnyMajor);
        await using var writers = new Writers(cluster);
        string primary = "a";
        int steps = (await cluster.PlanSwitchAsync("b")).Steps.Count;
        for (int step = 0; step < steps; step++)
        {
            await writers.MoreAsync(10, TestCluster.Deadline);
            string next = primary == "b" ? "a" : "b";
            await TestCluster.FailsAsync("Sabotage", async () =>
                await new Switchover(cluster.Context).RunAsync(
                    Sabotage.KilledAt(await cluster.PlanSwitchAsync(next), step, afterwards: step % 2 == 0), TestCluster.Deadline));
            PgCluster left = await cluster.LookAsync();
            Assert.True(left.Primaries.Count() <= 1);
            if (left.Primary is null)
            {
                await TestCluster.FailsAsync("NoPrimary", () => cluster.SwitchAsync(next));
                await cluster.FailOverAsync(new FailoverOptions { Candidate = next });
            }

            primary = (await cluster.LookAsync()).Primary!.Name;
            await cluster.SwitchAsync(primary);
            string[] others = [.. new[] { "a", "b", "c" }.Where(name => name != primary)];
            await cluster.AssertPrimaryAsync(primary, others);
        }

        await writers.AssertNothingLostAsync(cluster.Node(primary));
    }

    [Fact]
    public async Task A_candidate_that_dies_after_the_primary_was_stopped_leaves_the_old_primary_running()
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(TestCluster.AnyMajor);
        Procedure procedure = await cluster.PlanSwitchAsync("b");
        await cluster.Servers.KillAsync(cluster.Node("b"));
        PgHaException e = await Assert.ThrowsAsync<PgHaException>(
            () => new Switchover(cluster.Context).RunAsync(procedure, TestCluster.Deadline));
        Assert.Contains("b", e.Server ?? e.Message, StringComparison.Ordinal);
        await cluster.Servers.Control.StartAsync(cluster.Node("b"), TestCluster.Deadline);
        await cluster.AssertPrimaryAsync("a", "b", "c");
    }
}
