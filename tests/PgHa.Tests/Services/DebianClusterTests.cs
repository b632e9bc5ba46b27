namespace PgHa.Tests.Services;

public sealed class DebianClusterTests
{
    [Fact]
    public void A_cluster_is_known_by_the_path_of_its_configuration()
    {
        DebianCluster cluster = DebianCluster.OfConfiguration("/etc/postgresql/18/my-app/postgresql.conf")!;

        Assert.Equal("Debian cluster 18/my-app", cluster.ToString());
        Assert.Equal("postgresql@18-my-app.service", cluster.UnitId);
        Assert.Equal("/etc/postgresql/18/my-app", cluster.ConfigurationDirectory);
        Assert.Equal("/var/log/postgresql/postgresql-18-my-app.log", cluster.LogPath);
    }

    [Theory]
    [InlineData("/srv/pg/postgresql.conf")]
    [InlineData("/etc/postgresql/postgresql.conf")]
    [InlineData("/etc/postgresql/15/main/conf.d/more.conf")]
    public void Another_path_is_no_cluster(string path) => Assert.Null(DebianCluster.OfConfiguration(path));

    [Fact]
    public void A_name_as_pg_lsclusters_shows_it_is_read()
    {
        DebianCluster cluster = DebianCluster.Parse("15/my_app.2");

        Assert.Equal(("15", "my_app.2", "/etc/postgresql/15/my_app.2"), (cluster.Version, cluster.Name, cluster.ConfigurationDirectory));
        Assert.Equal("/var/lib/postgresql/15/my_app.2", cluster.DefaultDataDirectory(null));
        Assert.Equal("/srv/15-my_app.2", cluster.DefaultDataDirectory("/srv/%v-%c/"));
        Assert.Equal("/var/lib/postgresql/9.6/main", DebianCluster.Parse("9.6/main").DefaultDataDirectory(""));
    }

    [Theory]
    [InlineData("main")]
    [InlineData("15/")]
    [InlineData("15/a-b")]
    [InlineData("15/../x")]
    [InlineData("15/a b")]
    [InlineData("15/é")]
    [InlineData("15/main\n")]
    public void Another_text_is_no_name_of_a_cluster(string text) =>
        Assert.Throws<MalformedTextException>(() => DebianCluster.Parse(text));

    [Theory]
    [InlineData(null, "Auto")]
    [InlineData("", "Auto")]
    [InlineData("# Automatic startup configuration\n#   auto: start\n\nauto\n", "Auto")]
    [InlineData("manual # until the upgrade\n", "Manual")]
    [InlineData("  disabled\r\n", "Disabled")]
    [InlineData("yes\n", "Manual")]
    public void The_start_mode_is_the_first_word_that_is_no_comment(string? content, string mode) =>
        Assert.Equal(mode, DebianCluster.ReadStartMode(content).ToString());

    [Fact]
    public void The_options_that_Debians_tools_give_are_not_the_servers_own()
    {
        IReadOnlyList<PostmasterOption> options = PostmasterOptions.Parse(
            "/usr/lib/postgresql/15/bin/postgres \"-D\" \"/var/lib/postgresql/15/main\" \"-c\" \"config_file=/etc/postgresql/15/main/"
            + "postgresql.conf\" \"-c\" \"external_pid_file=/var/run/postgresql/15-main.pid\" \"-c\" \"work_mem=8MB\"\n");

        Assert.Equal(["-c work_mem=8MB"], DebianCluster.OwnOptions(options).Select(option => option.ToString()));
    }
}
