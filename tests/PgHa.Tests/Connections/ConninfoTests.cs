namespace PgHa.Tests;

public sealed class ConninfoTests
{
    [Theory]
    [InlineData("host=db1", "db1")]
    [InlineData("  host=db1  ", "db1")]
    [InlineData("host = db1", "db1")]
    [InlineData("host\t=\n db1", "db1")]
    [InlineData("host='db1'", "db1")]
    [InlineData("host='my db'", "my db")]
    [InlineData(@"host='a\'b'", "a'b")]
    [InlineData(@"host='a\\b'", @"a\b")]
    [InlineData(@"host=a\'b", "a'b")]
    [InlineData(@"host=a\ b", "a b")]
    [InlineData(@"host=a'b", "a'b")]
    [InlineData(@"host=a\", "a")]
    [InlineData("host=''", "")]
    [InlineData("host=", "")]
    [InlineData("host=a=b", "a=b")]
    [InlineData("host=dé", "dé")]
    [InlineData("host=first host=last", "last")]
    [InlineData("host= port=5432", "port=5432")]
    public void A_value_is_read_as_libpq_reads_it(string text, string host) =>
        Assert.Equal(host, ConnectionSettings.Parse(text)["host"]);

    [Fact]
    public void A_quoted_value_may_be_followed_by_the_next_keyword_without_a_blank() =>
        Assert.Equal(5433, ConnectionSettings.Parse("host='a'port=5433").Port);

    [Fact]
    public void Keywords_keep_the_order_of_their_first_appearance() =>
        Assert.Equal(["port", "host"], ConnectionSettings.Parse("port=1 host=a port=2").Keywords);

    [Fact]
    public void An_empty_text_sets_nothing() => Assert.Empty(ConnectionSettings.Parse(" ").Keywords);

    [Theory]
    [InlineData("host", 4, "expected '=' after \"host\"")]
    [InlineData("host db1", 5, "expected '=' after \"host\"")]
    [InlineData("host=db1 hst=db2", 9, "did you mean \"host\"?")]
    [InlineData("HOST=db1", 0, "did you mean \"host\"?")]
    [InlineData("username=a", 0, "did you mean \"user\"?")]
    [InlineData("database=a", 0, "did you mean \"dbname\"?")]
    [InlineData("frobnicate=a", 0, "\"frobnicate\" is no libpq keyword.")]
    [InlineData("=db1", 0, "\"\" is no libpq keyword")]
    [InlineData("host='db1", 5, "does not end")]
    [InlineData(@"host='db1\'", 5, "does not end")]
    [InlineData("port=abc", 5, "expected a port from 1 to 65535")]
    [InlineData("port=0", 5, "expected a port")]
    [InlineData("port=65536", 5, "expected a port")]
    [InlineData("port=-1", 5, "expected a port")]
    [InlineData("host=a\0b", 6, "NUL")]
    public void A_malformed_text_says_where_and_what_was_expected(string text, int position, string expectation)
    {
        MalformedTextException e = Assert.Throws<MalformedTextException>(() => ConnectionSettings.Parse(text));
        Assert.Equal("connection string", e.Kind);
        Assert.Equal(position, e.Position);
        Assert.Contains(expectation, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("password=s3cret s3cret")]
    [InlineData("password=s3cret s3cret=1")]
    [InlineData("password='s3cret")]
    [InlineData("pasword=s3cret")]
    [InlineData("password=s3cret port=s3cret")]
    [InlineData("host=a password=s3cret frobnicate=1")]
    [InlineData("sslpassword=s3cret s3cret")]
    public void A_malformed_text_never_shows_a_password(string text)
    {
        MalformedTextException e = Assert.Throws<MalformedTextException>(() => ConnectionSettings.Parse(text));
        Assert.DoesNotContain("s3cret", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_with_an_unquoted_blank_gets_the_advice_to_quote_it()
    {
        MalformedTextException e = Assert.Throws<MalformedTextException>(() => ConnectionSettings.Parse("password=my secret"));
        Assert.Contains("must stand in single quotes", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("db1", "db1")]
    [InlineData("/var/run/postgresql", "/var/run/postgresql")]
    [InlineData("a=b", "a=b")]
    [InlineData("", "''")]
    [InlineData("my app", "'my app'")]
    [InlineData("a'b", @"'a\'b'")]
    [InlineData(@"a\b", @"'a\\b'")]
    [InlineData(@"\'", @"'\\\''")]
    [InlineData("a\tb", "'a\tb'")]
    [InlineData("é", "'é'")]
    [InlineData("a b", "'a b'")]
    public void A_value_is_quoted_only_where_it_must_be(string value, string quoted) =>
        Assert.Equal(quoted, ConninfoValue.Quote(value));

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("'")]
    [InlineData(@"\")]
    [InlineData(@"\\'' \' ")]
    [InlineData(" leading and trailing ")]
    [InlineData("=")]
    [InlineData("日本 語")]
    public void What_is_written_reads_back_the_same(string value)
    {
        ConnectionSettings settings = ConnectionSettings.Empty.With("application_name", value).With("password", value).With("host", "h");
        ConnectionSettings back = ConnectionSettings.Parse(settings.ToConninfo(includeSecrets: true));
        Assert.Equal(settings.Keywords, back.Keywords);
        Assert.Equal(value, back["application_name"]);
        Assert.Equal(value, back.RevealPassword());
    }
}
