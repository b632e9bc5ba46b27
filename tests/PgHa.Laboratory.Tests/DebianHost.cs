using System.Globalization;

namespace PgHa.Laboratory.Tests;

/// <summary>
/// A host's Debian clusters, made and looked at with Debian's and PostgreSQL's own tools. Everybody may connect to them, so that the
/// tests can tell who is in charge of a server apart from who may log in.
/// </summary>
internal sealed class DebianHost(Laboratory laboratory, string host)
{
    private const int FirstPort = 5432;

    /// <summary>The major of the host's own packages.</summary>
    public const int Major = 15;

    /// <summary>Its name in the laboratory.</summary>
    public string Name => host;

    /// <summary>Its address in the laboratory's network.</summary>
    public string Address => $"10.86.0.{host[1..]}";

    /// <summary>A primary, started by its unit.</summary>
    public async Task CreateAsync(string cluster)
    {
        await CreateStoppedAsync(cluster);
        await SystemctlAsync("start", cluster);
    }

    /// <summary>A standby by hand: pg_createcluster for the configuration in /etc, and pg_basebackup -R for the data.</summary>
    /// <param name="cluster">Its name.</param>
    /// <param name="upstream">The cluster that it follows.</param>
    /// <param name="address">Where that one is.</param>
    public async Task CreateStandbyAsync(string cluster, string upstream, string address = "127.0.0.1")
    {
        await CreateStoppedAsync(cluster);
        await laboratory.RunAsync(host, "rm", "-r", DataDirectory(cluster));
        string connection = $"host={address} port={Port(upstream)} user=postgres application_name={cluster}";
        await laboratory.RunAsync(
            host, "runuser", "-u", "postgres", "--",
            "pg_basebackup", "-D", DataDirectory(cluster), "-d", connection, "-R", "-c", "fast", "-C", "-S", cluster);
        await SystemctlAsync("start", cluster);
    }

    public Task SystemctlAsync(string verb, string cluster) => laboratory.RunAsync(host, "systemctl", verb, Unit(cluster));

    public Task<string> SqlAsync(string cluster, string sql) =>
        laboratory.RunAsync(host, "psql", "-XAtq", "-h", "localhost", "-p", $"{Port(cluster)}", "-U", "postgres", "-c", sql);

    /// <summary>Ends a server as a crash of it alone does, and waits until it is gone.</summary>
    public async Task KillAsync(string cluster)
    {
        await laboratory.RunAsync(host, "kill", "-KILL", await PostmasterAsync(cluster));
        await Laboratory.AwaitAsync("down", async () => (await ListAsync())[cluster]);
    }

    /// <summary>Stops a server and starts it again as systemd does not learn: as the owner of its files, with pg_ctl.</summary>
    public async Task RestartBesideUnitAsync(string cluster)
    {
        string log = $"/var/log/postgresql/postgresql-{Major}-{cluster}.log";
        string options = $"-c config_file=/etc/postgresql/{Major}/{cluster}/postgresql.conf";
        string program = $"/usr/lib/postgresql/{Major}/bin/pg_ctl";
        await laboratory.RunAsync(host, "runuser", "-u", "postgres", "--", program, "stop", "-D", DataDirectory(cluster), "-m", "fast");
        // The unit's own stop command, which follows the end of its process, would stop the next server too.
        await Laboratory.AwaitAsync(
            "failed", () => laboratory.RunAsync(host, "systemctl", "show", Unit(cluster), "--value", "-p", "ActiveState"));
        await laboratory.RunAsync(
            host, "runuser", "-u", "postgres", "--", program, "start", "-D", DataDirectory(cluster), "-o", options, "-l", log);
    }

    /// <summary>The names of the checks that find something in a server's cluster.</summary>
    public async Task<IReadOnlyList<string>> FindingsAsync(string cluster) =>
        [.. (await laboratory.PowerShellAsync(host, $"(Get-PgInstance {Major}/{cluster} | Test-PgCluster -Detailed).Check"))
            .EnumerateArray().Select(check => check.GetString()!)];

    /// <summary>What pg_lsclusters says of each cluster: online, <c>online,recovery</c> or down.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ListAsync() =>
        (await laboratory.RunAsync(host, "pg_lsclusters", "--no-header")).Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(fields => fields[1], fields => fields[3]);

