namespace PgHa.Tests.Archiving;

public sealed class ArchiveExaminationTests
{
    private const int Size = 16 << 20;

    private static readonly SystemIdentifier System = new(7_000_000_000_000_000_001);
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<TimelineId, string> _histories = [];

    private static ArchivedFile File(string name, int length = 100) => new(name, length, Now.AddHours(-1));

    private static ArchivedFile Segment(uint timeline, uint number, string suffix = "")
    {
        WalFileName name = new(new TimelineId(timeline), 0, number);
        return new ArchivedFile(name + suffix, Size, Now.AddHours(-1))
        {
            Header = suffix.Length > 0 ? null : new WalSegmentHeader(System, Size, name.StartLsn(WalSegmentSize.Default)),
        };
    }

    private static IEnumerable<ArchivedFile> Segments(uint timeline, params uint[] numbers) =>
        numbers.Select(number => Segment(timeline, number));

    private WalArchive Archive(params IEnumerable<ArchivedFile> files) => new("/archive", [.. files], _histories, System);

    private IReadOnlyList<ArchiveFinding> Examine(
        IEnumerable<ArchivedFile> files, ServerArchiving? server = null, params SegmentComparison[] comparisons) =>
        ArchiveExamination.Of(Archive(files), comparisons, server, Now);

    private void History(uint timeline, string text) => _histories[new TimelineId(timeline)] = text;

    [Fact]
    public void An_archive_that_begins_late_and_has_all_the_rest_is_sound() =>
        Assert.Empty(Examine(Segments(1, 5, 6, 7).Append(File("000000010000000000000005.00000028.backup"))));

