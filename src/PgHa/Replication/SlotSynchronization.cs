namespace PgHa;

/// <summary>What a standby lacks to keep copies of its primary's failover slots, as far as the standby itself knows (17).</summary>
/// <remarks>
/// The server starts in each of these cases, and only its log reports them. See
/// <see href="https://www.postgresql.org/docs/current/logicaldecoding-explanation.html#LOGICALDECODING-REPLICATION-SLOTS-SYNCHRONIZATION">
/// Replication Slot Synchronization</see>.
/// </remarks>
internal static class SlotSynchronization
{
    /// <summary>What is missing; empty if nothing is missing, or if that is not known.</summary>
    public static IReadOnlyList<string> Obstacles(ReceiverStatus receiver) => receiver.SynchronizesSlots != true ? [] : [.. All(receiver)];

    private static IEnumerable<string> All(ReceiverStatus receiver)
    {
        if (receiver.NamesDatabase == false)
            yield return "primary_conninfo names no database (dbname)";
        if (receiver.SlotName is null)
            yield return "it streams without a slot (primary_slot_name)";
        if (receiver.HasFeedback == false)
            yield return "hot_standby_feedback is off";
        if (receiver.HasLogicalWal == false)
            yield return "its wal_level is not logical";
    }
}
