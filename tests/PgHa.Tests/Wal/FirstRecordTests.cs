namespace PgHa.Tests.Wal;

public sealed class FirstRecordTests
{
    private static readonly WalSegmentSize Size = new(16 << 20);

    [Theory]
    [InlineData("0/3000148", 0x148)]
    [InlineData("0/3002000", 24)]
    [InlineData("0/3000000", 40)]
    public void Records_are_compared_where_the_timeline_begins_and_nothing_after_them(string begin, int start)
    {
        byte[] one = Page(start, time: 7);
        byte[] same = Page(start, time: 7);
        same[start + 42] = 99;
        Assert.False(FirstRecord.Differs(one, same, Lsn.Parse(begin), Size));
        Assert.True(FirstRecord.Differs(one, Page(start, time: 8), Lsn.Parse(begin), Size));
    }

    [Fact]
    public void What_is_not_written_yet_says_nothing()
    {
        Lsn begin = Lsn.Parse("0/3000148");
        Assert.Null(FirstRecord.Differs(Page(0x148, time: 7), new byte[FirstRecord.PageSize], begin, Size));
        Assert.Null(FirstRecord.Differs(new byte[FirstRecord.PageSize], Page(0x148, time: 7), begin, Size));
        Assert.Null(FirstRecord.Differs([], Page(0x148, time: 7), begin, Size));
    }

    // A record of 42 bytes, as the end of a recovery has.
    private static byte[] Page(int start, byte time)
    {
        byte[] page = new byte[FirstRecord.PageSize];
        page[start] = 42;
        page[start + 26] = time;
        return page;
    }
}
