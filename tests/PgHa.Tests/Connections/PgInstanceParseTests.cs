namespace PgHa.Tests;

public sealed class PgInstanceParseTests
{
    [Theory]
    [InlineData("db1", "db1", 5432)]
    [InlineData(" db1 ", "db1", 5432)]
    [InlineData("db1:5433", "db1", 5433)]
    [InlineData("10.0.0.1:5433", "10.0.0.1", 5433)]
    [InlineData("db-1.example_x.org", "db-1.example_x.org", 5432)]
    [InlineData("[::1]", "::1", 5432)]
    [InlineData("[::1]:5433", "::1", 5433)]
    [InlineData("[fe80::1%eth0]:5433", "fe80::1%eth0", 5433)]
    [InlineData("/var/run/postgresql", "/var/run/postgresql", 5432)]
    [InlineData("/var/run/postgresql:5433", "/var/run/postgresql", 5433)]
    [InlineData("/tmp/a:b", "/tmp/a:b", 5432)]
    [InlineData("/tmp/a=b", "/tmp/a=b", 5432)]
    [InlineData("host=db1 port=5433", "db1", 5433)]
    [InlineData("port=5433", "127.0.0.1", 5433)]
    [InlineData("hostaddr=10.0.0.1", "10.0.0.1", 5432)]
    [InlineData("host=/tmp", "/tmp", 5432)]
    [InlineData("postgresql://db1:5433/", "db1", 5433)]
    [InlineData("postgres://[::1]", "::1", 5432)]
    public void A_text_gives_host_and_port(string text, string host, int port)
    {
        PgInstance server = PgInstance.Parse(text);
        Assert.Equal((host, port), (server.Host, server.Port));
        Assert.Equal(server, new PgInstance(text));
        Assert.Equal(server, PgInstance.Parse(server.Address));
    }

    [Fact]
    public void A_connection_string_gives_role_database_options_and_password()
    {
        PgInstance server = new("host=db1 sslmode=require user=u password='p w' dbname=d application_name='my app' sslpassword=k");
        Assert.Equal(("u", "d", "sslmode=require application_name='my app'"), (server.UserName, server.Database, server.Options));
        Assert.True(server.HasPassword);
        Assert.Equal("p w", server.RevealPassword());
    }

    [Fact]
    public void What_a_text_leaves_out_has_its_default()
    {
        PgInstance server = new("db1");
        Assert.Equal(("postgres", "postgres", null, false), (server.UserName, server.Database, server.Options, server.HasPassword));
    }

    [Fact]
    public void Both_of_host_and_hostaddr_are_kept() =>
        Assert.Equal(
            ("db1", "hostaddr=10.0.0.1"),
            (PgInstance.Parse("host=db1 hostaddr=10.0.0.1").Host, PgInstance.Parse("host=db1 hostaddr=10.0.0.1").Options));

    [Fact]
    public void Connection_settings_hold_all_that_the_text_said()
    {
        ConnectionSettings settings = new PgInstance("postgresql://u:p@db1:5433/d?sslmode=require&sslpassword=k").ToConnectionSettings();
        Assert.Equal(
            "host=db1 port=5433 user=u dbname=d sslmode=require password=p sslpassword=k",
            settings.ToConninfo(includeSecrets: true));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("db1:", 4)]
    [InlineData("db1:x", 4)]
    [InlineData("db1:0", 4)]
    [InlineData("db1:65536", 4)]
    [InlineData("db 1", 2)]
    [InlineData("db1/x", 3)]
    [InlineData("::1", 0)]
    [InlineData("[::1", 4)]
    [InlineData("[::1]x", 5)]
    [InlineData("[db1]:5432", 1)]
    [InlineData("[1.2.3.4]", 1)]
    [InlineData("/tmp:99999", 5)]
    [InlineData(@"C:\data", 2)]
    [InlineData("a@db1", 1)]
    public void A_malformed_text_says_where_and_lists_the_valid_forms(string text, int position)
    {
        MalformedTextException e = Assert.Throws<MalformedTextException>(() => PgInstance.Parse(text));
        Assert.Equal(("server", position), (e.Kind, e.Position));
        foreach (string form in new[] { "host:port", "[IPv6]:port", "/socket/directory:port", "conninfo", "postgresql://" })
            Assert.Contains(form, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("host=a,b")]
    [InlineData("postgresql://a,b/")]
    [InlineData("host=a port=1,2")]
    public void Several_hosts_are_no_server(string text)
    {
        MalformedTextException e = Assert.Throws<MalformedTextException>(() => PgInstance.Parse(text));
        Assert.Contains("name one", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_service_is_refused_rather_than_ignored() =>
        Assert.Throws<MalformedTextException>(() => PgInstance.Parse("service=prod"));

    [Theory]
    [InlineData("u:s3cret@db1:5432")]
    [InlineData("u:s3cret@db1")]
    [InlineData("password=s3cret s3cret")]
    [InlineData("postgresql://u:s3cret@db1:x")]
    [InlineData("postgresql://u:s3cret@a,b")]
    public void A_malformed_text_never_shows_a_password(string text)
    {
        MalformedTextException e = Assert.Throws<MalformedTextException>(() => PgInstance.Parse(text));
        Assert.DoesNotContain("s3cret", e.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("password=s3cret", "credential")]
    [InlineData("host=db1", "host is a property of its own")]
    [InlineData("dbname=x", "dbname is a property of its own")]
    [InlineData("frobnicate", "expected '='")]
    public void Options_take_neither_a_password_nor_what_is_a_property(string options, string expectation)
    {
        MalformedTextException e = Assert.Throws<MalformedTextException>(() => new PgInstance { Options = options });
        Assert.Contains(expectation, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("  ", null)]
    [InlineData("  sslmode = require ", "sslmode=require")]
    public void Options_are_kept_in_one_form(string options, string? kept) =>
        Assert.Equal(kept, new PgInstance { Options = options }.Options);
}
