using System.Text.Json;

namespace PgHa.Tests;

public sealed class ConnectionSettingsTests
{
    private static readonly ConnectionSettings Settings =
        ConnectionSettings.Parse(
            "host=db1 port=5433 user=u password=s3cret dbname=d application_name=a passfile=/p sslmode=require sslpassword=s3cret");

    [Fact]
    public void Each_accessor_reads_its_keyword() => Assert.Equal(
        ("db1", 5433, "u", "d", "a", "/p", "require"),
        (Settings.Host, Settings.Port, Settings.UserName, Settings.Database, Settings.ApplicationName, Settings.PassFile,
            Settings.SslMode));

    [Fact]
    public void An_empty_value_counts_as_not_set_as_in_libpq()
    {
        ConnectionSettings empty = ConnectionSettings.Parse("host='' port='' user='' passfile=''");
        Assert.Equal((null, null, null, null), (empty.Host, empty.Port, empty.UserName, empty.PassFile));
        Assert.Equal("", empty["host"]);
    }

    [Fact]
    public void A_keyword_that_is_not_set_is_null() => Assert.Null(Settings["connect_timeout"]);

    [Fact]
    public void Several_hosts_have_no_single_port()
    {
        ConnectionSettings settings = ConnectionSettings.Parse("host=a,b port=1,2");
        Assert.True(settings.HasSeveralHosts);
        Assert.Null(settings.Port);
        Assert.False(Settings.HasSeveralHosts);
    }

    [Fact]
    public void A_keyword_is_replaced_in_its_place_and_added_at_the_end()
    {
        ConnectionSettings changed = ConnectionSettings.Parse("host=a port=1").With("host", "b").With("user", "u");
        Assert.Equal("host=b port=1 user=u", changed.ToString());
        Assert.Equal("port=1 user=u", changed.Without("host").ToString());
    }

    [Fact]
    public void Changing_leaves_the_original_as_it_was()
    {
        _ = Settings.With("host", "b").Without("port");
        Assert.Equal(("db1", 5433), (Settings.Host, Settings.Port));
    }

    [Theory]
    [InlineData("hots", "h")]
    [InlineData("port", "x")]
    [InlineData("host", "a\0")]
    public void What_libpq_would_not_read_cannot_be_set(string keyword, string value) =>
        Assert.Throws<MalformedTextException>(() => Settings.With(keyword, value));

    [Fact]
    public void A_password_with_a_NUL_is_refused_without_being_shown()
    {
        MalformedTextException e = Assert.Throws<MalformedTextException>(() => Settings.With("password", "s3cret\0"));
        Assert.DoesNotContain("s3cret", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_are_held_and_never_shown()
    {
        Assert.True(Settings.HasPassword);
        Assert.Equal("s3cret", Settings.RevealPassword());
        Assert.Equal("s3cret", Settings.Reveal("sslpassword"));
        Assert.Null(Settings["password"]);
        Assert.Null(Settings["sslpassword"]);
        Assert.DoesNotContain("s3cret", Settings.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", Settings.ToUri(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", JsonSerializer.Serialize(Settings), StringComparison.Ordinal);
    }

    [Fact]
    public void No_public_member_gives_a_secret_away()
    {
        foreach (System.Reflection.PropertyInfo property in typeof(ConnectionSettings).GetProperties()
            .Where(p => p.GetIndexParameters().Length == 0))
        {
            Assert.DoesNotContain("s3cret", JsonSerializer.Serialize(property.GetValue(Settings)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Equality_ignores_order_and_secrets()
    {
        ConnectionSettings left = ConnectionSettings.Parse("host=a port=1 password=x");
        ConnectionSettings right = ConnectionSettings.Parse("port=1 host=a password=y");
        Assert.Equal(left, right);
        Assert.Equal(left.GetHashCode(), right.GetHashCode());
        Assert.NotEqual(left, right.With("host", "b"));
        Assert.NotEqual(left, right.Without("port"));
        Assert.False(left.Equals(null));
    }

    [Theory]
    [InlineData("9.6", "host=a sslmode=prefer")]
    [InlineData("10", "host=a passfile=/p target_session_attrs=any sslmode=prefer")]
    [InlineData("11", "host=a passfile=/p target_session_attrs=any sslmode=prefer")]
    [InlineData("12", "host=a passfile=/p target_session_attrs=any gssencmode=disable sslmode=prefer")]
    [InlineData("13", "host=a passfile=/p target_session_attrs=any gssencmode=disable channel_binding=prefer "
        + "ssl_min_protocol_version=TLSv1.2 sslmode=prefer")]
    [InlineData("14", "host=a passfile=/p target_session_attrs=any gssencmode=disable channel_binding=prefer "
        + "ssl_min_protocol_version=TLSv1.2 sslsni=1 sslmode=prefer")]
    [InlineData("15", "host=a passfile=/p target_session_attrs=any gssencmode=disable channel_binding=prefer "
        + "ssl_min_protocol_version=TLSv1.2 sslsni=1 sslmode=prefer")]
    [InlineData("16", "host=a passfile=/p target_session_attrs=any gssencmode=disable channel_binding=prefer "
        + "ssl_min_protocol_version=TLSv1.2 sslsni=1 require_auth=none sslcertmode=allow load_balance_hosts=random sslmode=prefer")]
    [InlineData("17", "host=a passfile=/p target_session_attrs=any gssencmode=disable channel_binding=prefer "
        + "ssl_min_protocol_version=TLSv1.2 sslsni=1 require_auth=none sslcertmode=allow load_balance_hosts=random sslnegotiation=postgres "
        + "sslmode=prefer")]
    [InlineData("18", "host=a passfile=/p target_session_attrs=any gssencmode=disable channel_binding=prefer "
        + "ssl_min_protocol_version=TLSv1.2 sslsni=1 require_auth=none sslcertmode=allow load_balance_hosts=random sslnegotiation=postgres "
        + "min_protocol_version=3.0 sslmode=prefer")]
    public void A_server_gets_only_the_keywords_its_libpq_knows(string version, string known)
    {
        ConnectionSettings all = ConnectionSettings.Parse(
            "host=a passfile=/p target_session_attrs=any gssencmode=disable channel_binding=prefer ssl_min_protocol_version=TLSv1.2 "
            + "sslsni=1 require_auth=none sslcertmode=allow load_balance_hosts=random sslnegotiation=postgres "
            + "min_protocol_version=3.0 sslmode=prefer");
        Assert.Equal(known, all.ForServer(ServerDialect.For(ServerVersion.Parse(version))).ToString());
    }
}
