namespace PgHa.Tests.Archiving;

public sealed class ArchiveClearancePlanTests
{
    private const int Size = 16 << 20;

    private static readonly SystemIdentifier Own = new(7_000_000_000_000_000_001);

    private readonly Dictionary<TimelineId, string> _histories = [];

    private static ArchivedFile File(string name, long length = 100) => new(name, length, default);

    private static ArchivedFile Segment(uint timeline, uint number) => new(Name(timeline, number).ToString(), Size, default)
    {
        Header = new WalSegmentHeader(Own, Size, Name(timeline, number).StartLsn(WalSegmentSize.Default)),
    };

    private static WalFileName Name(uint timeline, uint number) => new(new TimelineId(timeline), number / 256, number % 256);

    private static IEnumerable<ArchivedFile> Segments(uint timeline, int first, int last) =>
        Enumerable.Range(first, last - first + 1).Select(number => Segment(timeline, (uint)number));

    private static Lsn In(uint number) => new(((ulong)number * Size) + 0x28);

    private static ArchiveKeeper Backup(uint timeline, uint number) =>
        new(ArchiveKeeperKind.BaseBackup, $"{number} in /b/{number}", new TimelineId(timeline), In(number));

    private void History(uint timeline, string text) => _histories[new TimelineId(timeline)] = text;

    // "1:3" for segment 3 of timeline 1.
    private static string Short(WalFileName segment) => $"{segment.Timeline}:{(segment.Log * 256) + segment.Segment}";

    private ArchiveClearancePlan Plan(IEnumerable<ArchivedFile> files, params ArchiveKeeper[] keepers) =>
        ArchiveClearancePlan.Of(new WalArchive("/archive", [.. files], _histories), keepers);

    private string Removed(IEnumerable<ArchivedFile> files, params ArchiveKeeper[] keepers) =>
        string.Join(' ', Plan(files, keepers).Removed.Select(file => file.Segment is { } segment ? Short(segment) : file.Name));

    [Fact]
    public void What_is_before_the_oldest_backup_goes_the_oldest_first()
    {
        Assert.Equal("1:1 1:2", Removed(Segments(1, 1, 6), Backup(1, 5), Backup(1, 3)));
        Assert.Equal("", Removed(Segments(1, 3, 6), Backup(1, 3)));
        Assert.Equal("1:254 1:255", Removed(Segments(1, 254, 260), Backup(1, 256)));
    }

    [Fact]
    public void Without_anything_that_needs_WAL_nothing_is_decided() =>
        Assert.Equal("NothingToKeepFrom", Assert.Throws<PgHaException>(() => Removed(Segments(1, 1, 6))).ErrorId);

    [Fact]
    public void What_belongs_to_a_segment_goes_with_it_and_what_is_unknown_or_foreign_stays()
    {
        ArchivedFile[] others =
        [
            File("000000010000000000000002.00000028.backup"), File("000000010000000000000003.00000028.backup"),
            File("000000010000000000000001.partial"),
            File("00000002.history"), File("000000010000000000000001.tmp"), File(".000000010000000000000001.4711"), File("notes.txt"),
        ];
        ArchivedFile foreign = Segment(1, 2) with { Header = new WalSegmentHeader(new SystemIdentifier(5), Size, In(2)) };
        Assert.Equal(
            "1:1 000000010000000000000001.partial 000000010000000000000002.00000028.backup",
            Removed([Segment(1, 1), Segment(1, 3), Segment(1, 4), foreign, .. others], Backup(1, 3)));
    }

    [Fact]
    public void Compressed_segments_are_known_by_their_names()
    {
        ArchivedFile[] files =
            [.. Enumerable.Range(1, 4).Select(number => File($"{Name(1, (uint)number)}{(number % 2 == 0 ? ".gz" : ".zst")}"))];
        Assert.Equal("1:1 1:2", Removed(files, Backup(1, 3)));
        // A position says which segment only with the right size.
        WalArchive large = new WalArchive("/archive", files, _histories).Of(Own, new WalSegmentSize(64 << 20));
        Assert.Equal(["1:1", "1:2"], ArchiveClearancePlan.Of(large, [Backup(1, 12)]).Removed.Select(file => Short(file.Segment!.Value)));
    }

    [Fact]
    public void A_backup_before_a_promotion_keeps_both_timelines()
    {
        History(2, "1\t0/4000100\tno recovery target specified\n");
        Assert.Equal("1:1 1:2", Removed([.. Segments(1, 1, 6), .. Segments(2, 4, 8)], Backup(1, 3)));
    }

