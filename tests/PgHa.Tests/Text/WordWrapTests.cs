namespace PgHa.Tests.Text;

public sealed class WordWrapTests
{
    [Theory]
    [InlineData("one two three", 20, "one two three")]
    [InlineData("one two three", 7, "one two|three")]
    [InlineData("one two three", 3, "one|two|three")]
    [InlineData("a 000000010000000000000001 b", 10, "a|000000010000000000000001|b")]
    [InlineData("first line\nthe second", 6, "first|line|the|second")]
    [InlineData("first\nsecond", 40, "first|second")]
    [InlineData("two  spaces ", 40, "two spaces")]
    public void Text_is_broken_between_words(string text, int width, string lines) =>
        Assert.Equal(lines.Split('|'), WordWrap.Lines(text, width));

    [Theory]
    [InlineData(0, 99)]
    [InlineData(200, 99)]
    [InlineData(100, 79)]
    [InlineData(80, 59)]
    [InlineData(40, 24)]
    public void The_last_column_is_what_the_others_leave(int windowWidth, int width)
    {
        string text = string.Join(' ', Enumerable.Repeat("x", 200));

        // A heading that is wider than its value, a value that is wider than its heading, and no value.
        Assert.Equal(
            WordWrap.Lines(text, width), WordWrap.InLastColumn(text, windowWidth, "Server", "a", "Lag", "0 bytes", "X", null));
    }
}
