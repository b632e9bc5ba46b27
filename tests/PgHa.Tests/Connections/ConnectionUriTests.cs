namespace PgHa.Tests;

public sealed class ConnectionUriTests
{
    // The cases of libpq's own test, src/interfaces/libpq/t/001_uri.pl, and some more.
    [Theory]
    [InlineData("postgresql://uri-user:secret@host:12345/db", "user=uri-user password=secret host=host port=12345 dbname=db")]
    [InlineData("postgresql://uri-user@host:12345/db", "user=uri-user host=host port=12345 dbname=db")]
    [InlineData("postgresql://uri-user@host/db", "user=uri-user host=host dbname=db")]
    [InlineData("postgresql://host:12345/", "host=host port=12345")]
    [InlineData("postgresql://host:12345", "host=host port=12345")]
    [InlineData("postgresql://host/db", "host=host dbname=db")]
    [InlineData("postgresql://uri-user@host/", "user=uri-user host=host")]
    [InlineData("postgresql://uri-user@", "user=uri-user")]
    [InlineData("postgresql://host", "host=host")]
    [InlineData("postgresql://", "")]
    [InlineData("postgresql://?host=h", "host=h")]
    [InlineData("postgresql://example.com?user=uri-user&sslmode=require", "host=example.com user=uri-user sslmode=require")]
    [InlineData("postgresql://host?user=uri-user&ssl=true", "host=host user=uri-user sslmode=require")]
    [InlineData("postgresql://%68ost/", "host=host")]
    [InlineData("postgresql://host/db?u%73er=someotheruser&port=12345", "host=host dbname=db user=someotheruser port=12345")]
    [InlineData("postgresql://host:/", "host=host")]
    [InlineData("postgresql://[::1]:12345/db", "host=::1 port=12345 dbname=db")]
    [InlineData("postgresql://[2001:db8::1234]/", "host=2001:db8::1234")]
    [InlineData("postgresql://[200z:db8::1234]/", "host=200z:db8::1234")]
    [InlineData("postgres://[::1]", "host=::1")]
    [InlineData("postgres://[::1]?host=::2", "host=::2")]
    [InlineData("postgres:///", "")]
    [InlineData("postgres:///db", "dbname=db")]
    [InlineData("postgres://uri-user@/db", "user=uri-user dbname=db")]
    [InlineData("postgres://?host=/path/to/socket/dir", "host=/path/to/socket/dir")]
    [InlineData("postgres://%2Fvar%2Flib%2Fpostgresql/dbname", "host=/var/lib/postgresql dbname=dbname")]
    [InlineData("postgresql://%2Ftmp:5433/", "host=/tmp port=5433")]
    [InlineData("postgres://@host", "host=host")]
    [InlineData("postgres://host:1234/", "host=host port=1234")]
    [InlineData("postgres://:@/", "")]
    [InlineData("postgres://:p@h/", "password=p host=h")]
    [InlineData("postgres://u:a:b@h/", "user=u password=a:b host=h")]
    [InlineData("postgres://u:%40%2F%3A%25@h/", "user=u password=@/:% host=h")]
    [InlineData("postgresql://h1:1,h2:2/db", "host=h1,h2 port=1,2 dbname=db")]
    [InlineData("postgresql://h1,h2/db", "host=h1,h2 dbname=db")]
    [InlineData("postgresql://h1,h2:5433/db", "host=h1,h2 port=,5433 dbname=db")]
    [InlineData("postgresql://h1,[::1]:5433/?target_session_attrs=any", "host=h1,::1 port=,5433 target_session_attrs=any")]
    [InlineData("postgresql://h/d?application_name=a%20b%26c", "host=h dbname=d application_name='a b&c'")]
    [InlineData("postgresql://h/d?application_name=", "host=h dbname=d application_name=''")]
    [InlineData("postgresql://h/%C3%A9", "host=h dbname='é'")]
    [InlineData("postgresql://h/é", "host=h dbname='é'")]
    [InlineData("postgresql://h/d\n", "host=h dbname=d")]
    [InlineData("postgresql://h/a/b", "host=h dbname=a/b")]
    public void A_URI_is_read_as_libpq_reads_it(string uri, string conninfo) =>
        Assert.Equal(conninfo, ConnectionSettings.Parse(uri).ToConninfo(includeSecrets: true));

