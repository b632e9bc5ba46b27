namespace PgHa.Tests.Servers;

public sealed class DebianClusterTests
{
    [Fact]
    public void Is_told_by_the_path_of_its_configuration()
    {
        var cluster = DebianCluster.Of("/etc/postgresql/15/main/postgresql.conf");

        Assert.Equal(new DebianCluster("15", "main"), cluster);
        Assert.Equal("15/main", cluster!.ToString());
        Assert.Equal("/etc/postgresql/15/main", cluster.ConfigurationDirectory);
        Assert.Equal("/var/log/postgresql/postgresql-15-main.log", cluster.DefaultLogFile);
        Assert.Equal("/etc/postgresql/15/main/log", cluster.LogLink);
    }

    [Theory]
    [InlineData("/var/lib/postgresql/15/main/postgresql.conf")]
    [InlineData("/etc/postgresql/postgresql.conf")]
    [InlineData("/etc/postgresql/15/main/other.conf")]
    [InlineData("/etc/postgresql/15/main/conf.d/postgresql.conf")]
    [InlineData("/etc/postgresql//main/postgresql.conf")]
    public void Is_not_told_by_another_path(string path) => Assert.Null(DebianCluster.Of(path));
}
