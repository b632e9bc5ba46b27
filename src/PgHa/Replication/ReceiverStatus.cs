namespace PgHa;

/// <summary>A standby as it sees itself: where its WAL comes from, and how far it has received and replayed it.</summary>
/// <remarks>
/// See
/// <see href="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-WAL-RECEIVER-VIEW">
/// pg_stat_wal_receiver</see>
/// and <see href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-CONTROL">Recovery Control
/// Functions</see>.
/// </remarks>
public sealed record ReceiverStatus
{
    /// <summary>What the WAL receiver does, <c>streaming</c> as a rule; none where no WAL receiver runs.</summary>
    public string? State { get; init; }

    /// <summary>The process id of the WAL receiver.</summary>
    public int? ProcessId { get; init; }

    /// <summary>
    /// The host of the upstream: the one connected to, otherwise the one in <c>primary_conninfo</c>; none where that names several.
    /// </summary>
    public string? SenderHost { get; init; }

    /// <summary>The port of the upstream.</summary>
    public int? SenderPort { get; init; }

    /// <summary>The slot on the upstream that it streams through.</summary>
    public string? SlotName { get; init; }

    /// <summary>
    /// The connection string of the WAL receiver, without a password; only a superuser or <c>pg_read_all_stats</c> sees it.
    /// </summary>
    public string? ConnectionString { get; init; }

    /// <summary>The name the upstream knows it by, where <see cref="ConnectionString"/> has one.</summary>
    public string? ApplicationName { get; init; }

    /// <summary>Whether an upstream is configured; unknown before 12 where no WAL receiver runs.</summary>
    public bool? HasUpstream { get; init; }

    /// <summary>Whether WAL is restored from an archive (<c>restore_command</c>); unknown before 12.</summary>
    public bool? HasRestoreCommand { get; init; }

    /// <summary>
    /// The command that fetches WAL from an archive (<c>restore_command</c>), with passwords masked; for PostgreSQL 11 and
    /// older it is known on the server's host only.
    /// </summary>
    public string? RestoreCommand { get; init; }

    /// <summary>The end of the upstream's WAL, as far as it last told.</summary>
    public Lsn? SenderLsn { get; init; }

    /// <summary>The position received and flushed to disk.</summary>
    public Lsn? ReceivedLsn { get; init; }

    /// <summary>The position replayed.</summary>
    public Lsn? ReplayedLsn { get; init; }

    /// <summary>Whether replay is paused, or a pause has been asked for.</summary>
    public bool IsReplayPaused { get; init; }

    /// <summary>How long replay is held back on purpose (<c>recovery_min_apply_delay</c>); unknown before 12.</summary>
    public TimeSpan? ApplyDelay { get; init; }

    /// <summary>When the transaction replayed last was committed on the primary.</summary>
    public DateTimeOffset? LastReplayedCommit { get; init; }

    /// <summary>When the upstream sent its last message, by its clock.</summary>
    public DateTimeOffset? LastMessageSent { get; init; }

    /// <summary>When that message arrived.</summary>
    public DateTimeOffset? LastMessageReceived { get; init; }

    /// <summary>The WAL file that is being waited for or replayed; known from the process title where the standby answers no SQL.</summary>
    public string? WalFile { get; init; }

    /// <summary>Queries cancelled because they stood in the way of replay, since statistics were last reset.</summary>
    public long? Conflicts { get; init; }

    /// <summary>Whether it shall keep copies of its primary's failover slots (<c>sync_replication_slots</c>); unknown before 17.</summary>
    public bool? SynchronizesSlots { get; init; }

    /// <summary>
    /// Whether <c>primary_conninfo</c> names a database, which slot synchronization connects to; unknown
    /// to a role that may not see it.
    /// </summary>
    public bool? NamesDatabase { get; init; }

    /// <summary>Whether it tells its upstream which rows it still needs (<c>hot_standby_feedback</c>).</summary>
    public bool? HasFeedback { get; init; }

    /// <summary>Whether its own <c>wal_level</c> allows logical slots.</summary>
    public bool? HasLogicalWal { get; init; }

    /// <summary>Whether its slot synchronization worker runs; unknown before 17, and to a role without <c>pg_read_all_stats</c>.</summary>
    public bool? HasSlotSyncWorker { get; init; }

    /// <summary>
    /// What its configuration lacks to keep copies of its primary's failover slots; empty if it is not set up to keep any.
    /// </summary>
    public IReadOnlyList<string> SlotSyncObstacles => SlotSynchronization.Obstacles(this);

    /// <summary>Whether the WAL receiver streams; <see langword="null"/> where the role sees its process and not what it does.</summary>
    public bool? IsStreaming => State is null && ProcessId is not null ? null : State == "streaming";

    /// <summary>Whether the WAL receiver streams, or may.</summary>
    internal bool MayStream => IsStreaming != false;

    /// <summary>The end of the existing WAL as far as a streaming standby knows; none while it does not stream.</summary>
    public Lsn? EndOfKnownWal => IsStreaming != true ? null : SenderLsn > ReceivedLsn || ReceivedLsn is null ? SenderLsn : ReceivedLsn;

    /// <summary>The bytes received and not replayed.</summary>
    public long? ReplayLagBytes => ReceivedLsn is { } received && ReplayedLsn is { } replayed ? Math.Max(0, received - replayed) : null;
}
