using System.Globalization;
using PgHa.Engine.Operation;
using PgHa.Engine.Procedures;
using PgHa.Engine.Tests.Support;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.Operation;

/// <summary>Switchovers of real clusters, with clients that write meanwhile.</summary>
public sealed class SwitchoverTests
{
    public static TheoryData<int> Majors => [.. PostgresInstallations.RequiredMajors.Where(major => major != 14)];

    internal static int Changes => int.Parse(Environment.GetEnvironmentVariable("PGHA_TEST_CHANGES") ?? "4", CultureInfo.InvariantCulture);

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Every_node_is_primary_once_and_no_acknowledged_row_is_lost(int major)
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(major, level: CommitLevel.RemoteApply);
        await using var writers = new Writers(cluster);
        string[] order = ["b", "c", "a"];
        string primary = "a";
        for (int change = 0; change < Changes; change++)
        {
            await writers.MoreAsync(20, TestCluster.Deadline);
            string next = order[change % order.Length];
            await cluster.SwitchAsync(next);
            primary = next;
            await writers.MoreAsync(20, TestCluster.Deadline);
            string[] others = [.. order.Where(name => name != next).Order()];
            await cluster.AssertPrimaryAsync(next, others);
            Assert.Equal(string.Join(',', others), await cluster.Servers.ScalarAsync<string>(cluster.Node(next), "select string_agg(slot_name, ',' order by slot_name) from pg_replication_slots where active"));
            Assert.True(SynchronousStandbyNames.Parse(
                (await cluster.Servers.ScalarAsync<string>(cluster.Node(next), "select current_setting('synchronous_standby_names')"))!)!.Names.Order().SequenceEqual(others));
            foreach (string other in others)
                Assert.Equal(0, await cluster.Servers.ScalarAsync<long>(cluster.Node(other), "select count(*) from pg_replication_slots"));
        }

        await writers.AssertNothingLostAsync(cluster.Node(primary));
    }

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
                await new Switchover(cluster.Context).RunAsync(Sabotage.FailingAt(await cluster.PlanSwitchAsync("b"), step, afterwards: step % 2 == 0), TestCluster.Deadline));
            Assert.Contains("stopped at step", e.Message, StringComparison.Ordinal);
            await writers.MoreAsync(10, TestCluster.Deadline);
            await cluster.AssertPrimaryAsync("a", "b", "c");
            Assert.Equal(0, await cluster.Servers.ScalarAsync<long>(cluster.Node("b"), "select count(*) from pg_replication_slots"));
            Assert.Equal("", await cluster.Servers.ScalarAsync<string>(cluster.Node("b"), "select current_setting('synchronous_standby_names')"));
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
                await new Switchover(cluster.Context).RunAsync(Sabotage.FailingAt(await cluster.PlanSwitchAsync(next), step, afterwards: step == Sabotage.PointOfNoReturn(first)), TestCluster.Deadline));
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
                await new Switchover(cluster.Context).RunAsync(Sabotage.KilledAt(await cluster.PlanSwitchAsync(next), step, afterwards: step % 2 == 0), TestCluster.Deadline));
            PgCluster left = await cluster.LookAsync();
            Assert.True(left.Primaries.Count() <= 1);
            if (left.Primary is null)
            {
                await TestCluster.FailsAsync("NoPrimary", () => cluster.SwitchAsync(next));
                await cluster.FailOverAsync(new FailoverOptions { To = next });
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
        PgHaException e = await Assert.ThrowsAsync<PgHaException>(() => new Switchover(cluster.Context).RunAsync(procedure, TestCluster.Deadline));
        Assert.Contains("b", e.Server ?? e.Message, StringComparison.Ordinal);
        await cluster.Servers.Control.StartAsync(cluster.Node("b"), TestCluster.Deadline);
        await cluster.AssertPrimaryAsync("a", "b", "c");
    }

    [Fact]
    public async Task What_is_in_the_way_is_said_before_anything_is_changed()
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(TestCluster.AnyMajor, names: "");
        await TestCluster.FailsAsync("NodeNotFound", () => cluster.SwitchAsync("d"));
        await cluster.Servers.ExecuteAsync(cluster.Node("b"), "select pg_wal_replay_pause()");
        await TestCluster.FailsAsync("ReplayPaused", () => cluster.SwitchAsync("b"));
        await cluster.Servers.ExecuteAsync(cluster.Node("b"), "select pg_wal_replay_resume()");
        await cluster.Servers.Control.StopAsync(cluster.Node("b"), StopMode.Fast, TestCluster.Deadline);
        await TestCluster.FailsAsync("CandidateAnswersNoSql", () => cluster.SwitchAsync("b"));
        await cluster.Servers.ExecuteAsync(cluster.Node("a"), "create role stranger; alter role replicator password null");
        await TestCluster.FailsAsync("WrongPassword", () => cluster.SwitchAsync("c"));
        await cluster.AssertPrimaryAsync("a");
    }
}
