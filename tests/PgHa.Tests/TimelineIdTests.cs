namespace PgHa.Tests;

public sealed class TimelineIdTests
{
    [Theory]
    [InlineData("1", 1u)]
    [InlineData("4294967295", uint.MaxValue)]
    public void A_timeline_is_read_and_written(string text, uint value)
    {
        Assert.Equal(value, TimelineId.Parse(text).Value);
        Assert.Equal(text, TimelineId.Parse(text).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.0")]
    [InlineData(" 1")]
    [InlineData("A")]
    [InlineData("4294967296")]
    public void What_is_no_timeline_is_refused(string text) =>
        Assert.Equal("timeline", Assert.Throws<MalformedTextException>(() => TimelineId.Parse(text)).Kind);

    [Fact]
    public void A_later_timeline_is_greater()
    {
        (TimelineId one, TimelineId two) = (new(1), new(2));
        Assert.True(one < two && two > one && one <= two && two >= one);
        Assert.Equal(1, one.CompareTo(null));
        Assert.Throws<ArgumentException>(() => one.CompareTo(1));
    }
}
