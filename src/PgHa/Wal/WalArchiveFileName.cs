using System.Globalization;

namespace PgHa;

/// <summary>
/// The name of a file that a server archives: a segment, <c>….partial</c>, <c>….00000028.backup</c> or <c>00000002.history</c>.
/// </summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/continuous-archiving.html">Continuous Archiving</see>.</remarks>
public sealed record WalArchiveFileName
{
    private const string PartialSuffix = ".partial";
    private const string BackupSuffix = ".backup";
    private const string HistorySuffix = ".history";

    private readonly uint _offset;

    private WalArchiveFileName(WalArchiveFileKind kind, TimelineId timeline, WalFileName? segment, uint offset = 0)
    {
        Kind = kind;
        Timeline = timeline;
        Segment = segment;
        _offset = offset;
    }

    /// <summary>What kind of file it is.</summary>
    public WalArchiveFileKind Kind { get; }

    /// <summary>The timeline it belongs to.</summary>
    public TimelineId Timeline { get; }

    /// <summary>The segment it is, or that the backup began in; <see langword="null"/> for the history of a timeline.</summary>
    public WalFileName? Segment { get; }

    /// <summary>A complete segment.</summary>
    public static WalArchiveFileName OfSegment(WalFileName segment) => new(WalArchiveFileKind.Segment, segment.Timeline, segment);

    /// <summary>The unfinished last segment of a timeline.</summary>
    public static WalArchiveFileName OfPartial(WalFileName segment) => new(WalArchiveFileKind.PartialSegment, segment.Timeline, segment);

    /// <summary>The history file of a base backup that began at a position.</summary>
    public static WalArchiveFileName OfBackup(TimelineId timeline, Lsn start, WalSegmentSize size)
    {
        WalFileName segment = WalFileName.At(timeline, start, size);
        return new(WalArchiveFileKind.BackupHistory, timeline, segment, (uint)(start - segment.StartLsn(size)));
    }

    /// <summary>The history file of a timeline.</summary>
    public static WalArchiveFileName OfHistory(TimelineId timeline) => new(WalArchiveFileKind.TimelineHistory, timeline, null);

    /// <summary>
    /// Reads the name of a file in <c>pg_wal</c> or an archive; <see langword="null"/> if the
    /// server archives none of that name.
    /// </summary>
    public static WalArchiveFileName? TryParse(string fileName)
    {
        if (TryStrip(fileName, HistorySuffix, out ReadOnlySpan<char> stem))
            return WalFileName.TryPart(stem, out uint timeline) ? OfHistory(new TimelineId(timeline)) : null;
        if (TryStrip(fileName, PartialSuffix, out stem))
            return WalFileName.TryParse(stem, out WalFileName partial) ? OfPartial(partial) : null;
        if (TryStrip(fileName, BackupSuffix, out stem))
            return TryBackup(stem);
        return WalFileName.TryParse(fileName, out WalFileName segment) ? OfSegment(segment) : null;
    }

    /// <summary>Where the base backup began; <see langword="null"/> for other kinds of file.</summary>
    public Lsn? BackupStartLsn(WalSegmentSize size) =>
        Kind == WalArchiveFileKind.BackupHistory ? Segment?.StartLsn(size) + _offset : null;

    /// <summary>The file name.</summary>
    public override string ToString() => Kind switch
    {
        WalArchiveFileKind.PartialSegment => $"{Segment}{PartialSuffix}",
        WalArchiveFileKind.BackupHistory => string.Create(CultureInfo.InvariantCulture, $"{Segment}.{_offset:X8}{BackupSuffix}"),
        WalArchiveFileKind.TimelineHistory => string.Create(CultureInfo.InvariantCulture, $"{Timeline.Value:X8}{HistorySuffix}"),
        _ => $"{Segment}",
    };

    private static WalArchiveFileName? TryBackup(ReadOnlySpan<char> stem) =>
        stem.Length == WalFileName.Length + 9
        && stem[WalFileName.Length] == '.'
        && WalFileName.TryParse(stem[..WalFileName.Length], out WalFileName segment)
        && WalFileName.TryPart(stem[(WalFileName.Length + 1)..], out uint offset)
            ? new(WalArchiveFileKind.BackupHistory, segment.Timeline, segment, offset)
            : null;

    private static bool TryStrip(string fileName, string suffix, out ReadOnlySpan<char> stem)
    {
        bool ends = fileName.EndsWith(suffix, StringComparison.Ordinal);
        stem = ends ? fileName.AsSpan(0, fileName.Length - suffix.Length) : default;
        return ends;
    }
}
