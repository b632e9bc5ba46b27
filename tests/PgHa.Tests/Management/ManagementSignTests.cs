namespace PgHa.Tests.Management;

public sealed class ManagementSignTests
{
    [Theory]
    [InlineData("Patroni", ServerManager.Patroni)] // 3.0
    [InlineData("Patroni heartbeat", ServerManager.Patroni)] // 4.1
    [InlineData("Patroni restapi", ServerManager.Patroni)]
    [InlineData("repmgr", ServerManager.Repmgr)]
    [InlineData("pgautofailover_monitor", ServerManager.PgAutoFailover)]
    [InlineData("pgautofailover_standby_2", ServerManager.PgAutoFailover)]
    [InlineData("cnpg-instance-manager", ServerManager.CloudNativePg)]
    [InlineData("stolon_keeper0", ServerManager.Stolon)]
    public void A_session_says_that_its_manager_is_there_now(string name, ServerManager manager)
    {
        ManagementSign sign = Assert.Single(new SqlManagementFacts([name], [], [], NoSettings).Signs);

        Assert.Equal((manager, SignPlace.Sql, SignMeaning.IsManaged), (sign.Manager, sign.Place, sign.Meaning));
        Assert.Equal($"the session '{name}' (by SQL)", sign.ToString());
    }

    [Theory]
    [InlineData("psql")]
    [InlineData("Patroni's")]
    [InlineData("pgautofailover_standby_")]
    [InlineData("node21")]
    public void Other_sessions_say_nothing(string name) => Assert.Empty(new SqlManagementFacts([name], [name], [name], NoSettings).Signs);

    [Theory]
    [InlineData("slot", "_cnpg_cluster_2", ServerManager.CloudNativePg)]
    [InlineData("slot", "pgautofailover_standby_1", ServerManager.PgAutoFailover)]
    [InlineData("slot", "repmgr_slot_2", ServerManager.Repmgr)]
    [InlineData("slot", "stolon_b27e5a3c", ServerManager.Stolon)]
    [InlineData("role", "pgautofailover_replicator", ServerManager.PgAutoFailover)]
    [InlineData("role", "_crunchyrepl", ServerManager.CrunchyOperator)]
    [InlineData("role", "repmgr", ServerManager.Repmgr)]
    public void Slots_and_roles_stay_when_their_manager_is_gone(string kind, string name, ServerManager manager)
    {
        ManagementSign sign = Assert.Single(new SqlManagementFacts(
            [], kind == "role" ? [name] : [], kind == "slot" ? [name] : [], NoSettings).Signs);

        Assert.Equal((manager, SignMeaning.WasManaged), (sign.Manager, sign.Meaning));
    }

    [Theory]
    [InlineData("rds.extensions", "postgis", ServerManager.AmazonRds, SignMeaning.IsManaged)]
    [InlineData("azure.extensions", "", ServerManager.AzureDatabase, SignMeaning.IsManaged)]
    [InlineData("cloudsql.iam_authentication", "off", ServerManager.CloudSql, SignMeaning.IsManaged)]
    [InlineData("alloydb.iam_authentication", "off", ServerManager.CloudSql, SignMeaning.IsManaged)]
    [InlineData("cnpg.config_sha256", "3cfa", ServerManager.CloudNativePg, SignMeaning.WasManaged)]
    [InlineData("archive_command", "/controller/manager wal-archive --log-destination x %p", ServerManager.CloudNativePg,
        SignMeaning.WasManaged)]
    [InlineData("primary_slot_name", "pgautofailover_standby_2", ServerManager.PgAutoFailover, SignMeaning.WasManaged)]
    [InlineData("shared_preload_libraries", "pg_stat_statements, repmgr", ServerManager.Repmgr, SignMeaning.WasManaged)]
    [InlineData("shared_preload_libraries", "bg_mon,pg_stat_statements", ServerManager.ZalandoOperator, SignMeaning.WasManaged)]
    public void Settings_tell_too(string name, string value, ServerManager manager, SignMeaning meaning)
    {
        ManagementSign sign = Assert.Single(
            new SqlManagementFacts([], [], [], new Dictionary<string, string> { [name] = value }).Signs);

        Assert.Equal((manager, meaning), (sign.Manager, sign.Meaning));
    }

    [Fact]
    public void Settings_of_an_ordinary_server_say_nothing()
    {
        Dictionary<string, string> settings = new()
        {
            ["archive_command"] = "cp %p /srv/%f",
            ["primary_slot_name"] = "slot_b",
            ["shared_preload_libraries"] = "pg_stat_statements, my_repmgr",
        };

        Assert.Empty(new SqlManagementFacts([], [], [], settings).Signs);
    }

