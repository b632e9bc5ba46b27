namespace PgHa.Tests.Clusters;

public sealed class InitialFilesTests
{
    private static readonly ServerDialect Dialect = ServerDialect.For(ServerVersion.Parse("15"));

    private static readonly Dictionary<string, int> Defaults = new()
    {
        ["max_connections"] = 100,
        ["max_worker_processes"] = 8,
        ["max_wal_senders"] = 10,
        ["max_prepared_transactions"] = 0,
        ["max_locks_per_transaction"] = 64,
    };

    [Fact]
    public void Standbys_with_the_defaults_or_more_begin_with_the_files_of_initdb()
    {
        Assert.True(NodeConfiguration.CanCopyInitialFiles(Cluster(), Dialect, Defaults));
        Assert.True(NodeConfiguration.CanCopyInitialFiles(Cluster(standby: new() { ["max_connections"] = "100" }), Dialect, Defaults));
    }

    [Theory]
    [InlineData("max_connections", "99")]
    [InlineData("max_worker_processes", "4")]
    [InlineData("max_wal_senders", "9")]
    [InlineData("max_locks_per_transaction", "63")]
    public void A_hot_standby_below_the_defaults_needs_a_base_backup(string setting, string value)
    {
        Assert.False(NodeConfiguration.CanCopyInitialFiles(Cluster(standby: new() { [setting] = value }), Dialect, Defaults));
        Assert.True(
            NodeConfiguration.CanCopyInitialFiles(Cluster(standby: new() { [setting] = value }, hotStandby: false), Dialect, Defaults));
    }

    [Fact]
    public void So_do_tablespaces_and_servers_that_begin_with_minimal_WAL()
    {
        Assert.False(NodeConfiguration.CanCopyInitialFiles(Cluster(tablespaces: new() { ["fast"] = "/srv/fast" }), Dialect, Defaults));
        Assert.False(NodeConfiguration.CanCopyInitialFiles(Cluster(), ServerDialect.For(ServerVersion.Parse("9.6")), Defaults));
    }

    private static ClusterDefinition Cluster(
        Dictionary<string, string>? standby = null, bool hotStandby = true, Dictionary<string, string>? tablespaces = null) => new()
        {
            Name = "c",
            Nodes =
            [
                new NodeDefinition { Name = "a", Port = 5432, DataDirectory = "/srv/a", Tablespaces = tablespaces ?? [] },
                new NodeDefinition
                {
                    Name = "b",
                    Port = 5433,
                    DataDirectory = "/srv/b",
                    Upstream = "a",
                    HotStandby = hotStandby,
                    Settings = standby ?? []
                },
            ],
        };
}