    /// <summary>
    /// The server runs, its unit knows it, and everything is where the distribution has it: configuration, log, pid file. Whoever starts
    /// a server behind systemd's back leaves a unit that has failed, or none of these.
    /// </summary>
    public async Task AssertRunsAsDebianHasItAsync(params string[] clusters)
    {
        foreach (string cluster in clusters)
        {
            string pid = await PostmasterAsync(cluster);
            Assert.Equal(
                $"Result=success\nActiveState=active\nSubState=running\nMainPID={pid}",
                Ordered(await laboratory.RunAsync(
                    host, "systemctl", "show", Unit(cluster), "-p", "Result", "-p", "ActiveState", "-p", "SubState", "-p", "MainPID")));
            Assert.StartsWith("online", (await ListAsync())[cluster], StringComparison.Ordinal);
            Assert.EndsWith($"/postgresql@{Major}-{cluster}.service", await FileAsync($"/proc/{pid}/cgroup"), StringComparison.Ordinal);
            Assert.Contains(
                $"config_file=/etc/postgresql/{Major}/{cluster}/postgresql.conf",
                await FileAsync($"/proc/{pid}/cmdline"), StringComparison.Ordinal);
            Assert.Equal(
                $"/var/log/postgresql/postgresql-{Major}-{cluster}.log", await laboratory.RunAsync(host, "readlink", $"/proc/{pid}/fd/2"));
            string configuration = await laboratory.RunAsync(
                host, "find", DataDirectory(cluster), "-maxdepth", "1", "-name", "p*.conf", "!", "-name", "*.auto.conf");
            Assert.Equal("", configuration);
        }
    }

    /// <summary>A standby streams from a primary, whoever else does.</summary>
    public Task AssertStreamsAsync(string primary, string standby) => Laboratory.AwaitAsync(
        "streaming",
        // By hand it has called itself by its cluster's name; PgHa adds the version, as pg_lsclusters shows it.
        () => SqlAsync(
            primary, $"SELECT state FROM pg_stat_replication WHERE application_name IN ('{standby}', '{Major}/{standby}')"));

    /// <summary>One primary, and everybody else streams from it.</summary>
    public async Task AssertStreamAsync(string primary, params string[] standbys)
    {
        await AwaitStandbysAsync(primary, standbys.Length);
        Assert.Equal("f", await SqlAsync(primary, "SELECT pg_is_in_recovery()"));
        foreach (string standby in standbys)
            Assert.Equal("t", await SqlAsync(standby, "SELECT pg_is_in_recovery()"));
    }

    /// <summary>Waits until that many standbys stream from a primary.</summary>
    public Task AwaitStandbysAsync(string primary, int count) => Laboratory.AwaitAsync(
        $"{count}", () => SqlAsync(primary, "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"));

    private async Task CreateStoppedAsync(string cluster)
    {
        await laboratory.RunAsync(
            host, "pg_createcluster", "-p", $"{Port(cluster)}", "-o", "wal_log_hints=on", "-o", "wal_keep_size=256MB",
            "-o", "listen_addresses=*", $"{Major}", cluster, "--", "-A", "trust", "-N");
        await laboratory.RunAsync(
            host, "sh", "-c", $"echo 'host all,replication all 10.86.0.0/24 trust' >> /etc/postgresql/{Major}/{cluster}/pg_hba.conf");
    }

    private async Task<string> PostmasterAsync(string cluster) =>
        (await FileAsync($"{DataDirectory(cluster)}/postmaster.pid")).Split('\n')[0];

    private Task<string> FileAsync(string path) => laboratory.RunAsync(host, "cat", path);

    // The order is systemd's and changes with its version.
    private static string Ordered(string properties)
    {
        string[] names = ["Result", "ActiveState", "SubState", "MainPID"];
        return string.Join('\n', properties.Split('\n').OrderBy(line => Array.IndexOf(names, line.Split('=')[0])));
    }

    // a, b, c and so on, as pg_createcluster counts up its ports.
    private static int Port(string cluster) => FirstPort + cluster[0] - 'a';

    private static string DataDirectory(string cluster) => $"/var/lib/postgresql/{Major}/{cluster}";

    private static string Unit(string cluster) => string.Create(CultureInfo.InvariantCulture, $"postgresql@{Major}-{cluster}");
}
