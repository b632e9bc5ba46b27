
namespace PgHa;

/// <summary>A standby as the server it streams from sees it: how far it is, stage by stage.</summary>
/// <remarks>
/// The stages of a byte of WAL are: written by the upstream, sent, written by the standby, flushed, replayed.
/// A lag in bytes is what one stage has done and the next has not.
/// See
/// <see href="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW">pg_stat_replication</see>.
/// </remarks>
public sealed record StandbyStatus
{
    /// <summary>The server the standby streams from.</summary>
    public required PgInstance Upstream { get; init; }

    /// <summary>The name the standby gives itself, which <c>synchronous_standby_names</c> lists it by.</summary>
    public required string ApplicationName { get; init; }

    /// <summary>The process id of its WAL sender on the upstream.</summary>
    public int ProcessId { get; init; }

    /// <summary>The role it logged in as.</summary>
    public string? UserName { get; init; }

    /// <summary>The address it comes from; none for a Unix socket.</summary>
    public string? Address { get; init; }

    /// <summary>The TCP port it comes from.</summary>
    public int? Port { get; init; }

    /// <summary>
    /// What the WAL sender does: <c>startup</c>, <c>catchup</c>, <c>streaming</c>, <c>backup</c> or <c>stopping</c>; <see langword="null"/>
    /// where the role may not see it.
    /// </summary>
    public string? State { get; init; }

    /// <summary>Whether commits wait for it; <see langword="null"/> where the role may not see it.</summary>
    public SyncState? SyncState { get; init; }

    /// <summary>
    /// Its place in <c>synchronous_standby_names</c>, from 1; 0 if it is not listed; <see langword="null"/> where the role may not see it.
    /// </summary>
    public int? SyncPriority { get; init; }

    /// <summary>The replication slot it streams through.</summary>
    public string? SlotName { get; init; }

    /// <summary>Whether that slot is a logical one: a subscription or another decoder, and no standby.</summary>
    public bool IsLogical { get; init; }

    /// <summary>The upstream's own position when it was asked: written by a primary, received or replayed by a standby.</summary>
    public Lsn? UpstreamLsn { get; init; }

    /// <summary>The position sent to the standby.</summary>
    public Lsn? SentLsn { get; init; }

    /// <summary>The position the standby has handed to its operating system.</summary>
    public Lsn? WrittenLsn { get; init; }

    /// <summary>The position the standby has on disk.</summary>
    public Lsn? FlushedLsn { get; init; }

    /// <summary>The position the standby has replayed: what its queries see.</summary>
    public Lsn? ReplayedLsn { get; init; }

    /// <summary>The bytes not sent yet.</summary>
    public long? SendLagBytes => Behind(UpstreamLsn, SentLsn);

    /// <summary>The bytes sent and not known to be written by the standby.</summary>
    public long? WriteLagBytes => Behind(SentLsn, WrittenLsn);

    /// <summary>The bytes written and not flushed by the standby.</summary>
    public long? FlushLagBytes => Behind(WrittenLsn, FlushedLsn);

    /// <summary>The bytes flushed and not replayed by the standby.</summary>
    public long? ReplayLagBytes => Behind(FlushedLsn, ReplayedLsn);

    /// <summary>The bytes from the upstream's position to what the standby has replayed.</summary>
    public long? LagBytes => Behind(UpstreamLsn, ReplayedLsn);

    /// <summary>The time until recent WAL was written by the standby; none on an idle server, or before 10.</summary>
    public TimeSpan? WriteLag { get; init; }

    /// <summary>The time until recent WAL was flushed by the standby; what a commit at level <c>on</c> waits.</summary>
    public TimeSpan? FlushLag { get; init; }

    /// <summary>The time until recent WAL was replayed by the standby; what a commit at level <c>remote_apply</c> waits.</summary>
    public TimeSpan? ReplayLag { get; init; }

    /// <summary>Since when it has been connected.</summary>
    public DateTimeOffset? BackendStart { get; init; }

    /// <summary>When the standby sent its last report, by its own clock (12).</summary>
    public DateTimeOffset? ReplyTime { get; init; }

    /// <summary>Whether it streams: what it receives is new, not a backlog. <see langword="null"/> where the role may not see it.</summary>
    /// <remarks>
    /// Without <c>pg_read_all_stats</c>, a role sees no more of other roles' connections than
    /// that they exist, and their names.
    /// </remarks>
    public bool? IsStreaming => State is null ? null : State == "streaming";

    /// <summary>Whether it confirms commits now; <see langword="null"/> where the role may not see it.</summary>
    public bool? IsSynchronous => SyncState is null ? null : SyncState is PgHa.SyncState.Sync or PgHa.SyncState.Quorum;

    /// <summary><c>s1 (sync, 0 bytes behind)</c>.</summary>
    public override string ToString() =>
        $"{ApplicationName} ({SyncState?.ToString().ToLowerInvariant() ?? "unknown"}, "
        + $"{(LagBytes is { } bytes ? ByteSize.Format(bytes) : "unknown")} behind)";

    // The positions are read one after the other while they move: a later stage may have been read ahead of an earlier one.
    private static long? Behind(Lsn? ahead, Lsn? behind) =>
        ahead is { } a && behind is { } b ? Math.Max(0, a - b) : null;
}
