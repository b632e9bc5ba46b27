namespace PgHa;

/// <summary>A replication slot: the promise of a server to keep what a consumer has not received yet.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/view-pg-replication-slots.html">pg_replication_slots</see>.</remarks>
public sealed record ReplicationSlot
{
    /// <summary>The server the slot is on.</summary>
    public required PgInstance Server { get; init; }

    /// <summary>The slot's name, unique on its server.</summary>
    public required string Name { get; init; }

    /// <summary>Physical, for a standby, or logical, for a decoder.</summary>
    public required ReplicationSlotType Type { get; init; }

    /// <summary>The output plugin of a logical slot.</summary>
    public string? Plugin { get; init; }

    /// <summary>The database of a logical slot.</summary>
    public string? Database { get; init; }

    /// <summary>Whether a logical slot decodes transactions when they are prepared, instead of when they are committed (14).</summary>
    public bool IsTwoPhase { get; init; }

    /// <summary>Whether standbys may keep a copy of a logical slot, so that its consumer can go on after a failover (17).</summary>
    public bool IsFailover { get; init; }

    /// <summary>
    /// Whether a logical slot of a standby is such a copy of its primary's, which nobody can use or remove there (17).
    /// After a promotion it is an ordinary slot, although <c>synced</c> stays set on the server.
    /// </summary>
    public bool IsSynced { get; init; }

    /// <summary>Why the last synchronization left the copy out (19); none if it did not, and in PostgreSQL 18 and older.</summary>
    public string? SyncSkipReason { get; init; }

    /// <summary>How often synchronization has left the copy out, since statistics were last reset (19).</summary>
    public long? SyncSkipCount { get; init; }

    /// <summary>When synchronization last left the copy out (19).</summary>
    public DateTimeOffset? SyncLastSkip { get; init; }

    /// <summary>How often decoding for the slot has needed more memory than <c>logical_decoding_work_mem</c> (19).</summary>
    public long? MemoryExceededCount { get; init; }

    /// <summary>Whether a copy outlives a promotion, so that its consumer can go on; none for a slot that is no copy.</summary>
    public bool? IsFailoverReady => IsSynced ? NotReadyReason is null : null;

    /// <summary>Why a copy would not outlive a promotion; none if it would, and for a slot that is no copy.</summary>
    public string? NotReadyReason => SlotCopy.Obstacle(this);

    /// <summary>Who the slot is for.</summary>
    public SlotUse Use => Type == ReplicationSlotType.Physical ? SlotUse.Standby : IsSynced ? SlotUse.Copy : SlotUse.LogicalConsumer;

    /// <summary>
    /// The tool that makes and removes the slot by itself, such as <c>Barman</c> or <c>Patroni</c>;
    /// none where no sign points to one.
    /// </summary>
    public string? Tool { get; init; }

    /// <summary>Whether a consumer is connected through the slot.</summary>
    public bool IsActive { get; init; }

    /// <summary>The process of that consumer on the server, a WAL sender as a rule.</summary>
    public int? ActiveProcessId { get; init; }

    /// <summary>Whether the slot ends with the session that made it.</summary>
    public bool IsTemporary { get; init; }

    /// <summary>The oldest position the consumer may still need; none before a slot has been used or has reserved WAL.</summary>
    public Lsn? RestartLsn { get; init; }

    /// <summary>The position up to which a logical slot's consumer has confirmed receipt.</summary>
    public Lsn? ConfirmedFlushLsn { get; init; }

    /// <summary>The oldest transaction whose rows vacuum keeps for the slot (<c>hot_standby_feedback</c>).</summary>
    public uint? Xmin { get; init; }

    /// <summary>The oldest transaction whose catalog rows vacuum keeps for the slot.</summary>
    public uint? CatalogXmin { get; init; }

    /// <summary>Whether the WAL the slot claims is still there; unknown before PostgreSQL 13.</summary>
    public SlotWalStatus? WalStatus { get; init; }

    /// <summary>
    /// The bytes that may still be written before the slot is in danger of being lost; none where
    /// no limit is set, or before 13.
    /// </summary>
    public long? SafeWalSize { get; init; }

    /// <summary>The bytes of WAL between <see cref="RestartLsn"/> and the server's current position.</summary>
    public long? RetainedBytes { get; init; }

    /// <summary>Since when no consumer has been connected (17).</summary>
    public DateTimeOffset? InactiveSince { get; init; }

    /// <summary>Why the slot was given up, such as <c>wal_removed</c> or <c>idle_timeout</c> (17).</summary>
    public string? InvalidationReason { get; init; }

    /// <summary>How far the consumer is: what a decoder has confirmed, or the oldest position that a standby may need.</summary>
    public Lsn? Position => Type == ReplicationSlotType.Logical ? ConfirmedFlushLsn : RestartLsn;

    /// <summary><c>node_slot_23 on node20@127.0.0.1:9420</c>.</summary>
    public override string ToString() => $"{Name} on {Server}";
}
