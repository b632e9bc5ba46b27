using PgHa.Engine.Instances;

namespace PgHa.Engine.Tests.Support;

public sealed class CopiedServerTests
{
    [Fact]
    public async Task Copies_of_one_server_have_their_own_names_ports_and_paths()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        var finder = new InstanceFinder(cluster.Context);

        foreach (string name in (string[])["one", "two"])
        {
            PgInstance copy = await cluster.NewAsync(name);

            PgInstance found = await finder.FromDirectoryAsync(copy.DataDirectory!, TestCluster.Deadline);
            Assert.Equal((name, copy.Port, cluster.Area[name]), (found.Name, found.Port, found.DataDirectory));
        }
    }
}