    [Fact]
    public void A_gap_is_told_with_its_length()
    {
        ArchiveFinding gap = Assert.Single(Examine(Segments(1, 1, 2, 5, 6)));
        Assert.Equal(
            (ArchiveFindingCause.SegmentMissing, FindingSeverity.Critical, "000000010000000000000003"),
            (gap.Cause, gap.Severity, gap.File));
        Assert.StartsWith(
            "000000010000000000000003 to 000000010000000000000004 (2 files) are missing", gap.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void The_segment_of_a_promotion_is_the_new_timelines()
    {
        History(2, "1\t0/4000100\tno recovery target specified\n");
        Assert.Empty(Examine([.. Segments(1, 1, 2, 3), .. Segments(2, 4, 5), Segment(1, 4, ".partial")]));
        Assert.Equal("000000020000000000000004", Assert.Single(Examine([.. Segments(1, 1, 2, 3), .. Segments(2, 5)])).File);
    }

    [Fact]
    public void A_gap_before_a_promotion_is_told_once_for_all_timelines_after_it()
    {
        History(2, "1\t0/4000100\tno recovery target specified\n");
        History(3, "1\t0/5000100\tat restore point \"x\"\n");
        ArchiveFinding gap = Assert.Single(Examine([.. Segments(1, 1, 3, 4), .. Segments(2, 4, 5), .. Segments(3, 5)]));
        Assert.Equal("000000010000000000000002", gap.File);
    }

    [Fact]
    public void What_the_old_timeline_lacks_before_a_promotion_is_a_gap_even_before_the_new_one_has_a_segment()
    {
        History(2, "1\t0/4000100\tno recovery target specified\n");
        Assert.Equal("000000010000000000000003", Assert.Single(Examine(Segments(1, 1, 2))).File);
    }

    [Fact]
    public void A_promoted_servers_own_archive_begins_with_its_timeline()
    {
        History(2, "1\t0/4000100\tno recovery target specified\n");
        Assert.Empty(Examine(Segments(2, 4, 5)));
    }

    [Fact]
    public void A_timeline_without_its_history_is_found_and_a_damaged_one_too()
    {
        Assert.Equal(ArchiveFindingCause.HistoryMissing, Assert.Single(Examine(Segments(2, 4, 5))).Cause);
        History(2, "no history");
        Assert.Equal(ArchiveFindingCause.HistoryDamaged, Assert.Single(Examine(Segments(2, 4, 5))).Cause);
    }

    [Fact]
    public void A_truncated_empty_foreign_or_misnamed_segment_is_found()
    {
        ArchivedFile foreign = Segment(1, 3) with { Header = new WalSegmentHeader(new SystemIdentifier(42), Size, new Lsn(3 * Size)) };
        Assert.Equal(
            [ArchiveFindingCause.SegmentSizeWrong], Causes(Segment(1, 1), Segment(1, 2) with { Length = 8192 }, Segment(1, 3)));
        Assert.Equal([ArchiveFindingCause.SegmentDamaged], Causes(Segment(1, 1), Segment(1, 2) with { Length = 0, Header = null }));
        Assert.Equal([ArchiveFindingCause.SegmentDamaged], Causes(Segment(1, 1), Segment(1, 2) with { Header = Segment(1, 1).Header }));
        Assert.Equal([ArchiveFindingCause.ForeignSystem], Causes(Segment(1, 1), Segment(1, 2), foreign));

        ArchiveFindingCause[] Causes(params ArchivedFile[] files) => [.. Examine(files).Select(finding => finding.Cause)];
    }

    [Fact]
    public void Small_segments_are_measured_by_their_own_size()
    {
        ArchivedFile[] files = [.. Enumerable.Range(1, 3)
            .Select(number => new ArchivedFile($"00000001000000000000000{number}", 1 << 20, Now)
            {
                Header = new WalSegmentHeader(System, 1 << 20, new Lsn((ulong)number << 20)),
            })];
        Assert.Empty(Examine(files));
    }

    [Fact]
    public void Leftovers_are_told_unless_they_are_just_being_written()
    {
        ArchivedFile leftover = File(".000000010000000000000002.4711");
        Assert.Equal((ArchiveFindingCause.Leftover, FindingSeverity.Warning), Only(Examine([Segment(1, 1), leftover])));
        Assert.Empty(Examine([Segment(1, 1), leftover with { ModifiedAt = Now }]));
        Assert.Equal((ArchiveFindingCause.UnknownFile, FindingSeverity.Information), Only(Examine([Segment(1, 1), File("README")])));

        static (ArchiveFindingCause, FindingSeverity) Only(IReadOnlyList<ArchiveFinding> findings) =>
            (Assert.Single(findings).Cause, findings[0].Severity);
    }

    [Fact]
    public void Compressed_segments_count_by_name()
    {
        ArchiveFinding finding = Assert.Single(Examine([Segment(1, 1, ".gz"), Segment(1, 2, ".gz")]));
        Assert.Equal(ArchiveFindingCause.ContentNotRead, finding.Cause);
        Assert.Contains(Examine([Segment(1, 1, ".gz"), Segment(1, 3, ".gz")]), gap => gap.Cause == ArchiveFindingCause.SegmentMissing);
    }

    [Fact]
    public void An_empty_archive_is_no_good() => Assert.Equal(ArchiveFindingCause.ArchiveEmpty, Assert.Single(Examine([])).Cause);

    [Fact]
    public void What_the_server_takes_to_be_archived_and_is_not_there_is_found()
    {
        WalArchiveFileName[] archived = [.. Segments(1, 1, 3, 4, 5).Concat(Segments(2, 6)).Select(file => file.What!)];
        ServerArchiving server = new(new PgInstance { Name = "node20" }, new TimelineId(1), archived);

        ArchiveFinding finding = Assert.Single(Examine(Segments(1, 2, 3), server));

        Assert.Equal(ArchiveFindingCause.NotInArchive, finding.Cause);
        Assert.StartsWith(
            "000000010000000000000004 to 000000010000000000000005 (2 files) are archived, says node20",
            finding.Evidence,
            StringComparison.Ordinal);
        Assert.Empty(Examine(Segments(1, 2, 3), server with { Timeline = null }));
    }

    [Fact]
    public void A_partial_segment_agrees_with_the_whole_one_up_to_the_promotion()
    {
        History(2, "1\t0/4000003\tno recovery target specified\n");
        int shared = Archive(Segments(1, 4)).LengthAtFork(new WalFileName(new TimelineId(1), 0, 4));
        Assert.Equal(3, shared);
        Assert.Equal(ArchiveFindingCause.PartialBesideWhole, Cause("abcdef", "abcxyz"));
        Assert.Equal(ArchiveFindingCause.SegmentsDiffer, Cause("abcdef", "abxxyz"));

        ArchiveFindingCause Cause(string whole, string partial) => Assert.Single(Examine(
            [.. Segments(1, 4), .. Segments(2, 4)], null,
            SegmentComparison.Of("whole", Bytes(whole), "partial", Bytes(partial), isPartial: true, shared))).Cause;

        static byte[] Bytes(string text) => global::System.Text.Encoding.ASCII.GetBytes(text);
    }

    [Fact]
    public void Recovery_needs_each_segment_of_its_history_sound()
    {
        History(2, "1\t0/4000100\tno recovery target specified\n");
        WalArchive archive = Archive([.. Segments(1, 2, 3, 4), .. Segments(2, 4), Segment(2, 5) with { Length = 1 }]);

        Assert.Empty(Missing("0/2000028", "0/4FFFFFF"));
        Assert.Equal("000000020000000000000005", Missing("0/2000028", "0/5000000"));
        Assert.Equal("000000010000000000000001", Missing("0/1000028", "0/2000028"));

        string Missing(string from, string to) =>
            string.Join(", ", archive.MissingBetween(archive.HistoryOf(new TimelineId(2))!, Lsn.Parse(from), Lsn.Parse(to)));
    }
}
