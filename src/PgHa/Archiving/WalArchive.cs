namespace PgHa;

/// <summary>What an archive holds: which segments of which timelines, and how the timelines are related.</summary>
/// <remarks>
/// A segment of the wrong size or of another system is not sound: recovery stops there. See
/// <see href="https://www.postgresql.org/docs/current/continuous-archiving.html">Continuous Archiving</see>.
/// </remarks>
public sealed class WalArchive
{
    private readonly Dictionary<TimelineId, TimelineHistory> _histories = [];
    private readonly Dictionary<TimelineId, ulong[]> _present;
    private readonly Dictionary<TimelineId, ulong[]> _sound;

    /// <summary>Makes sense of the files of an archive.</summary>
    /// <param name="directory">The archive.</param>
    /// <param name="files">Its files; segments come with their headers.</param>
    /// <param name="histories">The texts of the timeline histories among them.</param>
    /// <param name="system">The system that the archive belongs to; <see langword="null"/> for the system of most segments.</param>
    /// <param name="segmentSize">The segment size to use if no segment says it.</param>
    public WalArchive(
        string directory, IReadOnlyList<ArchivedFile> files, IReadOnlyDictionary<TimelineId, string> histories,
        SystemIdentifier? system = null,
        WalSegmentSize segmentSize = default)
    {
        Directory = Location = directory;
        Files = IndexableList.Of(files);
        SystemIdentifier = system ?? MostCommon(files.Select(file => file.Header?.SystemIdentifier));
        SegmentSize = MostCommon(
            files.Where(file => file.Header?.SystemIdentifier == SystemIdentifier)
                .Select(file => file.Header?.SegmentSize)) is { } size
            && WalSegmentSize.IsValid(size) ? new WalSegmentSize(size) : segmentSize;
        Dictionary<TimelineId, string> damaged = [];
        foreach ((TimelineId timeline, string text) in histories)
        {
            try
            {
                _histories[timeline] = TimelineHistory.Parse(timeline, text);
            }
            catch (MalformedTextException e)
            {
                damaged[timeline] = e.Message;
            }
        }

        DamagedHistories = damaged;
        _present = ByTimeline(files.Where(file => !IsForeign(file)));
        _sound = ByTimeline(files.Where(IsSound));
    }

    /// <summary>The directory.</summary>
    public string Directory { get; }

    /// <summary>The text that names the archive: the directory, or <c>ssh://</c> and the directory for one on another machine.</summary>
    public string Location { get; init; }

    /// <summary>Everything in it.</summary>
    public IReadOnlyList<ArchivedFile> Files { get; }

    /// <summary>The system whose WAL it has; <see langword="null"/> if no segment tells.</summary>
    public SystemIdentifier? SystemIdentifier { get; }

    /// <summary>The size of its segments.</summary>
    public WalSegmentSize SegmentSize { get; }

    /// <summary>Why a timeline's history cannot be read.</summary>
    public IReadOnlyDictionary<TimelineId, string> DamagedHistories { get; }

    /// <summary>The timelines that it has segments or the history of, in order.</summary>
    public IReadOnlyList<TimelineId> Timelines => [.. _present.Keys.Union(_histories.Keys).Order()];

    /// <summary>The timelines that it has segments of, in order.</summary>
    public IReadOnlyList<TimelineId> TimelinesWithSegments => [.. _present.Keys.Order()];

    /// <summary>How a timeline came to be; <see langword="null"/> if the archive does not tell. The first needs no file.</summary>
    public TimelineHistory? HistoryOf(TimelineId timeline) =>
        _histories.GetValueOrDefault(timeline) ?? (timeline.Value == 1 ? TimelineHistory.Initial(timeline) : null);

    /// <summary>Whether a whole and sound segment is there.</summary>
    public bool Has(WalFileName segment) =>
        _sound.TryGetValue(segment.Timeline, out ulong[]? numbers)
        && Array.BinarySearch(numbers, Number(segment.StartLsn(SegmentSize))) >= 0;

    /// <summary>The last segment of a timeline; <see langword="null"/> if there is none.</summary>
    public WalFileName? LastOf(TimelineId timeline) =>
        _present.TryGetValue(timeline, out ulong[]? numbers) ? Name(timeline, numbers[^1]) : null;

    /// <summary>The archive together with segments from elsewhere, such as those in a base backup.</summary>
    public WalArchive With(IReadOnlyList<ArchivedFile> segments) => new(
        Directory, [.. Files, .. segments], _histories.ToDictionary(history => history.Key, history => history.Value.ToString()),
        SystemIdentifier, SegmentSize)
    { Location = Location };

