namespace PgHa;

/// <summary>One reason for which the WAL of an archive is kept, from a position on.</summary>
/// <param name="Kind">What kind of reason it is.</param>
/// <param name="Name">The backup, server, slot or position.</param>
/// <param name="Timeline">The timeline it is on; <see langword="null"/> if that is not known, and then every timeline counts.</param>
/// <param name="StartLsn">
/// The position from which on it needs WAL: on the way to that timeline, on it, and on all
/// timelines that begin on it later.
/// </param>
public sealed record ArchiveKeeper(ArchiveKeeperKind Kind, string Name, TimelineId? Timeline, Lsn StartLsn)
{
    /// <summary><c>base backup monday in /backups/monday</c>.</summary>
    public override string ToString() => Kind switch
    {
        ArchiveKeeperKind.BaseBackup => $"base backup {Name}",
        ArchiveKeeperKind.Checkpoint => $"last checkpoint of {Name}",
        ArchiveKeeperKind.Slot => $"slot {Name}",
        _ => $"position {Name}",
    };

    /// <summary>The WAL that a base backup needs. An incremental backup whose base is not at hand needs the WAL of its base too.</summary>
    public static ArchiveKeeper Of(PgBaseBackup backup) => new(
        ArchiveKeeperKind.BaseBackup, backup.ToString(),
        backup.BasedOn is null ? backup.IncrementalFromTimeline ?? backup.Timeline : backup.Timeline,
        backup is { BasedOn: null, IncrementalFromLsn: { } from } && from < backup.StartLsn ? from : backup.StartLsn);

    /// <summary>A position that somebody named: an LSN, on whatever timeline, or the name of a file of an archive.</summary>
    /// <exception cref="PgHaException"><c>PositionNotReadable</c>.</exception>
    public static ArchiveKeeper At(string position, WalSegmentSize size)
    {
        if (WalArchiveFileName.TryParse(position)?.Segment is { } segment)
            return new(ArchiveKeeperKind.Position, position, segment.Timeline, segment.StartLsn(size));
        return Lsn.TryParse(position, null, out Lsn lsn)
            ? new(ArchiveKeeperKind.Position, position, null, lsn)
            : throw new PgHaException(
                ErrorIds.PositionNotReadable, PgHaErrorKind.InvalidArgument,
                    $"'{position}' is neither a position nor the name of a WAL file.",
                "Give an LSN, such as 0/3000148, or a name, such as 000000010000000000000003.", position);
    }
}
