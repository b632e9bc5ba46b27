using PgHa.Engine.PrimaryChange;
using PgHa.Engine.Procedures;
using PgHa.Engine.Recovery;
using PgHa.Engine.Repair;
using PgHa.Engine.Tests.Support;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.PrimaryChange;

/// <summary>Failovers of real clusters, with clients that write meanwhile.</summary>
[TakesMinutes]
public sealed class FailoverTests
{
    public static TheoryData<int> Majors => [.. PostgresInstallations.ScenariosOfEachEra];

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task The_primary_is_killed_and_no_acknowledged_row_is_lost(int major)
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(major);
        await using var writers = new Writers(cluster);
        await writers.MoreAsync(50, TestCluster.Deadline);
        await TestCluster.FailsAsync("PrimaryRuns", () => cluster.FailOverAsync());
        await cluster.Servers.KillAsync(cluster.Node("a"));
        await cluster.FailOverAsync();
        await writers.MoreAsync(20, TestCluster.Deadline);

        PgCluster after = await cluster.LookAsync();
        PgClusterMember primary = Assert.Single(after.Primaries);
        string other = primary.Name == "b" ? "c" : "b";
        await cluster.AssertPrimaryAsync(primary.Name, other);
        Assert.Equal(["a", other], primary.Status!.SynchronousStandbyNames!.Names.Order());
        // Whoever starts the old one by mistake gets a standby.
        Assert.True((await new RecoverySettings(cluster.Context).GetAsync(cluster.Node("a"), TestCluster.Deadline)).StandbyMode);
        await cluster.Servers.Control.StartAsync(cluster.Node("a"), TestCluster.Deadline);
        Assert.True(await cluster.Servers.ScalarAsync<bool>(cluster.Node("a"), "select pg_is_in_recovery()"));
        await writers.AssertNothingLostAsync(cluster.Node(primary.Name));
    }

    [Fact]
    public async Task A_standby_without_a_slot_that_is_behind_gets_its_WAL_although_a_promotion_ends_with_a_checkpoint()
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(TestCluster.AnyMajor);
        TestCluster servers = cluster.Servers;
        (PgInstance a, PgInstance b, PgInstance c) = (cluster.Node("a"), cluster.Node("b"), cluster.Node("c"));
        await servers.ExecuteAsync(c, "alter system set primary_slot_name = ''");
        await servers.Control.StopAsync(c, StopMode.Fast, TestCluster.Deadline);
        await servers.ExecuteAsync(a, "select pg_drop_replication_slot('c')");
        for (int segment = 0; segment < 3; segment++)
        {
            await servers.ExecuteAsync(a, $"insert into written values ({segment})");
            await servers.ExecuteAsync(a, "select pg_switch_wal()");
            await servers.ExecuteAsync(a, "checkpoint");
        }

        await servers.KillAsync(a);
        await servers.Control.StartAsync(c, TestCluster.Deadline);
        await cluster.FailOverAsync(new FailoverOptions { Candidate = "b" });

        await cluster.AssertPrimaryAsync("b", "c");
        Assert.Equal(3, await servers.ScalarAsync<long>(c, "select count(*) from written"));
        Assert.Equal(0, await servers.ScalarAsync<long>(b, "select count(*) from pg_replication_slots where temporary"));
    }

    [Theory]
    [MemberData(nameof(SwitchoverTests.MajorsAndLevels), MemberType = typeof(SwitchoverTests))]
    public async Task Every_node_is_killed_as_the_primary_and_comes_back_and_no_acknowledged_row_is_lost(int major, CommitLevel level)
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(major, level: level);
        await using var writers = new Writers(cluster);
        string primary = "a";
        for (int change = 0; change < SwitchoverTests.Changes; change++)
        {
            await writers.MoreAsync(20, TestCluster.Deadline);
            string dead = primary;
            await cluster.Servers.KillAsync(cluster.Node(dead));
            await cluster.FailOverAsync();
            primary = Assert.Single((await cluster.LookAsync()).Primaries).Name;
            await writers.MoreAsync(10, TestCluster.Deadline);
            // What only the dead one has was never acknowledged: that is what is asserted at the end.
            RepairOptions options = new()
            {
                Upstream = cluster.Node(primary),
                AllowDataLoss = true,
                AllowNewClone = !cluster.Servers.Installation.HasOwnTools
            };
            await new StandbyRepair(cluster.Context).ApplyAsync(cluster.Node(dead), options, TestCluster.Deadline);
            await cluster.AssertPrimaryAsync(primary, [.. new[] { "a", "b", "c" }.Where(name => name != primary)]);
        }

        await writers.AssertNothingLostAsync(cluster.Node(primary));
    }

    [Fact]
    public async Task Both_standbys_missed_commits_so_that_it_takes_a_word_to_lose_them()
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(TestCluster.AnyMajor, names: "");
        await cluster.Servers.Control.StopAsync(cluster.Node("b"), StopMode.Fast, TestCluster.Deadline);
        await cluster.Servers.Control.StopAsync(cluster.Node("c"), StopMode.Fast, TestCluster.Deadline);
        await cluster.Servers.ExecuteAsync(cluster.Node("a"), "insert into written select generate_series(1, 1000)");
        await cluster.Servers.KillAsync(cluster.Node("a"));
        await cluster.Servers.Control.StartAsync(cluster.Node("b"), TestCluster.Deadline);
        await cluster.Servers.Control.StartAsync(cluster.Node("c"), TestCluster.Deadline);

        PgHaException e = await TestCluster.FailsAsync("DataLossPossible", () => cluster.FailOverAsync());
        Assert.Contains("the disk of a up to", e.Message, StringComparison.Ordinal);
        Assert.False((await new RecoverySettings(cluster.Context).GetAsync(cluster.Node("a"), TestCluster.Deadline)).StandbyMode);
        await cluster.FailOverAsync(new FailoverOptions { AllowDataLoss = true });
        Assert.Single((await cluster.LookAsync()).Primaries);
    }

    [Fact]
    public async Task The_most_advanced_standby_is_not_the_candidate_and_gives_its_WAL_first()
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(TestCluster.AnyMajor, names: "FIRST 1 (c)");
        await cluster.Servers.Control.StopAsync(cluster.Node("b"), StopMode.Fast, TestCluster.Deadline);
        await cluster.Servers.ExecuteAsync(cluster.Node("a"), "insert into written select generate_series(1, 1000)");
        await cluster.Servers.KillAsync(cluster.Node("a"));
        await cluster.Servers.Control.StartAsync(cluster.Node("b"), TestCluster.Deadline);

        FailoverOptions options = new() { Candidate = "b" };
        Procedure procedure = await cluster.PlanFailoverAsync(options);
        RecoverySettings recovery = new(cluster.Context);
        int? before = (await recovery.GetAsync(cluster.Node("b"), TestCluster.Deadline)).UpstreamPort;
        await TestCluster.FailsAsync("Sabotage", () => new Failover(cluster.Context).RunAsync(
            Sabotage.FailingAt(procedure, Sabotage.PointOfNoReturn(procedure) - 1, afterwards: true), TestCluster.Deadline));
        Assert.Equal(before, (await recovery.GetAsync(cluster.Node("b"), TestCluster.Deadline)).UpstreamPort);

        await cluster.FailOverAsync(options);
        await cluster.AssertPrimaryAsync("b", "c");
        Assert.Equal(1000, await cluster.Servers.ScalarAsync<long>(cluster.Node("b"), "select count(*) from written"));
    }

    [Fact]
    public async Task A_primary_that_only_hangs_is_not_taken_for_dead()
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(TestCluster.AnyMajor, names: "");
        int postmaster = (await cluster.Servers.Control.GetStatusAsync(cluster.Node("a"), TestCluster.Deadline)).Pid!.ProcessId;
        await TestCluster.RunAsync("kill", "-STOP", $"{postmaster}");
        try
        {
            // It lets nobody in any more, and its WAL senders still send.
            PgHaException e = await TestCluster.FailsAsync("PrimaryRuns", () => cluster.FailOverAsync());
            Assert.Contains("Nothing was changed", e.Message, StringComparison.Ordinal);
        }
        finally
        {
            await TestCluster.RunAsync("kill", "-CONT", $"{postmaster}");
        }

        await cluster.AssertPrimaryAsync("a", "b", "c");
    }
}
