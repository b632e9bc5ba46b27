using PgHa.Engine.Tests.Support;
using static PgHa.Engine.Tests.Cluster.ClusterBuildTests;

namespace PgHa.Engine.Tests.Cluster;

/// <summary>Definitions that are not built, because something else is in the way.</summary>
[TakesMinutes]
public sealed class ClusterBuildRefusalTests
{
    [Fact]
    public async Task Everything_that_is_in_the_way_is_listed_before_anything_is_touched()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        ClusterDefinition definition = ReferenceDefinition.In(cluster);
        Directory.CreateDirectory(cluster.Area["node22"]);
        await File.WriteAllTextAsync(Path.Combine(cluster.Area["node22"], "diary.txt"), "mine");
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, definition.Nodes[4].Port);
        taken.Start();

        PgHaException e = await Assert.ThrowsAsync<PgHaException>(() => BuildAsync(cluster, definition));

        Assert.Equal("ClusterCannotBeBuilt", e.ErrorId);
        Assert.Contains("diary.txt", e.Message, StringComparison.Ordinal);
        Assert.Contains($"Port {definition.Nodes[4].Port} of node24 is taken", e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(cluster.Area["node20"]));
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(cluster.Area["node22"], "diary.txt")));
    }

    [Fact]
    public async Task A_server_of_another_name_or_system_in_a_nodes_directory_is_refused_and_left_alone()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        ClusterDefinition definition = ReferenceDefinition.In(cluster);
        definition = definition with { Nodes = [definition.Nodes[0], definition.Nodes[3]], SynchronousStandbyNames = null };
        await cluster.NewAsync(cluster.Options("somebody") with { DataDirectory = cluster.Area["node20"] });
        Assert.Equal("DirectoryOfAnotherServer", (await Assert.ThrowsAsync<PgHaException>(() => BuildAsync(cluster, definition))).ErrorId);

        // Of the right name, but a system of its own, made a standby by somebody.
        PgInstance stranger = await cluster.NewAsync(cluster.Options("node23"));
        await File.WriteAllTextAsync(Path.Combine(cluster.Area["node23"], "standby.signal"), "");
        NodeDefinition primary = definition.Nodes[0] with { DataDirectory = cluster.Area["elsewhere"] };
        await BuildAsync(cluster, definition with { Nodes = [primary] });
        PgHaException e = await Assert.ThrowsAsync<PgHaException>(
            () => BuildAsync(cluster, definition with { Nodes = [primary, definition.Nodes[1]] }));
        Assert.Equal("ForeignSystemIdentifier", e.ErrorId);
        Assert.Equal(InstanceState.Stopped, (await cluster.Control.GetStatusAsync(stranger, TestCluster.Deadline)).State);
    }

    [Fact]
    public async Task A_primary_is_not_made_anew_beside_standbys_of_an_old_one()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        ClusterDefinition definition = ReferenceDefinition.In(cluster);
        definition = definition with { Nodes = [definition.Nodes[0], definition.Nodes[3]], SynchronousStandbyNames = null };
        IReadOnlyList<PgInstance> nodes = await BuildAsync(cluster, definition);
        foreach (PgInstance node in nodes.Reverse())
            await cluster.Control.StopAsync(node, StopMode.Fast, TestCluster.Deadline);
        Directory.Move(cluster.Area["node20"], cluster.Area["kept"]);
        Assert.Equal("PrimaryMissing", (await Assert.ThrowsAsync<PgHaException>(() => BuildAsync(cluster, definition))).ErrorId);
        Assert.False(Directory.Exists(cluster.Area["node20"]));
    }

    [Fact]
    public async Task A_promoted_standby_is_not_made_a_standby_again()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        ClusterDefinition definition = ReferenceDefinition.In(cluster);
        definition = definition with { Nodes = [definition.Nodes[0], definition.Nodes[3]], SynchronousStandbyNames = null };
        IReadOnlyList<PgInstance> nodes = await BuildAsync(cluster, definition);
        await cluster.ScalarAsync<bool>(nodes[1], "select pg_promote()");
        Assert.Equal("NotAStandby", (await Assert.ThrowsAsync<PgHaException>(() => BuildAsync(cluster, definition))).ErrorId);
    }

    [Fact]
    public async Task A_password_that_a_running_standby_has_from_elsewhere_is_not_changed()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        ClusterDefinition definition = ReferenceDefinition.In(cluster);
        definition = definition with { Nodes = [definition.Nodes[0], definition.Nodes[3]], SynchronousStandbyNames = null };
        IReadOnlyList<PgInstance> nodes = await BuildAsync(cluster, definition);
        string? verifier = await cluster.ScalarAsync<string>(nodes[0], "select rolpassword from pg_authid where rolname = 'foo'");
        File.Delete(Path.Combine(cluster.Area["node23"], "standby.pgpass"));
        Assert.Equal(
            "ReplicationPasswordUnknown", (await Assert.ThrowsAsync<PgHaException>(() => BuildAsync(cluster, definition))).ErrorId);
        Assert.Equal(verifier, await cluster.ScalarAsync<string>(nodes[0], "select rolpassword from pg_authid where rolname = 'foo'"));
    }
}
