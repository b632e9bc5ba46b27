using PgHa.Engine.Cluster;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Cluster;

/// <summary>Clusters found from one member, against how they were built.</summary>
public sealed class ClusterDiscoveryTests
{
    private static CancellationToken Cancellation => ReplicationCluster.Cancellation;

    [Theory, MemberData(nameof(ReplicationCluster.Majors), MemberType = typeof(ReplicationCluster))]
    public async Task From_any_member_the_whole_cluster_is_found(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major);
        PgInstance a = await cluster.AddStandbyAsync("node_a");
        PgInstance b = await cluster.AddStandbyAsync("node_b", upstream: a);
        PgInstance cold = await cluster.AddStandbyAsync("cold", settings: "hot_standby = off");
        PgInstance fed = await cluster.AddStandbyAsync(
            "fed", streams: false, settings: ["restore_command = 'cp /nowhere/%f %p'", "hot_standby = off"]);

        foreach (PgInstance start in new[] { cluster.Primary, a, b, cluster.WithHost(fed), cluster.WithHost(cold) })
        {
            DiscoveredClusters found = await new ClusterDiscovery(cluster.Context).DiscoverAsync([start], Cancellation);

            Assert.Empty(found.Lost);
            PgCluster one = Assert.Single(found.Clusters);
            Assert.Equal(
                [
                    "primary: Running",
                    "cold: Streaming from primary",
                    "node_a: Streaming from primary",
                    "node_b: Streaming from node_a",
                    "fed: Restoring from /nowhere"
                ],
                one.Members.Select(member => member.ToString()));
            Assert.Equal([true, false, true, true, false], one.Members.Select(member => member.IsHot!.Value));
            Assert.Equal(
                new[] { cluster.Primary, cold, a, b, fed }.Select(server => (server.Port, cluster.DirectoryOf(server))),
                one.Members.Select(member => (member.Server!.Port, member.Server.DataDirectory!)));
            Assert.Equal("", one.Diagnosis);
        }
    }

    [Fact]
    public async Task A_definition_finds_its_nodes_those_it_does_not_name_and_what_is_down_or_in_the_way()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync();
        await using ReplicationCluster other = await ReplicationCluster.CreateAsync();
        PgInstance a = await cluster.AddStandbyAsync("node_a");
        PgInstance b = await cluster.AddStandbyAsync("node_b");
        await cluster.AddStandbyAsync("extra");
        await cluster.StopAsync(b);
        var definition = new ClusterDefinition
        {
            Name = "shop",
            Nodes =
            [
                Node("first", cluster.Primary, cluster.DirectoryOf(cluster.Primary), null),
                Node("a", a, cluster.DirectoryOf(a), "first"),
                Node("b", b, cluster.DirectoryOf(b), "first"),
                Node("gone", new PgInstance { Port = 1 }, cluster.DirectoryOf(a) + "-gone", "first"),
                Node("foreign", other.Primary, cluster.DirectoryOf(a) + "-foreign", "first"),
            ],
        };

        PgCluster observed = await new ClusterDiscovery(cluster.Context).ObserveAsync(definition, server => server, Cancellation);

        Assert.Equal(
            ["first: Running", "a: Streaming from first", "b: Down", "gone: Down", "foreign: Unknown", "extra: Streaming from first"],
            observed.Members.Select(member => member.ToString()));
        Assert.Equal("WrongServer", observed.Find("foreign")!.ErrorId);
        Assert.Equal([true, true, true, true, true, false], observed.Members.Select(member => member.Node is not null));
    }

    [Fact]
    public async Task What_does_not_answer_and_says_nothing_of_its_cluster_is_lost()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync();
        var absent = new PgInstance { Port = 1 };

        DiscoveredClusters none = await new ClusterDiscovery(cluster.Context).DiscoverAsync([absent], Cancellation);
        DiscoveredClusters one = await new ClusterDiscovery(cluster.Context).DiscoverAsync([absent, cluster.Primary], Cancellation);

        Assert.Equal((0, "ServerUnreachable"), (none.Clusters.Count, Assert.Single(none.Lost).Failure!.ErrorId));
        Assert.Equal((2, 0), (Assert.Single(one.Clusters).Members.Count, one.Lost.Count));
    }

    [Fact]
    public async Task Of_two_clusters_each_has_its_own_members()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync();
        await using ReplicationCluster other = await ReplicationCluster.CreateAsync();
        PgInstance standby = await cluster.AddStandbyAsync("standby");

        DiscoveredClusters found = await new ClusterDiscovery(cluster.Context).DiscoverAsync(
            [standby, other.Primary, cluster.Primary], Cancellation);

        Assert.Equal([2, 1], found.Clusters.Select(one => one.Members.Count));
        Assert.Equal(other.Primary.Port, found.Clusters[1].Primary!.Server!.Port);
    }

    private static NodeDefinition Node(string name, PgInstance server, string directory, string? upstream) =>
        new() { Name = name, Port = server.Port, DataDirectory = directory, Upstream = upstream };
}
