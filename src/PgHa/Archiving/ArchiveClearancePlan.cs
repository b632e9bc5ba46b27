namespace PgHa;

/// <summary>Which files of an archive nobody needs any more.</summary>
/// <remarks>
/// The plan never removes timeline histories, which recovery looks for long after their segments are gone, files that no
/// server archives, or WAL of another system. See
/// <see href="https://www.postgresql.org/docs/current/continuous-archiving.html">Continuous Archiving</see>.
/// </remarks>
public sealed class ArchiveClearancePlan
{
    private readonly WalArchive _archive;
    private readonly TimelineId? _newest;

    private ArchiveClearancePlan(WalArchive archive, IReadOnlyList<ArchiveKeeper> keepers)
    {
        _archive = archive;
        _newest = keepers.Select(keeper => keeper.Timeline).Max();
        Keepers = [.. keepers.OrderBy(keeper => keeper.StartLsn)];
        ArchivedFile[] own =
        [
            .. archive.Files.Where(file => file.What?.Segment is not null
                && !(file.Header is { } header && header.SystemIdentifier != archive.SystemIdentifier)),
        ];
        HashSet<ArchivedFile> kept = [.. own.Where(IsNeeded)];
        Kept = [.. kept.Select(file => file.Segment).OfType<WalFileName>().Distinct().OrderBy(Number).ThenBy(segment => segment.Timeline)];
        Removed = [.. InOrder(own.Where(file => !kept.Contains(file)))];
    }

    /// <summary>The archive.</summary>
    public string ArchiveDirectory => _archive.Location;

    /// <summary>Everything that needs WAL, in the order of the positions from which on WAL is needed.</summary>
    public IReadOnlyList<ArchiveKeeper> Keepers { get; }

    /// <summary>The files to remove, in an order in which an interruption leaves no gap.</summary>
    public IReadOnlyList<ArchivedFile> Removed { get; }

    /// <summary>The segments that stay, oldest first.</summary>
    public IReadOnlyList<WalFileName> Kept { get; }

    /// <summary>Finds what can be removed.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="keepers">Everything that needs WAL of the archive.</param>
    /// <exception cref="PgHaException"><c>NothingToKeepFrom</c>: nothing is known that needs WAL of the archive.</exception>
    public static ArchiveClearancePlan Of(WalArchive archive, IReadOnlyList<ArchiveKeeper> keepers) => keepers.Count > 0
        ? new ArchiveClearancePlan(archive, keepers)
        : throw new PgHaException(
            ErrorIds.NothingToKeepFrom, PgHaErrorKind.Refused,
            $"No base backup that needs the WAL of '{archive.Location}' is named, "
                + "and nothing of it is removed on a guess.",
            "Name the folder of its base backups (-BackupFolder), or a position (-KeepFrom).", archive.Location);

    /// <summary>What becomes of the archive when the plan has been carried out.</summary>
    public ArchiveClearance Result()
    {
        long removed = Removed.Sum(file => file.Length);
        return new ArchiveClearance
        {
            ArchiveDirectory = ArchiveDirectory,
            SystemIdentifier = _archive.SystemIdentifier,
            RemovedFiles = Removed.Count,
            RemovedBytes = removed,
            RemainingFiles = _archive.Files.Count - Removed.Count,
            RemainingBytes = _archive.Files.Sum(file => file.Length) - removed,
            KeptFrom = Kept.Count > 0 ? Kept[0] : null,
            KeptFor = Kept.Count > 0 ? Keepers.FirstOrDefault(keeper => Needs(keeper, Kept[0])) : Keepers[0],
            Keepers = Keepers,
        };
    }

    /// <summary>What the plan removes and what it keeps, and why, in lines.</summary>
    public override string ToString()
    {
        ArchiveClearance result = Result();
        string from = result.KeptFrom is { } first ? first.ToString() : "what comes";
        string because = result.KeptFor is { } keeper
            ? $"{keeper} begins at {keeper.StartLsn}{(keeper.Timeline is { } timeline ? $" on timeline {timeline}" : "")}"
            : "its timeline is newer than all that is known to need WAL";
        string[] segments =
        [
            .. WalFileRange.Group(Removed.Select(file => file.Segment).OfType<WalFileName>(), _archive.SegmentSize)
                .Select(run => run.ToString()),
        ];
        int beside = Removed.Count(file => file.Segment is null);
        return string.Join(
            Environment.NewLine,
            [
                $"Keep from {from}: {because}",
                $"Keep {Plural.Count(result.RemainingFiles, "file")} ({ByteSize.Format(result.RemainingBytes)})",
                .. segments.Select(run => $"Remove {run}"),
                .. beside > 0 ? (string[])[$"Remove {Plural.Count(beside, "file")} beside removed segments (.backup, .partial)"] : [],
            ]);
    }

    private bool IsNeeded(ArchivedFile file)
    {
        WalFileName segment = file.What!.Segment!.Value;
        return Keepers.Any(keeper => Needs(keeper, segment)) || IsNewerThanAll(segment.Timeline);
    }

    private bool Needs(ArchiveKeeper keeper, WalFileName segment)
    {
        if (Number(segment) < Number(keeper.StartLsn))
            return false;
        if (keeper.Timeline is not { } own || own == segment.Timeline)
            return true;
        // Without its history, a timeline may have any ancestor, so its WAL counts as needed.
        if (segment.Timeline > own)
            return _archive.HistoryOf(segment.Timeline)?.Contains(own, keeper.StartLsn) ?? true;
        // The segment in which a timeline was left is read on the next one.
        return _archive.HistoryOf(own) is not { } history
            || (history.EndOf(segment.Timeline) is { } end && Number(segment) < Number(end));
    }

    // Nobody is known to need this timeline, most likely because nobody was asked: a server recovered to an earlier time may be on it.
    private bool IsNewerThanAll(TimelineId timeline) =>
        timeline > _newest
        && !Keepers.Any(keeper => keeper.Timeline is { } own && _archive.HistoryOf(timeline)?.Contains(own, keeper.StartLsn) == true);

    // The end of a timeline that was left is removed last segment first, everything else first segment first.
    private IEnumerable<ArchivedFile> InOrder(IEnumerable<ArchivedFile> files)
    {
        Dictionary<TimelineId, ulong> firstKept = Kept.GroupBy(segment => segment.Timeline)
            .ToDictionary(group => group.Key, group => group.Min(Number));
        ILookup<bool, ArchivedFile> byEnd = files
            .OrderBy(file => Number(file.What!.Segment!.Value))
            .ThenBy(file => file.What!.Timeline)
            .ThenBy(file => file.Name, StringComparer.Ordinal)
            .ToLookup(file => firstKept.TryGetValue(file.What!.Timeline, out ulong first) && Number(file.What.Segment!.Value) > first);
        return byEnd[true].Reverse().Concat(byEnd[false]);
    }

    private ulong Number(WalFileName segment) => Number(segment.StartLsn(_archive.SegmentSize));

    private ulong Number(Lsn position) => position.Value / (ulong)_archive.SegmentSize.Bytes;
}
