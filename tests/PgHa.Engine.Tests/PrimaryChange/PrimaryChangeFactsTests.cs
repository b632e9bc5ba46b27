using PgHa.Engine.Cluster;
using PgHa.Engine.PrimaryChange;
using PgHa.Engine.Tests.Support;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.PrimaryChange;

/// <summary>What a change of the primary has to know, and how it gets to know it.</summary>
public sealed class PrimaryChangeFactsTests
{
    public static TheoryData<int> Majors => [.. PostgresInstallations.ScenariosOfEachEra];

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Instances_that_carry_no_version_switch_and_fail_over_as_others_do(int major)
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(major);
        async Task<PgCluster> LookAsync()
        {
            PgInstance[] bare = [.. cluster.Nodes.Select(node => node with { Version = null })];
            DiscoveredClusters found = await new ClusterDiscovery(cluster.Context).DiscoverAsync(bare, TestCluster.Deadline);
            Assert.All(found.Clusters[0].Members, member => Assert.Null(member.Server!.Version));
            return found.Clusters[0];
        }

        Switchover switchover = new(cluster.Context);
        await switchover.RunAsync(
            await switchover.PlanAsync(await LookAsync(), new SwitchoverOptions { Candidate = "b" }, TestCluster.Deadline),
            TestCluster.Deadline);
        await cluster.AssertPrimaryAsync("b", "a", "c");
        await cluster.Servers.KillAsync(cluster.Node("b"));
        Failover failover = new(cluster.Context);
        await failover.RunAsync(
            await failover.PlanAsync(await LookAsync(), new FailoverOptions { Candidate = "c" }, TestCluster.Deadline),
            TestCluster.Deadline);
        await cluster.AssertPrimaryAsync("c", "a");
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_standby_without_an_upstream_tells_its_timeline_although_its_control_file_is_behind_and_no_rule_lets_it_replicate(
        int major)
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(major);
        (PgInstance a, PgInstance c) = (cluster.Node("a"), cluster.Node("c"));
        foreach (PgInstance node in new[] { a, c })
        {
            string rules = await File.ReadAllTextAsync(Path.Combine(node.DataDirectory!, "pg_hba.conf"), TestCluster.Deadline);
            await TestCluster.WriteAsync(
                node,
                "pg_hba.conf",
                string.Join(
                    '\n',
                    rules.Split('\n').Where(
                        line => !(line.StartsWith("local", StringComparison.Ordinal)
                            && line.Contains("replication", StringComparison.Ordinal)))));
            await cluster.Servers.ExecuteAsync(node, "select pg_reload_conf()");
        }

        await cluster.SwitchAsync("b");
        await cluster.AssertPrimaryAsync("b", "a", "c");
        await cluster.Servers.KillAsync(cluster.Node("b"));
        // A restart of c would write its control file; the end of its WAL receiver does not.
        PgCluster left = await cluster.LookAsync();
        Assert.Equal([new TimelineId(2), new TimelineId(2)], [left.Find("a")!.Timeline, left.Find("c")!.Timeline]);
        await cluster.FailOverAsync();
        Assert.Single((await cluster.LookAsync()).Primaries);
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_crash_just_after_a_WAL_switch_loses_nothing(int major)
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(major, names: "");
        Assert.SkipUnless(cluster.Servers.Installation.HasOwnTools, "This package has no pg_waldump.");
        await cluster.Servers.ExecuteAsync(cluster.Node("a"), "checkpoint");
        await cluster.Servers.ExecuteAsync(cluster.Node("a"), "insert into written values (1)");
        await cluster.Servers.ScalarAsync<string>(cluster.Node("a"), "select pg_switch_wal()::text");
        string? end = await cluster.Servers.ScalarAsync<string>(cluster.Node("a"), "select pg_current_wal_lsn()::text");
        foreach (string name in new[] { "b", "c" })
        {
            while (!await cluster.Servers.ScalarAsync<bool>(cluster.Node(name), $"select pg_last_wal_receive_lsn() >= '{end}'"))
                await Task.Delay(20, TestCluster.Deadline);
        }

        await cluster.Servers.KillAsync(cluster.Node("a"));
        await cluster.FailOverAsync();
        Assert.Single((await cluster.LookAsync()).Primaries);
    }
}
