using PgHa.Engine.PrimaryChange;
using PgHa.Engine.Procedures;
using PgHa.Engine.Servers;
using PgHa.Engine.Tests.Support;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.PrimaryChange;

/// <summary>Changes of the primary where the new one does not replay what it has received.</summary>
[TakesMinutes]
public sealed class ReplayBlockedTests
{
    public static TheoryData<int> Majors => [.. PostgresInstallations.ScenariosOfEachEra];

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_query_in_the_way_of_replay_is_named_before_the_primary_is_stopped(int major)
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(major);
        await using (ServerSession query = await OpenSnapshotAsync(cluster))
        {
            await ConflictAsync(cluster);
            int pid = await query.ScalarAsync<int>("select pg_backend_pid()", TestCluster.Deadline);
            EngineContext hasty = Hasty(cluster);
            Procedure procedure = await new Switchover(hasty).PlanAsync(
                await cluster.LookAsync(), new SwitchoverOptions { Candidate = "b" }, TestCluster.Deadline);
            PgHaException e = await TestCluster.FailsAsync(
                "ReplayBlocked", () => new Switchover(hasty).RunAsync(procedure, TestCluster.Deadline));
            Assert.Contains($"process {pid} of role postgres", e.Message, StringComparison.Ordinal);
            Assert.Contains("it replays what it receives", e.Message, StringComparison.Ordinal);
            Assert.Contains($"pg_terminate_backend({pid})", e.Advice, StringComparison.Ordinal);
            Assert.False(await cluster.Servers.ScalarAsync<bool>(cluster.Node("a"), "select pg_is_in_recovery()"));
        }

        await cluster.AssertPrimaryAsync("a", "b", "c");
        await cluster.SwitchAsync("b");
        await cluster.AssertPrimaryAsync("b", "a", "c");
    }

    [Fact]
    public async Task What_comes_into_the_way_while_the_primary_stops_brings_the_old_primary_back()
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(TestCluster.AnyMajor);
        await using (ServerSession query = await OpenSnapshotAsync(cluster))
        {
            Procedure procedure = await cluster.PlanSwitchAsync("b");
            int stop = procedure.Steps.ToList().FindIndex(step => step.Description == "Stop the server");
            PgHaException e = await TestCluster.FailsAsync("ReplayBlocked", () => new ProcedureRunner(cluster.Context).RunAsync(
                Sabotage.Before(procedure, stop, () => ConflictAsync(cluster)), TestCluster.Deadline));
            Assert.Contains("Undone: ", e.Message, StringComparison.Ordinal);
            await cluster.Servers.ExecuteAsync(cluster.Node("a"), "insert into tried values (1)");
        }

        await cluster.AssertPrimaryAsync("a", "b", "c");
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_promotion_that_does_not_come_to_its_end_is_taken_back_and_the_old_primary_comes_back(int major)
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(major);
        EngineContext hasty = Hasty(cluster);
        Procedure procedure = await new Switchover(hasty).PlanAsync(
            await cluster.LookAsync(), new SwitchoverOptions { Candidate = "b" }, TestCluster.Deadline);
        PgHaException e = await TestCluster.FailsAsync("OperationTimeout", () => new ProcedureRunner(hasty).RunAsync(
            Sabotage.Before(procedure, Sabotage.PointOfNoReturn(procedure), async () =>
            {
                int startup = await cluster.Servers.ScalarAsync<int>(
                    cluster.Node("b"), "select pid from pg_stat_activity where backend_type = 'startup'");
                await TestCluster.RunAsync("kill", "-STOP", $"{startup}");
            }),
            TestCluster.Deadline));
        Assert.Contains("Undone: ", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Could not be undone", e.Message, StringComparison.Ordinal);

        await cluster.AssertPrimaryAsync("a", "b", "c");
        await cluster.SwitchAsync("b");
        await cluster.AssertPrimaryAsync("b", "a", "c");
    }

    [Fact]
    public async Task A_failover_and_a_promotion_do_not_begin_either()
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(TestCluster.AnyMajor);
        EngineContext hasty = Hasty(cluster);
        await using (ServerSession query = await OpenSnapshotAsync(cluster))
        {
            await ConflictAsync(cluster);
            await cluster.Servers.KillAsync(cluster.Node("a"));
            Procedure procedure = await new Failover(hasty).PlanAsync(
                await cluster.LookAsync(), new FailoverOptions { Candidate = "b" }, TestCluster.Deadline);
            await TestCluster.FailsAsync("ReplayBlocked", () => new Failover(hasty).RunAsync(procedure, TestCluster.Deadline));
            await TestCluster.FailsAsync(
                "ReplayBlocked", () => new PromotionControl(hasty).PromoteAsync(cluster.Node("b"), TestCluster.Deadline));
            Assert.Empty((await cluster.LookAsync()).Primaries);
        }

        await cluster.FailOverAsync(new FailoverOptions { Candidate = "b" });
        await cluster.AssertPrimaryAsync("b", "c");
    }

    private static EngineContext Hasty(OperatedCluster cluster) => new(cluster.Servers.Log) { Timeout = TimeSpan.FromSeconds(10) };

    // A transaction on b that sees what a is about to remove.
    private static async Task<ServerSession> OpenSnapshotAsync(OperatedCluster cluster)
    {
        (PgInstance a, PgInstance b) = (cluster.Node("a"), cluster.Node("b"));
        await cluster.Servers.ExecuteAsync(b, "alter system set max_standby_streaming_delay = -1");
        await cluster.Servers.ExecuteAsync(b, "alter system set max_standby_archive_delay = -1");
        await cluster.Servers.ExecuteAsync(b, "select pg_reload_conf()");
        await cluster.Servers.ExecuteAsync(a, "insert into written select generate_series(1, 1000)");
        ServerSession query = await ServerSession.OpenAsync(cluster.Context, b, TestCluster.Deadline);
        while (!await query.ScalarAsync<bool>("select to_regclass('public.written') is not null", TestCluster.Deadline))
            await Task.Delay(20, TestCluster.Deadline);
        while (await query.ScalarAsync<long>("select count(*) from public.written", TestCluster.Deadline) < 1000)
            await Task.Delay(20, TestCluster.Deadline);
        await query.ExecuteAsync("begin isolation level repeatable read", TestCluster.Deadline);
        await query.ScalarAsync<long>("select count(*) from public.written", TestCluster.Deadline);
        return query;
    }

    // Returns when b has received it, and cannot replay it.
    private static async Task ConflictAsync(OperatedCluster cluster)
    {
        (PgInstance a, PgInstance b) = (cluster.Node("a"), cluster.Node("b"));
        await cluster.Servers.ExecuteAsync(a, "delete from public.written");
        await cluster.Servers.ExecuteAsync(a, "vacuum written");
        string? end = await cluster.Servers.ScalarAsync<string>(a, "select pg_current_wal_flush_lsn()::text");
        while (!await cluster.Servers.ScalarAsync<bool>(b, $"select pg_last_wal_receive_lsn() >= '{end}'"))
            await Task.Delay(20, TestCluster.Deadline);
        Assert.False(await cluster.Servers.ScalarAsync<bool>(b, $"select pg_last_wal_replay_lsn() >= '{end}'"));
    }
}
