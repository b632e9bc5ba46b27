namespace PgHa;

/// <summary>
/// What a data directory's <c>global/pg_control</c> says: identity, state, last checkpoint, recovery, and the
/// settings a standby has to match.
/// </summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/app-pgcontroldata.html">pg_controldata</see>.</remarks>
public sealed record ControlData
{
    /// <summary>The version of the file's layout, such as 1300, which several majors can share.</summary>
    public required int ControlVersion { get; init; }

    /// <summary>The version of the system catalogs, which is different in each major.</summary>
    public required int CatalogVersion { get; init; }

    /// <summary>The cluster's identity, which its standbys share.</summary>
    public required SystemIdentifier SystemIdentifier { get; init; }

    /// <summary>What the server was doing when it last wrote the file.</summary>
    public required DatabaseState State { get; init; }

    /// <summary>When the file was written: as <c>pg_controldata</c> prints it, or in UTC when read from the file itself.</summary>
    public required string LastModified { get; init; }

    /// <summary>
    /// Where the record of the last checkpoint begins. After a clean stop of a primary it is the last record of its WAL:
    /// a standby has all of it once it has received more than this position.
    /// </summary>
    public required Lsn CheckpointLsn { get; init; }

    /// <summary>The position from which recovery would begin.</summary>
    public required Lsn RedoLsn { get; init; }

    /// <summary>The timeline of the last checkpoint.</summary>
    public required TimelineId Timeline { get; init; }

    /// <summary>The timeline before, if that checkpoint began a new one; otherwise the same.</summary>
    public required TimelineId PreviousTimeline { get; init; }

    /// <summary>The position recovery has to reach before the data is consistent; <see langword="null"/> on a primary.</summary>
    public required Lsn? MinimumRecoveryEndLsn { get; init; }

    /// <summary>The timeline of <see cref="MinimumRecoveryEndLsn"/>.</summary>
    public required TimelineId? MinimumRecoveryEndTimeline { get; init; }

    /// <summary>The start of the base backup whose end recovery has not reached yet; otherwise <see langword="null"/>.</summary>
    public required Lsn? BackupStartLsn { get; init; }

    /// <summary>
    /// The end of a base backup taken from a standby, if recovery has not reached it yet; otherwise <see langword="null"/>.
    /// </summary>
    public required Lsn? BackupEndLsn { get; init; }

    /// <summary>Recovery must see the backup's end in the WAL before the data is consistent.</summary>
    public required bool EndOfBackupRequired { get; init; }

    /// <summary><c>minimal</c>, <c>replica</c> or <c>logical</c>.</summary>
    public required string WalLevel { get; init; }

    /// <summary>The setting <c>wal_log_hints</c>.</summary>
    public required bool WalLogHints { get; init; }

    /// <summary>The setting <c>max_connections</c>, which a standby's must not be lower than.</summary>
    public required int MaxConnections { get; init; }

    /// <summary>The setting <c>max_worker_processes</c>, which a standby's must not be lower than.</summary>
    public required int MaxWorkerProcesses { get; init; }

    /// <summary>
    /// The setting <c>max_wal_senders</c>, which a standby's must not be lower than; <see langword="null"/> for PostgreSQL
    /// 11 and older, where it may be lower.
    /// </summary>
    public required int? MaxWalSenders { get; init; }

    /// <summary>The setting <c>max_prepared_transactions</c>, which a standby's must not be lower than.</summary>
    public required int MaxPreparedTransactions { get; init; }

    /// <summary>The setting <c>max_locks_per_transaction</c>, which a standby's must not be lower than.</summary>
    public required int MaxLocksPerTransaction { get; init; }

    /// <summary>The setting <c>track_commit_timestamp</c>.</summary>
    public required bool TrackCommitTimestamp { get; init; }

    /// <summary>The size of a WAL file.</summary>
    public required WalSegmentSize WalSegmentSize { get; init; }

    /// <summary>The version of the data checksums; 0 if there are none.</summary>
    public required int DataChecksumVersion { get; init; }

    /// <summary>Data pages have checksums.</summary>
    public bool HasDataChecksums => DataChecksumVersion > 0;

    /// <summary>The WAL has what <c>pg_rewind</c> needs to find every page that changed.</summary>
    public bool AllowsRewind => HasDataChecksums || WalLogHints;

    /// <summary>The server was stopped cleanly and has not been started since.</summary>
    public bool IsCleanlyShutDown => State is DatabaseState.ShutDown or DatabaseState.ShutDownInRecovery;

    /// <summary>The first WAL file recovery would need.</summary>
    public WalFileName RedoWalFile => WalFileName.At(Timeline, RedoLsn, WalSegmentSize);

    /// <summary>Reads what <c>pg_controldata</c> prints in the C locale.</summary>
    /// <exception cref="MalformedTextException">
    /// The text is something else, or the program warns in it that the file is corrupt; the message says where.
    /// </exception>
    public static ControlData Parse(string text) => new ControlDataParser(text).Read();

    /// <summary>Reads the bytes of <c>global/pg_control</c>, without needing <c>pg_controldata</c>.</summary>
    /// <exception cref="PgHaException">
    /// <c>ControlFileDamaged</c>: the checksum is wrong, because the file is damaged or was read while the server wrote it;
    /// <c>ControlFileNotSupported</c>: its layout is not that of a 64-bit little-endian server of 9.6 to 19.
    /// </exception>
    public static ControlData Read(ReadOnlySpan<byte> file) => ControlFileReader.Read(file);
}