    [Fact]
    public void After_it_the_old_timeline_is_needed_by_those_on_it_only()
    {
        History(2, "1\t0/4000100\tno recovery target specified\n");
        ArchivedFile[] files = [.. Segments(1, 1, 6), .. Segments(2, 4, 8)];
        Assert.Equal("1:1 1:2 1:3 1:4 2:4 1:5 2:5 1:6", Removed(files, Backup(2, 6)));
        Assert.Equal("1:1 1:2 1:3 1:4 2:4 2:5", Removed(files, Backup(2, 6), Backup(1, 5)));
    }

    [Fact]
    public void A_server_whose_checkpoint_is_before_its_timeline_keeps_the_way_to_it()
    {
        History(2, "1\t0/4000100\tno recovery target specified\n");
        // The tail of the timeline that was left goes from behind, so that an interruption leaves no gap.
        Assert.Equal("1:6 1:5 1:4 1:1 1:2", Removed(
            [.. Segments(1, 1, 6), .. Segments(2, 4, 8)], new ArchiveKeeper(ArchiveKeeperKind.Slot, "s on a", new TimelineId(2), In(3))));
    }

    [Fact]
    public void A_branch_that_nobody_is_on_goes_unless_it_is_the_newest()
    {
        History(2, "1\t0/4000100\tno recovery target specified\n");
        History(3, "1\t0/5000100\tno recovery target specified\n");
        ArchivedFile[] files = [.. Segments(1, 1, 6), .. Segments(2, 4, 8), .. Segments(3, 5, 7)];
        Assert.Equal(
            "1:1 1:2 1:3 1:4 2:4 1:5 2:5 1:6 2:6 2:7 2:8",
            Removed([.. Segments(1, 1, 6), .. Segments(2, 4, 8), .. Segments(3, 5, 7)], Backup(3, 5)));
        Assert.Equal("1:1 1:2 1:3 1:4 2:4 1:5 2:5 1:6", Removed(files, Backup(2, 6)));
        ArchiveClearance result = Plan(files, Backup(2, 6)).Result();
        Assert.Equal(("3:5", null), (Short(result.KeptFrom!.Value), result.KeptFor));
    }

    [Fact]
    public void Of_a_timeline_without_history_all_stays_that_may_be_needed()
    {
        Assert.Equal("1:1 1:2", Removed([.. Segments(1, 1, 6), .. Segments(2, 4, 8)], Backup(1, 3)));
        Assert.Equal(
            "1:1 1:2 1:3 2:4 1:4 2:5 1:5".Split(' ').Order(),
            Removed([.. Segments(1, 1, 6), .. Segments(2, 4, 8)], Backup(2, 6)).Split(' ').Order());
    }

    [Fact]
    public void A_position_without_a_timeline_keeps_all_timelines_from_there()
    {
        History(2, "1\t0/4000100\tno recovery target specified\n");
        Assert.Equal(
            "1:1 1:2 1:3 1:4 2:4",
            Removed([.. Segments(1, 1, 6), .. Segments(2, 4, 8)], ArchiveKeeper.At("0/5000028", WalSegmentSize.Default)));
        Assert.Equal(
            "1:1 1:2 1:3 1:4 2:4 1:5 2:5 1:6",
            Removed([.. Segments(1, 1, 6), .. Segments(2, 4, 8)], ArchiveKeeper.At("000000020000000000000006", WalSegmentSize.Default)));
        Assert.Equal(
            "PositionNotReadable", Assert.Throws<PgHaException>(() => ArchiveKeeper.At("yesterday", WalSegmentSize.Default)).ErrorId);
    }

    [Fact]
    public void Changes_without_what_they_are_based_on_keep_from_there()
    {
        PgBaseBackup changes = new()
        {
            Directory = "/b/1",
            Format = BackupFormat.Plain,
            Label = "tuesday",
            Version = ServerVersion.Parse("17"),
            SystemIdentifier = Own,
            Timeline = new TimelineId(2),
            StartLsn = In(9),
            IncrementalFromLsn = In(4),
            IncrementalFromTimeline = new TimelineId(1),
        };
        Assert.Equal((In(4), 1u), (ArchiveKeeper.Of(changes).StartLsn, ArchiveKeeper.Of(changes).Timeline!.Value.Value));
        Assert.Equal(
            (In(9), 2u),
            (ArchiveKeeper.Of(changes with { BasedOn = "/b/0" }).StartLsn,
                ArchiveKeeper.Of(changes with { BasedOn = "/b/0" }).Timeline!.Value.Value));
    }

