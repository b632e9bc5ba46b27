namespace PgHa.Tests;

public sealed class WalArchiveFileNameTests
{
    [Theory]
    [InlineData("000000010000000000000002", WalArchiveFileKind.Segment, 1)]
    [InlineData("000000010000000000000002.partial", WalArchiveFileKind.PartialSegment, 1)]
    [InlineData("000000020000000000000002.00000028.backup", WalArchiveFileKind.BackupHistory, 2)]
    [InlineData("0000000A.history", WalArchiveFileKind.TimelineHistory, 10)]
    public void Every_kind_is_read_and_written(string name, WalArchiveFileKind kind, uint timeline)
    {
        WalArchiveFileName? file = WalArchiveFileName.TryParse(name);
        Assert.NotNull(file);
        Assert.Equal((kind, new TimelineId(timeline), name), (file.Kind, file.Timeline, file.ToString()));
        Assert.Equal(kind == WalArchiveFileKind.TimelineHistory, file.Segment is null);
    }

    [Theory]
    [InlineData("")]
    [InlineData("archive_status")]
    [InlineData("0000000a.history")]
    [InlineData("1.history")]
    [InlineData(".history")]
    [InlineData("000000010000000000000002.gz")]
    [InlineData("000000010000000000000002.tmp")]
    [InlineData("000000010000000000000002.28.backup")]
    [InlineData("000000010000000000000002.backup")]
    [InlineData("000000010000000000000002.00000028.partial")]
    [InlineData("000000010000000000000002_00000028.backup")]
    public void Other_files_are_none_of_the_servers(string name) => Assert.Null(WalArchiveFileName.TryParse(name));

    [Fact]
    public void A_backup_history_file_tells_where_the_backup_began()
    {
        WalArchiveFileName file = WalArchiveFileName.OfBackup(new TimelineId(1), Lsn.Parse("0/2000028"), WalSegmentSize.Default);
        Assert.Equal("000000010000000000000002.00000028.backup", file.ToString());
        Assert.Equal(Lsn.Parse("0/2000028"), file.BackupStartLsn(WalSegmentSize.Default));
    }

    [Fact]
    public void Other_kinds_are_made_of_their_parts()
    {
        WalFileName segment = WalFileName.Parse("000000010000000000000002");
        Assert.Equal("000000010000000000000002", WalArchiveFileName.OfSegment(segment).ToString());
        Assert.Equal("000000010000000000000002.partial", WalArchiveFileName.OfPartial(segment).ToString());
        Assert.Equal("00000003.history", WalArchiveFileName.OfHistory(new TimelineId(3)).ToString());
        Assert.Null(WalArchiveFileName.OfSegment(segment).BackupStartLsn(WalSegmentSize.Default));
    }
}
