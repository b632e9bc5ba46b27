namespace PgHa.Tests.Backup;

/// <summary>What a clone keeps of its source, and what not.</summary>
public class CloneRulesTests
{
    private static readonly KeyValuePair<string, string>[] Own = [new("port", "9423"), new("cluster_name", "node23")];

    [Fact]
    public void What_is_the_sources_own_goes_and_the_rest_stays_as_it_is()
    {
        var source = ConfigurationFile.Parse("""
            # mine
            port = 9420	# here
            max_connections = 50
            archive_mode = on
            primary_slot_name = 'a'
            recovery_target_time = '2020-01-01'
            hba_file = '/etc/pg_hba.conf'
            log_directory = '/var/log/pg'
            """);

        string clone = InheritedSettings.InMainFile(source, ServerDialect.For(ServerVersion.OfMajor(15)), Own).Text;

        Assert.Equal("# mine\nport = 9423\t# here\nmax_connections = 50\ncluster_name = node23\n", clone);
    }

    [Fact]
    public void A_relative_log_directory_is_the_clones_own_already() =>
        Assert.Equal("log", InheritedSettings.InMainFile(
            ConfigurationFile.Parse("log_directory = 'log'\n"), ServerDialect.For(ServerVersion.OfMajor(15)), Own)["log_directory"]);

    [Fact]
    public void ALTER_SYSTEM_of_the_source_does_not_overrule_the_clone()
    {
        var auto = ConfigurationFile.Parse("port = 1\nwork_mem = '8MB'\nsynchronous_standby_names = 's1'\n");

        string clone = InheritedSettings.InAutoFile(auto, ConfigurationFile.Empty, ServerDialect.For(ServerVersion.OfMajor(15)), Own).Text;

        Assert.Equal("work_mem = '8MB'\n", clone);
    }

    [Fact]
    public void What_an_included_file_may_say_is_overruled()
    {
        var main = ConfigurationFile.Parse("include = 'shared.conf'\n");

        ConfigurationFile clone = InheritedSettings.InAutoFile(
            ConfigurationFile.Empty, main, ServerDialect.For(ServerVersion.OfMajor(15)), Own);

        Assert.Equal(
            ("9423", "off", "", ""), (clone["port"], clone["archive_mode"], clone["primary_slot_name"], clone["recovery_target_time"]));
    }

    [Theory]
    [InlineData(11, "stats_temp_directory", true)]
    [InlineData(11, "primary_slot_name", false)]
    [InlineData(12, "primary_slot_name", true)]
    [InlineData(14, "archive_library", false)]
    [InlineData(15, "archive_library", true)]
    [InlineData(15, "promote_trigger_file", true)]
    [InlineData(16, "promote_trigger_file", false)]
    [InlineData(17, "sync_replication_slots", true)]
    public void Only_what_the_version_knows_is_reset(int major, string name, bool isReset) =>
        Assert.Equal(
            isReset, InheritedSettings.ToReset(ServerDialect.For(ServerVersion.OfMajor(major))).Any(setting => setting.Key == name));

    [Theory]
    [InlineData("*", "db1", "db2", "*")]
    [InlineData("localhost", "127.0.0.1", "10.0.0.2", "10.0.0.2")]
    [InlineData("localhost, 10.0.0.1", "10.0.0.1", "10.0.0.2", "localhost, 10.0.0.2")]
    [InlineData("localhost", "10.0.0.1", "127.0.0.1", "localhost")]
    [InlineData("db1", "db1", "/tmp", "db1")]
    public void The_clone_listens_on_its_own_address(string listen, string source, string clone, string expected) =>
        Assert.Equal(expected, ListenAddresses.ForClone(listen, source, clone));

    [Theory]
    [InlineData("31250/80000 kB (39%), 0/1 tablespace", 39, "30.5 of 78.1 MB")]
    [InlineData("  31250/  80000 kB (39%), 1/2 tablespaces (…/base/1/2345      )", 39, "30.5 of 78.1 MB, tablespace 2 of 2")]
    [InlineData("90000/80000 kB (100%), 1/1 tablespace", 100, "87.9 of 78.1 MB")]
    public void Progress_is_read_from_what_pg_basebackup_prints(string line, int percent, string text)
    {
        BaseBackupProgress progress = Assert.IsType<BaseBackupProgress>(BaseBackupProgress.Parse(line));
        Assert.Equal((percent, text), (progress.Percent, progress.ToString()));
    }

    [Fact]
    public void Other_lines_are_no_progress() => Assert.Null(BaseBackupProgress.Parse("waiting for checkpoint"));
}