    [Theory]
    [InlineData("postgres://host?zzz", 19, "expected '=' after \"zzz\"")]
    [InlineData("postgresql://host?uzer=", 18, "did you mean \"user\"?")]
    [InlineData("postgresql://host?user=a=b", 24, "second '='")]
    [InlineData("postgresql://%", 13, "hexadecimal digits")]
    [InlineData("postgresql://h/%1", 15, "hexadecimal digits")]
    [InlineData("postgresql://h/%1Z", 15, "hexadecimal digits")]
    [InlineData("postgresql://h/a%00", 16, "NUL")]
    [InlineData("postgresql://h/%FF", 15, "UTF-8")]
    [InlineData("postgresql://h/a b", 16, "%20")]
    [InlineData("postgresql://[::1", 13, "no closing ']'")]
    [InlineData("postgresql://[]", 14, "between the brackets")]
    [InlineData("postgresql://[::1]z", 18, "after an IPv6 address")]
    [InlineData("postgresql://h:x/", 15, "port from 1 to 65535")]
    [InlineData("postgresql://h:99999", 15, "port from 1 to 65535")]
    [InlineData("postgresql://h?port=x", 20, "port from 1 to 65535")]
    public void A_malformed_URI_says_where_and_what_was_expected(string uri, int position, string expectation)
    {
        MalformedTextException e = Assert.Throws<MalformedTextException>(() => ConnectionSettings.Parse(uri));
        Assert.Equal("connection URI", e.Kind);
        Assert.Contains(expectation, e.Message, StringComparison.Ordinal);
        Assert.Equal(position, e.Position);
    }

    [Theory]
    [InlineData("postgresql://u:s3cret/s3cret@h/db")]
    [InlineData("postgresql://u:x@s3cret?s3cret@h/db")]
    [InlineData("postgresql://u:s3cret%@h/db")]
    [InlineData("postgresql://h/db?password=a&s3cret")]
    [InlineData("postgresql://h/db?password=a&s3cret=b")]
    [InlineData("postgresql://h/db?pasword=s3cret")]
    [InlineData("postgresql://h/db?password=a=s3cret")]
    public void A_malformed_URI_never_shows_a_password(string uri)
    {
        MalformedTextException e = Assert.Throws<MalformedTextException>(() => ConnectionSettings.Parse(uri));
        Assert.DoesNotContain("s3cret", e.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("host=db1", "postgresql://db1/")]
    [InlineData("host=db1 port=5433 user=u dbname=d", "postgresql://u@db1:5433/d")]
    [InlineData("host=::1 port=5433", "postgresql://[::1]:5433/")]
    [InlineData("host=/var/run", "postgresql://%2Fvar%2Frun/")]
    [InlineData("host=a,b port=1,2", "postgresql://a:1,b:2/")]
    [InlineData("host=a,b port=,2", "postgresql://a,b:2/")]
    [InlineData("host=a,b port=1", "postgresql://a,b/?port=1")]
    [InlineData("port=1", "postgresql://:1/")]
    [InlineData("host='' user='' dbname=''", "postgresql:///?host=&user=&dbname=")]
    [InlineData("user='a@b' dbname='a/b?c' application_name='a b&c=d'", "postgresql://a%40b@/a%2Fb%3Fc?application_name=a%20b%26c%3Dd")]
    [InlineData("hostaddr=10.0.0.1 sslmode=require", "postgresql:///?hostaddr=10.0.0.1&sslmode=require")]
    [InlineData("", "postgresql:///")]
    public void Settings_are_written_as_a_URI_that_reads_back_the_same(string conninfo, string uri)
    {
        ConnectionSettings settings = ConnectionSettings.Parse(conninfo);
        Assert.Equal(uri, settings.ToUri());
        Assert.Equal(settings, ConnectionSettings.Parse(uri));
    }

    [Fact]
    public void A_URI_is_written_without_the_password() =>
        Assert.Equal("postgresql://u@h/", ConnectionSettings.Parse("postgresql://u:pw@h").ToUri());
}
