namespace PgHa.Tests;

/// <summary>What becomes of libpq's options in PgHa's own connections.</summary>
public sealed class DriverOptionsTests
{
    // As PQconndefaults of libpq 15.14 and 19rc1 list them.
    private const string Of15 =
        "application_name channel_binding client_encoding connect_timeout dbname fallback_application_name gssencmode gsslib host hostaddr "
        + "keepalives keepalives_count keepalives_idle keepalives_interval krbsrvname options passfile password port replication "
        + "requirepeer service ssl_max_protocol_version ssl_min_protocol_version sslcert sslcompression sslcrl sslcrldir sslkey sslmode "
        + "sslpassword sslrootcert sslsni target_session_attrs tcp_user_timeout user";

    private const string Only19 =
        "gssdelegation load_balance_hosts max_protocol_version min_protocol_version oauth_ca_file oauth_client_id oauth_client_secret "
        + "oauth_issuer oauth_scope require_auth scram_client_key scram_server_key servicefile sslcertmode sslkeylogfile sslnegotiation";

    // What pg_basebackup -R of that major writes where nothing but host, port and user is given.
    private const string Written15 =
        "user=postgres passfile='/root/.pgpass' channel_binding=prefer host=127.0.0.1 port=5432 sslmode=prefer sslcompression=0 sslsni=1 "
        + "ssl_min_protocol_version=TLSv1.2 gssencmode=prefer krbsrvname=postgres target_session_attrs=any";

    private const string Written19 =
        "user=postgres passfile='/root/.pgpass' channel_binding=prefer host=127.0.0.1 port=5432 sslmode=prefer sslnegotiation=postgres "
        + "sslcompression=0 sslcertmode=allow sslsni=1 ssl_min_protocol_version=TLSv1.2 gssencmode=prefer krbsrvname=postgres "
        + "gssdelegation=0 target_session_attrs=any load_balance_hosts=disable";

    [Fact]
    public void Every_keyword_of_every_libpq_is_known_and_has_a_treatment()
    {
        string[] all = [.. Of15.Split(' '), .. Only19.Split(' ')];
        Assert.Equal(all.Order(), LibpqKeywords.All.Order());
        Assert.Equal(all.Order(), DriverOptions.Keywords.Order());
        Assert.All(
            Of15.Split(' '), keyword => Assert.True(ServerDialect.For(ServerVersion.OfMajor(15)).KnowsConnectionKeyword(keyword), keyword));
        Assert.All(
            Only19.Split(' '),
            keyword => Assert.False(ServerDialect.For(ServerVersion.OfMajor(15)).KnowsConnectionKeyword(keyword), keyword));
    }

    [Theory]
    [InlineData(Written15)]
    [InlineData(Written19)]
    public void What_pg_basebackup_writes_is_no_hindrance(string conninfo)
    {
        ConnectionSettings options = ConnectionSettings.Parse(conninfo);
        Assert.All(options.Keywords, keyword => Assert.NotEqual(DriverTreatment.Refused, DriverOptions.Of(keyword, options)));
    }

    [Theory]
    [InlineData("service=shop", "service")]
    [InlineData("host=db1 sslmode=verify-full sslcrl=/etc/crl", "sslcrl")]
    [InlineData("host=db1 sslrootcert=/etc/ca sslcrldir=/etc/crl", "sslcrldir")]
    [InlineData("host=/tmp requirepeer=postgres", "requirepeer")]
    [InlineData("host=db1 ssl_min_protocol_version=TLSv1.3", "ssl_min_protocol_version")]
    [InlineData("host=db1 gssencmode=require", "gssencmode")]
    [InlineData("host=db1 require_auth=scram-sha-256", "require_auth")]
    [InlineData("host=db1 sslcertmode=require", "sslcertmode")]
    [InlineData("host=db1 min_protocol_version=3.2", "min_protocol_version")]
    public void An_option_without_which_the_connection_is_less_protected_is_refused_with_what_to_do(string conninfo, string keyword)
    {
        ConnectionSettings options = ConnectionSettings.Parse(conninfo);
        Assert.Equal(DriverTreatment.Refused, DriverOptions.Of(keyword, options));
        Assert.NotEmpty(DriverOptions.AdviceOn(keyword));
    }

    [Theory]
    [InlineData("host=db1 requirepeer=postgres", "requirepeer")]
    [InlineData("host=/tmp sslcrl=/etc/crl sslmode=verify-full", "sslcrl")]
    [InlineData("host=db1 sslcrl=/etc/crl", "sslcrl")]
    [InlineData("host=db1 sslcrl=''", "sslcrl")]
    [InlineData("host=db1 gssencmode=prefer", "gssencmode")]
    [InlineData("host=db1 keepalives_idle=30", "keepalives_idle")]
    [InlineData("host=db1 ssl_max_protocol_version=TLSv1.2", "ssl_max_protocol_version")]
    public void An_option_that_protects_nothing_here_is_left_out(string conninfo, string keyword) =>
        Assert.Equal(DriverTreatment.LeftOut, DriverOptions.Of(keyword, ConnectionSettings.Parse(conninfo)));

    [Theory]
    [InlineData("host=h1,h2,h3 port=5433", "h1:5433 h2:5433 h3:5433")]
    [InlineData("host=h1,h2,h3 port=5433,,5435", "h1:5433 h2:5432 h3:5435")]
    [InlineData("host=h1,h2", "h1:5432 h2:5432")]
    [InlineData("hostaddr=10.0.0.1,10.0.0.2 port=1,2", "10.0.0.1:1 10.0.0.2:2")]
    [InlineData("port=5433", ":5433")]
    public void Hosts_and_ports_are_paired_as_libpq_pairs_them(string conninfo, string expected) =>
        Assert.Equal(expected, string.Join(' ', ConnectionSettings.Parse(conninfo).Hosts.Select(host => $"{host.Host}:{host.Port}")));
}
