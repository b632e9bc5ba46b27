using PgHa.Engine.Cloning;

namespace PgHa.Engine.Tests.Backup;

/// <summary>
/// Where the configuration was there before the server, <c>postgresql.auto.conf</c> gets only the settings that the configuration lacks.
/// </summary>
public sealed class KeptConfigurationTests
{
    private static readonly ServerDialect Dialect = ServerDialect.For(ServerVersion.Parse("15.2"));

    private static readonly KeyValuePair<string, string>[] Own = [new("port", "5433"), new("cluster_name", "b")];

    [Fact]
    public void What_the_source_brought_of_its_own_is_dropped_and_what_the_configuration_says_already_is_left_out()
    {
        var source = ConfigurationFile.Parse("port = 5432\nprimary_slot_name = 'a'\narchive_command = 'x %p'\nwork_mem = 8MB\n");

        ConfigurationFile auto = Kept("port = 5433\ncluster_name = '15/b'\ninclude_dir = 'conf.d'\n").AutoFile(
            source, Dialect, Own, new Dictionary<string, int>());

        Assert.Equal(["work_mem", "cluster_name"], auto.Entries.Select(entry => entry.Name));
        Assert.Equal("b", auto["cluster_name"]);
    }

    [Fact]
    public void A_port_of_its_own_wins_over_that_of_the_configuration() =>
        Assert.Equal("5433", Kept("port = 5434\n").AutoFile(ConfigurationFile.Empty, Dialect, Own, new Dictionary<string, int>())["port"]);

    [Fact]
    public void A_standby_has_nothing_lower_than_its_primary()
    {
        Dictionary<string, int> required = new()
        {
            ["max_connections"] = 120,
            ["max_worker_processes"] = 8,
            ["max_wal_senders"] = 10,
            ["max_locks_per_transaction"] = 64,
        };

        ConfigurationFile auto = Kept("max_connections = 100\nmax_wal_senders = 20\n").AutoFile(
            ConfigurationFile.Parse("max_locks_per_transaction = 32\n"), Dialect, [], required);

        Assert.Equal("120", auto["max_connections"]);
        Assert.Equal("64", auto["max_locks_per_transaction"]);
        // The default is enough, and so is what the configuration has.
        Assert.False(auto.Contains("max_worker_processes"));
        Assert.False(auto.Contains("max_wal_senders"));
    }

    [Fact]
    public void The_port_is_read_from_the_configuration()
    {
        Assert.Equal(5433, KeptConfiguration.PortIn(Kept("port = 5433\n").Main));
        Assert.Null(KeptConfiguration.PortIn(Kept("").Main));
    }

    private static KeptConfiguration Kept(string text) => new(
        new ConfigurationSource("/etc/postgresql/15/b/postgresql.conf", ConfigurationFile.Parse(text)),
        new Dictionary<string, int> { ["max_worker_processes"] = 8, ["max_connections"] = 100 });
}