    [Fact]
    public void The_plan_says_what_goes_and_for_what_the_rest_stays()
    {
        ArchiveClearancePlan plan = Plan([.. Segments(1, 1, 6), File("000000010000000000000002.00000028.backup")], Backup(1, 3));
        Assert.Equal(
            string.Join(
                Environment.NewLine,
                "Keep from 000000010000000000000003: base backup 3 in /b/3 begins at 0/3000028 on timeline 1",
                "Keep 4 files (64 MB)",
                "Remove 000000010000000000000001 to 000000010000000000000002 (2 files)",
                "Remove 1 file beside removed segments (.backup, .partial)"),
            plan.ToString());
        ArchiveClearance result = plan.Result();
        Assert.Equal(
            (3, (2L * Size) + 100, 4, 4L * Size), (result.RemovedFiles, result.RemovedBytes, result.RemainingFiles, result.RemainingBytes));
        Assert.Equal("3 files (32 MB) removed from /archive, kept from 000000010000000000000003", result.ToString());
    }

    /// <summary>
    /// Random trees of timelines, with a server that walks each path to every end: what it reads stays, each prefix of the removal leaves
    /// it readable and without gaps, and what no walk reads goes.
    /// </summary>
    [Fact]
    public void Nothing_that_is_needed_ever_goes_and_all_else_does()
    {
        Random random = new(20261122);
        for (int run = 0; run < 200; run++)
        {
            _histories.Clear();
            List<TimelineHistory> tree = [TimelineHistory.Initial(new TimelineId(1))];
            List<(int First, int Last)> spans = [(1, random.Next(3, 20))];
            int timelines = random.Next(1, 6);
            for (int child = 1; child < timelines; child++)
            {
                int parent = random.Next(tree.Count);
                int fork = random.Next(spans[parent].First, spans[parent].Last + 1);
                Lsn at = new(((ulong)fork * Size) + (ulong)random.Next(1, 1000));
                if (tree[parent].Switches is [.., var before] && at <= before.EndLsn)
                    at = before.EndLsn + 8;
                tree.Add(tree[parent].Fork(new TimelineId((uint)child + 1), at, "promoted"));
                _histories[new TimelineId((uint)child + 1)] = tree[^1].ToString();
                spans.Add((fork, fork + random.Next(0, 12)));
            }

            ArchivedFile[] files =
                [.. spans.SelectMany((span, index) => Segments((uint)index + 1, span.First, span.Last)).OrderBy(_ => random.Next())];
            ArchiveKeeper[] keepers = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
            {
                int on = random.Next(tree.Count);
                return Backup((uint)on + 1, (uint)random.Next(spans[on].First, spans[on].Last + 1));
            })];
            // A backup begins after its timeline does.
            keepers = [.. keepers.Select(keeper =>
                tree[(int)keeper.Timeline!.Value.Value - 1].Switches is [.., var last] && keeper.StartLsn < last.EndLsn
                    ? keeper with { StartLsn = last.EndLsn }
                    : keeper)];
            ArchiveClearancePlan plan = Plan(files, keepers);

            HashSet<WalFileName> read = [];
            foreach (ArchiveKeeper keeper in keepers)
            {
                foreach (TimelineHistory target in tree.Where(target => target.Contains(keeper.Timeline!.Value, keeper.StartLsn)))
                    read.UnionWith(Walk(target, keeper.StartLsn, spans));
            }

            uint newest = keepers.Max(keeper => keeper.Timeline!.Value.Value);
            WalFileName[] removed = [.. plan.Removed.Select(file => file.Segment!.Value)];
            Assert.Empty(removed.Intersect(read));
            WalFileName[] expected =
                [.. files.Select(file => file.Segment!.Value).Except(read).Where(segment => segment.Timeline.Value <= newest)];
            Assert.Equal(expected.Order(), removed.Order());

            // After any interruption the archive has no more gaps than it had.
            HashSet<ArchivedFile> left = [.. files];
            foreach (ArchivedFile file in plan.Removed)
            {
                left.Remove(file);
                WalArchive archive = new("/archive", [.. left], _histories);
                foreach (TimelineId timeline in archive.TimelinesWithSegments)
                {
                    uint[] numbers = [.. left.Where(other => other.Segment!.Value.Timeline == timeline)
                        .Select(other => (other.Segment!.Value.Log * 256) + other.Segment.Value.Segment)
                        .Order()];
                    Assert.Equal((uint)numbers.Length, numbers[^1] - numbers[0] + 1);
                }
            }
        }
    }

    // What a server reads that recovers from a position of a history to its end; a timeline that was left is read to its end, too.
    private static IEnumerable<WalFileName> Walk(TimelineHistory history, Lsn from, List<(int First, int Last)> spans)
    {
        uint number = (uint)(from.Value / Size);
        for (; ; number++)
        {
            Lsn start = new((ulong)number * Size);
            TimelineId timeline = history.Switches.FirstOrDefault(left => left.EndLsn >= start + Size)?.Timeline ?? history.Timeline;
            (int first, int last) = spans[(int)timeline.Value - 1];
            if (number > last)
                yield break;
            if (number >= first)
                yield return Name(timeline.Value, number);
        }
    }
}
