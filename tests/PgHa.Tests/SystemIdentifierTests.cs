namespace PgHa.Tests;

public sealed class SystemIdentifierTests
{
    [Theory]
    [InlineData("7710902945855804197", 7710902945855804197UL)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    public void A_system_identifier_is_read_and_written(string text, ulong value)
    {
        Assert.Equal(value, SystemIdentifier.Parse(text).Value);
        Assert.Equal(text, SystemIdentifier.Parse(text).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("18446744073709551616")]
    public void What_is_no_system_identifier_is_refused(string text) =>
        Assert.Equal("system identifier", Assert.Throws<MalformedTextException>(() => SystemIdentifier.Parse(text)).Kind);
}