    [Theory]
    [InlineData("patroni.dynamic.json", ServerManager.Patroni)]
    [InlineData("postgresql.base.conf", ServerManager.Patroni)]
    [InlineData("postgresql-auto-failover.conf", ServerManager.PgAutoFailover)]
    [InlineData("postgresql-auto-failover-standby.conf", ServerManager.PgAutoFailover)]
    [InlineData("stolon-temp-postgresql.conf", ServerManager.Stolon)]
    [InlineData("custom.conf,override.conf", ServerManager.CloudNativePg)]
    public void A_file_alone_means_that_the_server_was_managed(string names, ServerManager manager)
    {
        ManagementSign sign = Assert.Single(FileSigns.Of([.. names.Split(','), "PG_VERSION", "postgresql.conf"], []));

        Assert.Equal((manager, SignPlace.File, SignMeaning.WasManaged), (sign.Manager, sign.Place, sign.Meaning));
    }

    [Fact]
    public void Patroni_is_known_by_the_command_line_that_it_writes()
    {
        string patroni = """
            /usr/lib/postgresql/15/bin/postgres "-D" "/data" "--config-file=/data/postgresql.conf" "--listen_addresses=127.0.0.1"
            """.TrimEnd() + """
             "--port=27501" "--cluster_name=demo" "--wal_level=replica" "--hot_standby=on" "--max_connections=100"
            """.TrimEnd() + """
             "--max_locks_per_transaction=64" "--track_commit_timestamp=off" "--max_worker_processes=8"
            """;
        const string Own = """/usr/bin/postgres "-D" "/data" "-c" "config_file=/etc/x.conf" "-c" "cluster_name=a" "-c" "port=5432" """;

        Assert.Equal(ServerManager.Patroni, Assert.Single(FileSigns.Of([], PostmasterOptions.Parse(patroni))).Manager);
        Assert.Empty(FileSigns.Of(["custom.conf"], PostmasterOptions.Parse(Own)));
    }

    [Theory]
    [InlineData("/usr/bin/python3 /usr/bin/patroni /etc/patroni/15-main.yml", ServerManager.Patroni, "/etc/patroni/15-main.yml", null)]
    [InlineData("python3.11 -m patroni p1.yml", ServerManager.Patroni, "p1.yml", null)]
    [InlineData("/opt/patroni/patroni.py --generate-config", null, null, null)]
    [InlineData("/usr/local/bin/patroni", ServerManager.Patroni, null, null)]
    [InlineData("/usr/lib/postgresql/15/bin/repmgrd -f /etc/repmgr.conf -d", ServerManager.Repmgr, "/etc/repmgr.conf", null)]
    [InlineData("repmgrd --config-file=r.conf", ServerManager.Repmgr, "r.conf", null)]
    [InlineData("/usr/bin/pg_autoctl run --pgdata /srv/pg", ServerManager.PgAutoFailover, null, "/srv/pg")]
    [InlineData("pg_autoctl: node active ", ServerManager.PgAutoFailover, null, null)]
    [InlineData("stolon-keeper --data-dir=/srv/stolon/ --uid a", ServerManager.Stolon, null, "/srv/stolon/postgres")]
    [InlineData("/usr/sbin/pacemakerd", ServerManager.Pacemaker, null, null)]
    [InlineData("/controller/manager instance run --status-port-tls", ServerManager.CloudNativePg, null, null)]
    [InlineData("/usr/bin/python3 /usr/bin/patronictl list", null, null, null)]
    [InlineData("patroni_raft_controller r.yml", null, null, null)]
    [InlineData("vim /etc/patroni/patroni.yml", null, null, null)]
    [InlineData("postgres: patroni: startup recovering", null, null, null)]
    [InlineData("/usr/bin/manager instance run", null, null, null)]
    [InlineData("", null, null, null)]
    public void A_manager_is_known_by_its_command_line(string commandLine, ServerManager? manager, string? configuration, string? directory)
    {
        ManagerProcess? process = ManagerProcess.Of(commandLine);

        Assert.Equal(manager, process?.Manager);
        Assert.Equal(configuration, process?.ConfigurationPath);
        Assert.Equal(directory, process?.DataDirectory);
        Assert.Equal(commandLine.StartsWith("pg_autoctl:", StringComparison.Ordinal), process?.IsPart == true);
    }

    [Theory]
    [InlineData("postgresql:\n  data_dir: /srv/pg\n  bin_dir: /usr/bin", "/srv/pg")]
    [InlineData("postgresql: {listen: '*:5432', data_dir: \"/srv/pg\", x: 1}", "/srv/pg")]
    [InlineData("  data_dir: /srv/pg/ # the data", "/srv/pg/")]
    [InlineData("node_id=1\ndata_directory='/srv/pg a'", "/srv/pg a")]
    [InlineData("data_directory = /srv/pg\r", "/srv/pg")]
    [InlineData("# data_dir: /srv/pg\nraft:\n  my_data_dir: /x", "")]
    public void A_managers_configuration_names_the_data_directory(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', ManagerProcess.DirectoriesIn(text)));

    private static Dictionary<string, string> NoSettings => [];
}
