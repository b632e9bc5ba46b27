namespace PgHa;

/// <summary>A base backup: what it is of, and from where to where in the log it was taken.</summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-BASE-BACKUP">Making a Base
/// Backup</see>.
/// </remarks>
public sealed record PgBaseBackup
{
    /// <summary>The machine it is on; this one by default.</summary>
    public PgMachine Machine { get; init; } = PgMachine.This;

    /// <summary>The tool that keeps it, <c>pgBackRest</c> or <c>Barman</c>; <see langword="null"/> for a directory of its own.</summary>
    public string? Tool { get; init; }

    /// <summary>
    /// The directory it is in; of a backup that a tool keeps, <c>pgbackrest:STANZA/LABEL</c> or <c>barman:HOST/SERVER/ID</c>.
    /// </summary>
    public required string Directory { get; init; }

    /// <summary>Its form.</summary>
    public required BackupFormat Format { get; init; }

    /// <summary>What it was called.</summary>
    public required string Label { get; init; }

    /// <summary>The major version of the server.</summary>
    public required ServerVersion Version { get; init; }

    /// <summary>The system it is of.</summary>
    public required SystemIdentifier? SystemIdentifier { get; init; }

    /// <summary>The timeline it was taken on.</summary>
    public required TimelineId Timeline { get; init; }

    /// <summary>Where replay has to begin.</summary>
    public required Lsn StartLsn { get; init; }

    /// <summary>From where on its data is consistent; <see langword="null"/> where neither a manifest nor the archive tells.</summary>
    public Lsn? EndLsn { get; init; }

    /// <summary>When the checkpoint that it begins with was made.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>When it was complete; <see langword="null"/> where the archive does not tell.</summary>
    public DateTimeOffset? EndTime { get; init; }

    /// <summary>Whether it was taken from a standby.</summary>
    public bool IsFromStandby { get; init; }

    /// <summary>Where the backup began that this incremental one is based on; <see langword="null"/> for a full backup.</summary>
    public Lsn? IncrementalFromLsn { get; init; }

    /// <summary>The timeline of that backup.</summary>
    public TimelineId? IncrementalFromTimeline { get; init; }

    /// <summary>
    /// The directory of the backup that it is based on; <see langword="null"/> for a full backup,
    /// or if that backup was not found.
    /// </summary>
    public string? BasedOn { get; init; }

    /// <summary>Its size on disk in bytes; <see langword="null"/> if it was not measured.</summary>
    public long? Size { get; init; }

    /// <summary>
    /// The directories of its tablespaces outside the data directory: the source's, or, of a
    /// plain backup, those it links to.
    /// </summary>
    public IReadOnlyList<string> Tablespaces { get; init => field = IndexableList.Of(value); } = [];

    /// <summary><c>nightly in /backups/2026-11-22</c>.</summary>
    public override string ToString() => $"{Label} in {Directory}";
}
