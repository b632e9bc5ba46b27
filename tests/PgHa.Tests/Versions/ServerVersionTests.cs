using System.Text.Json;

namespace PgHa.Tests;

public sealed class ServerVersionTests
{
    [Theory]
    [InlineData("15", 150_000)]
    [InlineData("15.18", 150_018)]
    [InlineData("10.0", 100_000)]
    [InlineData("9.6", 90_600)]
    [InlineData("9.6.24", 90_624)]
    [InlineData("18beta1", 180_000)]
    [InlineData("18devel", 180_000)]
    [InlineData("9.6rc1", 90_600)]
    [InlineData("15.18 (Debian 15.18-0+deb12u1)", 150_018)]
    [InlineData("pg_ctl (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 150_018)]
    [InlineData("postgres (PostgreSQL) 18.4", 180_004)]
    [InlineData("pg_basebackup (PostgreSQL) 9.6.24\n", 90_624)]
    [InlineData(" 15\r\n", 150_000)]
    public void A_version_is_read(string text, int number)
    {
        Assert.Equal(number, ServerVersion.Parse(text).Number);
        Assert.True(ServerVersion.TryParse(text, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("9")]
    [InlineData("15.")]
    [InlineData(".15")]
    [InlineData("15.18.1")]
    [InlineData("9.6.24.1")]
    [InlineData("15-18")]
    [InlineData("fifteen")]
    [InlineData("-15")]
    [InlineData("15.12345")]
    [InlineData("150018")]
    [InlineData("100")]
    [InlineData("9.100")]
    [InlineData("9.6.100")]
    [InlineData("pg_ctl (PostgreSQL)")]
    public void What_is_no_version_is_refused(string? text)
    {
        Assert.False(ServerVersion.TryParse(text, out _));
        Assert.Throws<MalformedTextException>(() => ServerVersion.Parse(text!));
    }

    [Theory]
    [InlineData("15.18", "15", 18, "15")]
    [InlineData("15", "15", 0, "15")]
    [InlineData("9.6.24", "9.6", 24, "9.6")]
    [InlineData("9.6", "9.6", 0, "9.6")]
    public void A_version_has_a_major_and_a_minor(string text, string major, int minor, string majorVersion)
    {
        ServerVersion version = ServerVersion.Parse(text);
        Assert.Equal(
            (major, minor, majorVersion, text), (version.Major, version.Minor, version.MajorVersion.ToString(), version.ToString()));
    }

    [Fact]
    public void Versions_are_in_the_order_of_their_release()
    {
        ServerVersion[] versions = [.. new[] { "9.6", "9.6.24", "10", "10.23", "18" }.Select(ServerVersion.Parse)];
        Assert.Equal(versions, versions.Reverse().Order());
        Assert.True(versions[0] < versions[1] && versions[1] > versions[0] && versions[0] <= versions[1] && versions[1] >= versions[0]);
        Assert.Equal(1, versions[0].CompareTo(null));
        Assert.Throws<ArgumentException>(() => versions[0].CompareTo("10"));
    }

    [Fact]
    public void A_version_survives_JSON()
    {
        ServerVersion version = ServerVersion.Parse("15.18");
        Assert.Equal(version, JsonSerializer.Deserialize<ServerVersion>(JsonSerializer.Serialize(version)));
    }
}
