namespace PgHa.Tests.Wal;

public sealed class WalDumpEndTests
{
    private static readonly WalSegmentSize Size = new(16 << 20);

    [Theory]
    // In the middle of a page, and behind the header of a file's first page or of another one.
    [InlineData("error in WAL record at 0/3000148: invalid record length at 0/3000180: wanted 24, got 0", "0/3000180")]
    [InlineData("error in WAL record at 0/4000130: invalid record length at 0/5000028: expected at least 24, got 0", "0/5000000")]
    [InlineData("error in WAL record at 0/5001FD0: invalid record length at 0/5002018: wanted 24, got 0", "0/5002000")]
    // After a switch, with the next file recycled from an older one, empty, or not there.
    [InlineData(
        "error in WAL record at 0/600FFD0: unexpected pageaddr 0/5000000 in log segment 000000010000000000000007, offset 0", "0/7000000")]
    [InlineData(
        "error in WAL record at 0/600FFD0: unexpected pageaddr 0/5000000 in WAL segment 000000010000000000000007, LSN 0/7000000, offset 0",
        "0/7000000")]
    [InlineData(
        "error in WAL record at 0/600FFD0: invalid magic number 0000 in WAL segment 000000010000000000000006, LSN 0/6010000, offset 65536",
        "0/6010000")]
    [InlineData("could not find a valid record after 0/7000000", "0/7000000")]
    [InlineData("could not find a valid record after 0/7000028", "0/7000000")]
    public void The_end_is_told_in_several_ways(string said, string end) =>
        Assert.Equal(new WalDumpEnd(Lsn.Parse(end), null), WalDumpEnd.Parse($"pg_waldump: error: {said}\n", Size));

    [Theory]
    [InlineData("could not find file \"000000010000000000000002\": No such file or directory")]
    [InlineData("could not open file \"/srv/a/pg_wal/000000010000000000000002\": No such file or directory")]
    public void A_file_that_is_missing_is_named(string said) =>
        Assert.Equal(new WalDumpEnd(Lsn.Parse("0/2000000"), WalFileName.Parse("000000010000000000000002")), WalDumpEnd.Parse(said, Size));

    [Fact]
    public void Anything_else_is_no_end() =>
        Assert.Null(WalDumpEnd.Parse("pg_waldump: error: could not open directory \"/srv\": Permission denied", Size));
}