    /// <summary>The same archive with a given system and segment size, for segments that do not say them.</summary>
    public WalArchive Of(SystemIdentifier system, WalSegmentSize segmentSize) => new(
        Directory, Files, _histories.ToDictionary(history => history.Key, history => history.Value.ToString()), system, segmentSize)
    { Location = Location };

    /// <summary>The first segment of a timeline; <see langword="null"/> if there is none.</summary>
    public WalFileName? FirstOf(TimelineId timeline) =>
        _present.TryGetValue(timeline, out ulong[]? numbers) ? Name(timeline, numbers[0]) : null;

    /// <summary>The segments that are missing between the first and the last of a timeline's history that are there.</summary>
    /// <remarks>Segments removed from the beginning are no gap, nor are segments at the end that have not arrived yet.</remarks>
    public IReadOnlyList<WalFileRange> GapsOf(TimelineHistory history)
    {
        IReadOnlyList<WalTimelinePart> parts = WalTimelinePart.Of(history, SegmentSize);
        ulong[] firsts = [.. parts.SelectMany(part => _present.GetValueOrDefault(part.Timeline, []).Where(part.Has).Take(1))];
        if (firsts.Length == 0)
            return [];
        // When the last timeline began, WAL was complete up to that point.
        ulong[] own = _present.GetValueOrDefault(history.Timeline, []);
        ulong end = Math.Max(own.Length > 0 ? own[^1] + 1 : 0, parts[^1].First);
        return Missing(_present, parts, firsts.Min(), end);
    }

    /// <summary>The segments that recovery along a history needs and that are missing.</summary>
    /// <param name="history">The timeline to recover to.</param>
    /// <param name="from">Where recovery begins.</param>
    /// <param name="to">The position whose segment is the last that is needed.</param>
    public IReadOnlyList<WalFileRange> MissingBetween(TimelineHistory history, Lsn from, Lsn to) =>
        Missing(_sound, WalTimelinePart.Of(history, SegmentSize), Number(from), Number(to) + 1);

    /// <summary>
    /// How many bytes of a segment were written before a promotion left its timeline there; 0 if no history tells of one.
    /// </summary>
    public int LengthAtFork(WalFileName segment)
    {
        Lsn start = segment.StartLsn(SegmentSize);
        return _histories.Values.Select(history => history.EndOf(segment.Timeline)).OfType<Lsn>()
            .Where(end => end > start && end < segment.EndLsn(SegmentSize)).Select(end => (int)(end - start)).DefaultIfEmpty().Max();
    }

    private List<WalFileRange> Missing(Dictionary<TimelineId, ulong[]> there, IReadOnlyList<WalTimelinePart> parts, ulong from, ulong end)
    {
        List<WalFileRange> gaps = [];
        foreach (WalTimelinePart part in parts)
        {
            ulong next = Math.Max(part.First, from);
            ulong partEnd = Math.Min(part.End, end);
            foreach (ulong present in there.GetValueOrDefault(part.Timeline, [])
                .Where(number => number >= next && number < partEnd).Append(partEnd))
            {
                if (present > next)
                    gaps.Add(WalFileRange.Of(Name(part.Timeline, next), Name(part.Timeline, present - 1), SegmentSize));
                next = Math.Max(next, present + 1);
            }
        }

        return gaps;
    }

    private Dictionary<TimelineId, ulong[]> ByTimeline(IEnumerable<ArchivedFile> files) =>
        files.Select(file => file.Segment).OfType<WalFileName>().GroupBy(segment => segment.Timeline)
            .ToDictionary(
                group => group.Key,
                group => group.Select(segment => Number(segment.StartLsn(SegmentSize))).Distinct().Order().ToArray());

    private bool IsForeign(ArchivedFile file) => file.Header is { } header && header.SystemIdentifier != SystemIdentifier;

    // Of a compressed file only the name is known.
    private bool IsSound(ArchivedFile file) =>
        file.Segment is { } segment
        && (file.IsCompressed
            || (file.Length == SegmentSize.Bytes && file.Header is { } header
                && header.SystemIdentifier == SystemIdentifier
                && header.StartLsn == segment.StartLsn(SegmentSize)));

    private ulong Number(Lsn position) => position.Value / (ulong)SegmentSize.Bytes;

    private WalFileName Name(TimelineId timeline, ulong number) =>
        WalFileName.At(timeline, new Lsn(number * (ulong)SegmentSize.Bytes), SegmentSize);

    private static T? MostCommon<T>(IEnumerable<T?> values)
        where T : struct =>
        values.OfType<T>().GroupBy(value => value).MaxBy(group => group.Count()) is { } most ? most.Key : null;
}
