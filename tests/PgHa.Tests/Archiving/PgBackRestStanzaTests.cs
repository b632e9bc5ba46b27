namespace PgHa.Tests.Archiving;

/// <summary>The answers are those of pgBackRest 2.45.</summary>
public sealed class PgBackRestStanzaTests
{
    private const string Info = """
        [{"archive":[{"database":{"id":1,"repo-key":1},"id":"15-1","max":"000000010000000000000009","min":"000000010000000000000001"}],
        "backup":[],"cipher":"none","db":[{"id":1,"repo-key":1,"system-id":7714026589554260037,"version":"15"}],"name":"main",
        "repo":[{"cipher":"none","key":1,"status":{"code":2,"message":"no valid backups"}}],
        "status":{"code":2,"lock":{"backup":{"held":false}},"message":"no valid backups"}}]
        """;

    private static readonly string Listing = """
        {".":{"type":"path"},"0000000100000000":{"type":"path"},
        "0000000100000000/000000010000000000000001-{SUM}.gz":{"type":"file","size":1397417,"time":1796061778},
        "0000000100000000/000000010000000000000002-{SUM}":{"type":"file","size":16460,"time":1796061783},
        "0000000100000000/000000010000000000000002.00000028.backup":{"type":"file","size":371,"time":1796061783},
        "0000000100000000/000000010000000000000008-{SUM}.lz4":{"type":"file","size":19201,"time":1796061832},
        "0000000100000000/000000010000000000000009.partial-{SUM}.zst":{"type":"file","size":1,"time":1796061832},
        "00000002.history":{"type":"file","size":41,"time":1796061840}}
        """.Replace("{SUM}", "d62812151f3d5d559cd589b82ca9d78ece541801", StringComparison.Ordinal);

    [Fact]
    public void A_repository_without_backups_takes_WAL()
    {
        PgBackRestRepository repository = Assert.Single(PgBackRestStanza.Parse(Info, "main")!.Repositories);

        Assert.True(repository.IsUsable);
        Assert.Equal(
            new PgBackRestDatabase("15-1", new SystemIdentifier(7714026589554260037)), Assert.Single(repository.Databases));
        Assert.Null(PgBackRestStanza.Parse(Info, "other"));
        Assert.Equal("main", PgBackRestStanza.Parse(Info, name: null)!.Name);
        Assert.Null(PgBackRestStanza.Parse("[]", name: null));
    }

    [Fact]
    public void A_stanza_that_is_missing_is_not_usable() => Assert.False(Assert.Single(PgBackRestStanza.Parse(
        """
        [{"archive":[],"backup":[],"cipher":"none","db":[],"name":"main",
        "repo":[{"cipher":"none","key":1,"status":{"code":1,"message":"missing stanza path"}}],"status":{"code":1,"message":"x"}}]
        """,
        "main")!.Repositories).IsUsable);

    [Fact]
    public void The_files_have_the_names_that_the_server_gave_them()
    {
        IReadOnlyList<ArchivedFile> files = PgBackRestStanza.FilesIn(Listing);

        Assert.Equal(
            [
                "000000010000000000000001", "000000010000000000000002", "000000010000000000000002.00000028.backup",
                "000000010000000000000008", "000000010000000000000009.partial", "00000002.history",
            ],
            files.Select(file => file.Name));
        Assert.All(files, file => Assert.True(file.IsCompressed));
        Assert.Empty(PgBackRestStanza.FilesIn(""));
    }

    [Fact]
    public void WAL_that_was_dropped_is_a_gap_although_info_shows_one_range()
    {
        var archive = new WalArchive(
            "pgBackRest's stanza 'main'",
            [.. PgBackRestStanza.FilesIn(Listing).Where(file => file.What?.Kind != WalArchiveFileKind.TimelineHistory)],
            new Dictionary<TimelineId, string>(), new SystemIdentifier(1), new WalSegmentSize(16 << 20));

        ArchiveFinding gap = Assert.Single(ArchiveExamination.Of(archive, [], null, DateTimeOffset.UnixEpoch),
            finding => finding.Severity == FindingSeverity.Critical);
        Assert.Equal(ArchiveFindingCause.SegmentMissing, gap.Cause);
        Assert.StartsWith("000000010000000000000003", gap.Evidence, StringComparison.Ordinal);
    }
}
