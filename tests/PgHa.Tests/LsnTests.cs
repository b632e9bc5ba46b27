namespace PgHa.Tests;

public sealed class LsnTests
{
    [Theory]
    [InlineData("0/0", 0UL, "0/0")]
    [InlineData("0/3000148", 0x3000148UL, "0/3000148")]
    [InlineData("16/B374D848", 0x16_B374D848UL, "16/B374D848")]
    [InlineData("16/b374d848", 0x16_B374D848UL, "16/B374D848")]
    [InlineData("00000000/03000148", 0x3000148UL, "0/3000148")]
    [InlineData("FFFFFFFF/FFFFFFFF", ulong.MaxValue, "FFFFFFFF/FFFFFFFF")]
    public void A_position_is_read_and_written(string text, ulong value, string written)
    {
        Lsn lsn = Lsn.Parse(text);
        Assert.Equal(value, lsn.Value);
        Assert.Equal(written, lsn.ToString());
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("0", 1)]
    [InlineData("0/", 2)]
    [InlineData("/0", 0)]
    [InlineData("0/0/0", 3)]
    [InlineData("0/G", 2)]
    [InlineData("0x1/0", 1)]
    [InlineData(" 0/0", 0)]
    [InlineData("0/0 ", 3)]
    [InlineData("0/ 0", 2)]
    [InlineData("123456789/0", 8)]
    [InlineData("0/123456789", 10)]
    [InlineData("-1/0", 0)]
    public void A_malformed_position_says_where(string text, int position)
    {
        Assert.False(Lsn.TryParse(text, null, out _));
        MalformedTextException e = Assert.Throws<MalformedTextException>(() => Lsn.Parse(text));
        Assert.Equal(("LSN", position, 0), (e.Kind, e.Position, e.Line));
    }

    [Fact]
    public void No_text_is_no_position() => Assert.False(Lsn.TryParse(null, null, out _));

    [Theory]
    [InlineData("0/2000000", "0/1000000", 0x1000000)]
    [InlineData("0/1000000", "0/2000000", -0x1000000)]
    [InlineData("1/0", "0/FFFFFFFF", 1)]
    public void A_difference_is_a_number_of_bytes(string left, string right, long bytes)
    {
        Assert.Equal(bytes, Lsn.Parse(left) - Lsn.Parse(right));
        Assert.Equal(bytes, Lsn.Parse(left).BytesSince(Lsn.Parse(right)));
        Assert.Equal(Lsn.Parse(left), Lsn.Parse(right) + bytes);
    }

    [Fact]
    public void Positions_are_in_the_order_of_the_log()
    {
        Lsn[] positions = [.. new[] { "0/0", "0/9", "0/A", "0/FFFFFFFF", "1/0", "FFFFFFFF/0" }.Select(Lsn.Parse)];
        Assert.Equal(positions, positions.Reverse().Order());
        Assert.True(
            positions[0] < positions[1] && positions[1] > positions[0] && positions[0] <= positions[1] && positions[1] >= positions[0]);
    }

    [Fact]
    public void A_position_is_compared_to_a_text_that_is_one()
    {
        Lsn lsn = Lsn.Parse("0/10");
        Assert.Equal(0, lsn.CompareTo((object)"0/10"));
        Assert.True(lsn.CompareTo((object)"0/9") > 0);
        Assert.Equal(1, lsn.CompareTo(null));
        Assert.Throws<ArgumentException>(() => lsn.CompareTo("later"));
        Assert.Throws<ArgumentException>(() => lsn.CompareTo((object)16UL));
    }
}
