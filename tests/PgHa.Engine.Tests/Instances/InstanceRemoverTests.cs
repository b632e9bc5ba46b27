using PgHa.Engine.Instances;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Instances;

public sealed class InstanceRemoverTests
{
    [Fact]
    public async Task A_running_server_is_removed_by_force_only()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewStartedAsync();
        var remover = new InstanceRemover(cluster.Context);

        await TestCluster.FailsAsync("InstanceRunning", () => remover.RemoveAsync(server, stopFirst: false, TestCluster.Deadline));
        Assert.Equal(InstanceState.Running, await cluster.StateAsync(server));

        await remover.RemoveAsync(server, stopFirst: true, TestCluster.Deadline);
        Assert.False(Directory.Exists(server.DataDirectory));
        await remover.RemoveAsync(server, stopFirst: true, TestCluster.Deadline);
    }

    [Fact]
    public async Task A_directory_that_is_no_data_directory_stays()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewAsync("node");
        File.Delete(Path.Combine(server.DataDirectory!, "global", "pg_control"));

        await TestCluster.FailsAsync(
            "NotADataDirectory", () => new InstanceRemover(cluster.Context).RemoveAsync(server, stopFirst: true, TestCluster.Deadline));
        string home = await cluster.Area.CreateDirectoryAsync("home/documents");
        await TestCluster.FailsAsync(
            "NotADataDirectory",
            () => new InstanceRemover(cluster.Context).RemoveAsync(
                server with { DataDirectory = Path.GetDirectoryName(home) }, stopFirst: true, TestCluster.Deadline));

        Assert.True(Directory.Exists(server.DataDirectory));
        Assert.True(Directory.Exists(home));
    }

    [Fact]
    public async Task Of_a_tablespace_only_the_servers_own_part_goes()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        string tablespace = await cluster.Area.CreateDirectoryAsync("fast disk");
        PgInstance server = await cluster.NewStartedAsync();
        await cluster.ExecuteAsync(server, $"create tablespace fast location '{tablespace}'");
        await cluster.ExecuteAsync(server, "create table t (a int) tablespace fast");
        await TestCluster.RunAsync("mkdir", $"{tablespace}/PG_14_202107181");

        await new InstanceRemover(cluster.Context).RemoveAsync(server, stopFirst: true, TestCluster.Deadline);

        Assert.Equal(["PG_14_202107181"], Directory.EnumerateDirectories(tablespace).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_copys_removal_spares_the_tablespace_it_links_to()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        string tablespace = await cluster.Area.CreateDirectoryAsync("fast");
        PgInstance server = await cluster.NewStartedAsync();
        await cluster.ExecuteAsync(server, $"create tablespace fast location '{tablespace}'");
        await cluster.ExecuteAsync(server, "create table t tablespace fast as select 1 as a");
        PgInstance copy = server with { DataDirectory = cluster.Area["copy"] };
        await TestCluster.RunAsync("cp", "-a", server.DataDirectory!, copy.DataDirectory!);

        await new InstanceRemover(cluster.Context).RemoveAsync(copy, stopFirst: true, TestCluster.Deadline);

        Assert.False(Directory.Exists(copy.DataDirectory));
        Assert.Equal(1, await cluster.ScalarAsync<int>(server, "select a from t"));
        Assert.Contains(cluster.Log.Warnings, warning => warning.Contains("is left alone", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("backup")]
    [InlineData("node.pgha-old-20261130T120000Z")]
    public async Task A_tablespace_that_a_backup_or_a_replaced_directory_links_to_is_spared(string name)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        string tablespace = await cluster.Area.CreateDirectoryAsync("fast");
        PgInstance server = await cluster.NewStartedAsync();
        await cluster.ExecuteAsync(server, $"create tablespace fast location '{tablespace}'");
        await cluster.ExecuteAsync(server, "create table t tablespace fast as select 1 as a");
        await cluster.Control.StopAsync(server, StopMode.Fast, TestCluster.Deadline);
        PgInstance other = server with { DataDirectory = cluster.Area[name] };
        await TestCluster.RunAsync("cp", "-a", server.DataDirectory!, other.DataDirectory!);
        await TestCluster.RunAsync("rm", Path.Combine(other.DataDirectory!, "postmaster.opts"));
        await TestCluster.WriteAsync(other, "backup_label", "");
        string folder = Path.GetDirectoryName(server.DataDirectory)!;
        Assert.Equal(
            [server.DataDirectory],
            (await new InstanceFinder(cluster.Context).FindAsync(folder, TestCluster.Deadline)).Select(found => found.DataDirectory));

        await new InstanceRemover(cluster.Context).RemoveAsync(server, stopFirst: true, TestCluster.Deadline);

        Assert.False(Directory.Exists(server.DataDirectory));
        Assert.NotEmpty(Directory.EnumerateFiles(tablespace, "*", SearchOption.AllDirectories));
        Assert.Contains(cluster.Log.Warnings, warning => warning.Contains("is left alone", StringComparison.Ordinal));
    }
}
