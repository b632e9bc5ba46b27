using System.Globalization;

namespace PgHa;

/// <summary>Finds what is wrong with an archive: whether a server could recover from it.</summary>
public static class ArchiveExamination
{
    // A running archive command has its unfinished file in the archive for seconds only.
    private static readonly TimeSpan Unfinished = TimeSpan.FromMinutes(1);

    private const string NewBackup = "Take a new base backup (New-PgBaseBackup): recovery from an older one ends there.";

    /// <summary>What was found, the worst first.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="comparisons">The comparisons of the files that exist twice for one segment.</param>
    /// <param name="server">What the server that fills the archive says of it; <see langword="null"/> if no server is known.</param>
    /// <param name="observedAt">When the archive was read; a file changed shortly before may still be being written.</param>
    public static IReadOnlyList<ArchiveFinding> Of(
        WalArchive archive, IReadOnlyList<SegmentComparison> comparisons, ServerArchiving? server, DateTimeOffset observedAt) =>
    [
        .. Gaps(archive)
            .Concat(Segments(archive))
            .Concat(Histories(archive))
            .Concat(comparisons.SelectMany(comparison => Compared(archive, comparison)))
            .Concat(NotArrived(archive, server))
            .Concat(Others(archive, observedAt))
            .OrderByDescending(finding => finding.Severity),
    ];

    // A gap in an ancestor shows up in the history of each of its branches, and is reported once.
    private static IEnumerable<ArchiveFinding> Gaps(WalArchive archive) => archive.Timelines
        .SelectMany(timeline => archive.GapsOf(archive.HistoryOf(timeline) ?? TimelineHistory.Initial(timeline)))
        .DistinctBy(gap => (gap.First, gap.Last))
        .OrderBy(gap => gap.First)
        .Select(gap => Critical(
            archive, ArchiveFindingCause.SegmentMissing, gap.First.ToString(),
            $"{gap} {Is(gap)} missing, and there is WAL after {It(gap)}", NewBackup));

    private static IEnumerable<ArchiveFinding> Segments(WalArchive archive)
    {
        int size = archive.SegmentSize.Bytes;
        foreach (ArchivedFile file in archive.Files.Where(file => file is { IsCompressed: false, Segment: not null }))
        {
            WalFileName segment = file.Segment!.Value;
            if (file.Header is null)
            {
                string what = file.Length == 0 ? "is empty" : "does not begin as WAL does";
                yield return Critical(archive, ArchiveFindingCause.SegmentDamaged, file.Name, $"{file.Name} {what}", NewBackup);
            }
            else if (file.Header.SystemIdentifier != archive.SystemIdentifier)
            {
                yield return Critical(
                    archive, ArchiveFindingCause.ForeignSystem, file.Name,
                    $"{file.Name} is of system {file.Header.SystemIdentifier}, "
                        + $"and the archive is that of {archive.SystemIdentifier}",
                    "Find the server that archives here too (Get-PgArchiveStatus), and give it an archive of its own.");
            }
            else if (file.Length != size)
            {
                yield return Critical(
                    archive, ArchiveFindingCause.SegmentSizeWrong, file.Name,
                    string.Create(CultureInfo.InvariantCulture, $"{file.Name} has {file.Length} bytes, and a segment has {size}"),
                    file.Length < size
                        ? $"The archive command did not wait for the whole of it (Enable-PgArchiving writes one that does). {NewBackup}"
                        : NewBackup);
            }
            else if (file.Header.StartLsn != segment.StartLsn(archive.SegmentSize))
            {
                yield return Critical(
                    archive, ArchiveFindingCause.SegmentDamaged, file.Name,
                    $"{file.Name} begins at {file.Header.StartLsn}, and a file of that name at {segment.StartLsn(archive.SegmentSize)}",
                    NewBackup);
            }
        }
    }

    private static IEnumerable<ArchiveFinding> Histories(WalArchive archive)
    {
        foreach ((TimelineId timeline, string reason) in archive.DamagedHistories)
        {
            string name = WalArchiveFileName.OfHistory(timeline).ToString();
            yield return Critical(
                archive, ArchiveFindingCause.HistoryDamaged, name, $"{name} cannot be read: {reason.TrimEnd('.')}",
                "Copy it from the WAL directory of a server that is on that timeline.");
        }

        foreach (TimelineId timeline in archive.TimelinesWithSegments.Where(
            timeline => archive.HistoryOf(timeline) is null && !archive.DamagedHistories.ContainsKey(timeline)))
        {
            string name = WalArchiveFileName.OfHistory(timeline).ToString();
            yield return Critical(
                archive, ArchiveFindingCause.HistoryMissing, name,
                $"{name} is missing, and there is WAL of timeline {timeline}: no recovery finds its way there",
                "Copy it from the WAL directory of a server that is on that timeline.");
        }
    }

