namespace PgHa;

/// <summary>Whether a standby's copy of a logical slot outlives a promotion.</summary>
/// <remarks>
/// The copy is temporary until the standby has what the slot's consumer still needs, and a promotion drops temporary slots. See
/// <see href="https://www.postgresql.org/docs/current/logicaldecoding-explanation.html#LOGICALDECODING-REPLICATION-SLOTS-SYNCHRONIZATION">
/// Replication Slot Synchronization</see>.
/// </remarks>
internal static class SlotCopy
{
    /// <summary>Why the copy is not ready for a failover; <see langword="null"/> if it is ready, or is no copy.</summary>
    public static string? Obstacle(ReplicationSlot slot) => slot switch
    {
        { IsSynced: false } => null,
        _ when SlotWords.IsLost(slot) => $"it is lost{SlotWords.Reason(slot)}",
        { IsTemporary: true } => $"it is temporary still, and a promotion drops it: {Reason(slot)}",
        _ => null,
    };

    private static string Reason(ReplicationSlot slot) => slot.SyncSkipReason switch
    {
        null => "its consumer has to read on from the primary's slot first",
        "wal_or_rows_removed" => "the standby has removed WAL or rows that the consumer still needs, so the consumer has to read on first",
        "wal_not_flushed" => "the standby has not received all that the consumer has confirmed",
        "no_consistent_snapshot" => "the standby has no WAL yet from which the slot could begin to decode",
        "slot_invalidated" => "the primary's slot is invalidated",
        { } other => $"the server skips it for '{other}'",
    };
}
