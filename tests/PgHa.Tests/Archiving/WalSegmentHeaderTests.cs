namespace PgHa.Tests.Archiving;

public sealed class WalSegmentHeaderTests
{
    // The first 40 bytes of a segment of PostgreSQL 15.
    private const string Start = "10D1060001000000000000010000000000000000000000009A4C5D0B2F1BA86A00000001002000000";

    private static byte[] Bytes() => Convert.FromHexString(Start[..80]);

    [Fact]
    public void A_segment_tells_the_system_and_the_size()
    {
        WalSegmentHeader? header = WalSegmentHeader.TryRead(Bytes());

        Assert.Equal(new SystemIdentifier(0x6AA81B2F0B5D4C9A), header?.SystemIdentifier);
        Assert.Equal(16 << 20, header?.SegmentSize);
        Assert.Equal(Lsn.Parse("0/1000000"), header?.StartLsn);
    }

    [Fact]
    public void A_segment_of_a_big_endian_machine_is_read_too()
    {
        byte[] bytes = Bytes();
        foreach ((int offset, int length) in new[] { (0, 2), (2, 2), (8, 8), (24, 8), (32, 4) })
            Array.Reverse(bytes, offset, length);

        Assert.Equal(WalSegmentHeader.TryRead(Bytes()), WalSegmentHeader.TryRead(bytes));
    }

    [Fact]
    public void What_is_no_segment_has_no_header()
    {
        byte[] otherPage = Bytes();
        otherPage[2] = 0;

        Assert.Null(WalSegmentHeader.TryRead(otherPage));
        Assert.Null(WalSegmentHeader.TryRead(new byte[40]));
        Assert.Null(WalSegmentHeader.TryRead(Bytes().AsSpan(0, 39)));
    }
}