    private static IEnumerable<ArchiveFinding> Compared(WalArchive archive, SegmentComparison compared)
    {
        if (compared.DiffersAt is { } at)
        {
            yield return Critical(
                archive, ArchiveFindingCause.SegmentsDiffer, compared.Name,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{compared.Name} and {compared.Other} differ from byte {at} on, "
                        + $"and should be the same {(compared.IsPartial ? $"up to byte {compared.SharedLength}" : "throughout")}"),
                "Two servers archive here, or archived here after a promotion. "
                    + "Give each an archive of its own, and take a new base backup.");
        }
        else if (compared.IsPartial)
        {
            yield return new ArchiveFinding(
                ArchiveFindingCause.PartialBesideWhole, FindingSeverity.Information, archive.Location, compared.Name,
                $"{compared.Name} is there whole beside {compared.Other}: "
                    + "its timeline was left by a promotion, and another server went on with it",
                null);
        }
    }

    // Only segments that the server wrote itself are expected, from the first one in the archive on: earlier ones may be
    // older than the archive, or may have been removed.
    private static IEnumerable<ArchiveFinding> NotArrived(WalArchive archive, ServerArchiving? server)
    {
        if (server?.Timeline is not { } timeline)
            return [];
        WalFileName? first = archive.FirstOf(timeline);
        IEnumerable<WalFileName> missing = server.Archived
            .Where(file => file.Kind == WalArchiveFileKind.Segment && file.Timeline == timeline && !(file.Segment < first))
            .Select(file => file.Segment!.Value)
            .Where(segment => !archive.Files.Any(file => file.Segment == segment));
        return WalFileRange.Group(missing, archive.SegmentSize).Select(run => Critical(
            archive, ArchiveFindingCause.NotInArchive, run.First.ToString(),
            $"{run} {Is(run)} archived, says {server.Server.Name}, and {Is(run)} not in the archive",
            "Look at its archive_command: it reports success for what it did not store (Enable-PgArchiving writes one that does not). "
                + $"If it archived elsewhere before, fetch {It(run)} from there. {NewBackup}"));
    }

    private static IEnumerable<ArchiveFinding> Others(WalArchive archive, DateTimeOffset observedAt)
    {
        if (!archive.Files.Any(file => file.Segment is not null))
        {
            yield return Warning(
                archive, ArchiveFindingCause.ArchiveEmpty, null, "There is no WAL in the archive",
                "See whether its server archives (Get-PgArchiveStatus).");
        }

        int compressed = archive.Files.Count(file => file is { IsCompressed: true, Segment: not null });
        if (compressed > 0)
        {
            yield return Note(
                archive, ArchiveFindingCause.ContentNotRead, null,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Plural.Count(compressed, "segment")} {Plural.Of(compressed, "is", "are")} compressed, and known by name alone"));
        }

        foreach (ArchivedFile file in archive.Files.Where(file => file.What is null))
        {
            if (!IsLeftover(file.Name))
            {
                yield return Note(archive, ArchiveFindingCause.UnknownFile, file.Name, $"{file.Name} is no file that a server archives");
            }
            else if (observedAt - file.ModifiedAt >= Unfinished)
            {
                yield return Warning(
                    archive, ArchiveFindingCause.Leftover, file.Name,
                    $"{file.Name} was left by an archive command that did not come to its end",
                    "Remove it, once the segment is there under its own name.");
            }
        }
    }

    // An unfinished file has another name: a hidden one with PgHa's own command, or the segment's name with something added.
    private static bool IsLeftover(string name) =>
        Enumerable.Range(0, Math.Max(0, name.Length - WalFileName.Length))
            .Any(start => WalFileName.TryParse(name.AsSpan(start, WalFileName.Length), out _))
        || name.EndsWith(".tmp", StringComparison.OrdinalIgnoreCase);

    private static string Is(WalFileRange range) => Plural.Of(range.Count, "is", "are");

    private static string It(WalFileRange range) => Plural.Of(range.Count, "it", "them");

    private static ArchiveFinding Critical(WalArchive archive, ArchiveFindingCause cause, string file, string evidence, string advice) =>
        new(cause, FindingSeverity.Critical, archive.Location, file, evidence, advice);

    private static ArchiveFinding Warning(WalArchive archive, ArchiveFindingCause cause, string? file, string evidence, string advice) =>
        new(cause, FindingSeverity.Warning, archive.Location, file, evidence, advice);

    private static ArchiveFinding Note(WalArchive archive, ArchiveFindingCause cause, string? file, string evidence) =>
        new(cause, FindingSeverity.Information, archive.Location, file, evidence, null);
}
