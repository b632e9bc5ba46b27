namespace PgHa.Tests;

public sealed class WalFileNameTests
{
    private static readonly TimelineId One = new(1);

    [Theory]
    [InlineData(1, "0/3000148", 16, "000000010000000000000003")]
    [InlineData(1, "0/FFFFFFFF", 16, "0000000100000000000000FF")]
    [InlineData(1, "1/0", 16, "000000010000000100000000")]
    [InlineData(10, "16/B374D848", 16, "0000000A00000016000000B3")]
    [InlineData(1, "0/FFFFFFFF", 1, "000000010000000000000FFF")]
    [InlineData(1, "0/B41668", 4, "000000010000000000000002")]
    [InlineData(3, "0/FFFFFFFF", 4, "0000000300000000000003FF")]
    [InlineData(3, "16/B374D848", 4, "0000000300000016000002CD")]
    [InlineData(1, "5/C0000000", 1024, "000000010000000500000003")]
    public void A_position_has_a_file(uint timeline, string lsn, int megabytes, string name)
    {
        WalSegmentSize size = new(megabytes << 20);
        WalFileName file = WalFileName.At(new TimelineId(timeline), Lsn.Parse(lsn), size);
        Assert.Equal(name, file.ToString());
        Assert.Equal(file, WalFileName.Parse(name));
        Assert.InRange(Lsn.Parse(lsn), file.StartLsn(size), file.EndLsn(size) + -1);
    }

    [Fact]
    public void A_position_between_two_files_is_the_start_of_the_later() =>
        Assert.Equal("000000010000000000000004", WalFileName.At(One, Lsn.Parse("0/4000000"), WalSegmentSize.Default).ToString());

    [Theory]
    [InlineData("0000000100000000000000FE", 16, "0000000100000000000000FF")]
    [InlineData("0000000100000000000000FF", 16, "000000010000000100000000")]
    [InlineData("0000000100000000000000FF", 1, "000000010000000000000100")]
    [InlineData("000000010000000000000003", 1024, "000000010000000100000000")]
    public void The_next_file_carries_over_into_the_log_number(string name, int megabytes, string next) =>
        Assert.Equal(next, WalFileName.Parse(name).Next(new WalSegmentSize(megabytes << 20)).ToString());

    [Fact]
    public void Files_are_in_the_order_of_their_names()
    {
        string[] names = ["000000010000000000000001", "0000000100000000000000FF", "000000010000000100000000", "000000020000000000000001"];
        WalFileName[] files = [.. names.Select(WalFileName.Parse)];
        Assert.Equal(files, files.Reverse().Order());
        Assert.True(files[0] < files[1] && files[1] > files[0] && files[0] <= files[1] && files[1] >= files[0]);
        Assert.Equal(1, files[0].CompareTo(null));
        Assert.Throws<ArgumentException>(() => files[0].CompareTo("x"));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("00000001000000000000000", 23)]
    [InlineData("0000000100000000000000011", 24)]
    [InlineData("00000001000000000000000G", 23)]
    [InlineData("0000000a0000000000000001", 7)]
    [InlineData("00000001.history", 8)]
    public void A_malformed_name_says_where(string text, int position) =>
        Assert.Equal(position, Assert.Throws<MalformedTextException>(() => WalFileName.Parse(text)).Position);

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 19)]
    [InlineData(3 << 20)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void A_segment_size_is_a_power_of_two_from_1_MB_to_1_GB(int bytes) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new WalSegmentSize(bytes));

    [Fact]
    public void The_default_segment_size_is_16_MB()
    {
        Assert.Equal(16 << 20, default(WalSegmentSize).Bytes);
        Assert.Equal(WalSegmentSize.Default, new WalSegmentSize(16 << 20));
        Assert.Equal("16MB", WalSegmentSize.Default.ToString());
        Assert.Equal("1024MB", new WalSegmentSize(1 << 30).ToString());
    }
}
