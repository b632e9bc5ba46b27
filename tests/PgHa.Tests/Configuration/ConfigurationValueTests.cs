namespace PgHa.Tests.Configuration;

public class ConfigurationValueTests
{
    public static TheoryData<int> Seeds => Generated.Seeds(60);

    [Theory]
    [InlineData("on", "on")]
    [InlineData("node_slot_23", "node_slot_23")]
    [InlineData("-1", "-1")]
    [InlineData("0.9", "0.9")]
    [InlineData("128MB", "128MB")]
    [InlineData("", "''")]
    [InlineData("*", "'*'")]
    [InlineData("a b", "'a b'")]
    [InlineData("1.5h", "'1.5h'")]
    [InlineData("1e5", "'1e5'")]
    [InlineData("a.b", "'a.b'")]
    [InlineData("on\n", @"'on\n'")]
    [InlineData("it's", "'it''s'")]
    [InlineData(@"C:\wal", @"'C:\\wal'")]
    [InlineData("größe", "'größe'")]
    public void Only_numbers_and_identifiers_go_without_quotes(string value, string expected) =>
        Assert.Equal(expected, ConfigurationValue.Quote(value));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_quoted_value_is_unquoted_to_itself_and_fits_one_line(int seed)
    {
        string value = new Random(seed).Text("ab01.-+eE'\\\" #=\n\r\t\b\f\u0001é€😀", 10);

        string quoted = ConfigurationValue.Quote(value);

        Assert.Equal(value, ConfigurationValue.Unquote(quoted));
        Assert.DoesNotContain('\n', quoted);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData(" 1", 0)]
    [InlineData("'a", 0)]
    [InlineData("a b", 1)]
    [InlineData("'é' ", 3)]
    [InlineData("a.b", 0)]
    public void What_is_not_one_value_says_where(string text, int position) =>
        Assert.Equal(position, Assert.Throws<MalformedTextException>(() => ConfigurationValue.Unquote(text)).Position);
}
