namespace PgHa;

/// <summary>The words for a slot, which depend on its consumer.</summary>
internal static class SlotWords
{
    /// <summary>Whether the server has given a slot up.</summary>
    public static bool IsLost(ReplicationSlot slot) => slot.WalStatus == SlotWalStatus.Lost || slot.InvalidationReason is not null;

    /// <summary><c>slot 'barman' of Barman</c>, <c>logical slot 'orders'</c>.</summary>
    public static string Name(ReplicationSlot slot) => slot switch
    {
        { Tool: { } tool } => $"slot '{slot.Name}' of {tool}",
        { Use: SlotUse.LogicalConsumer } => $"logical slot '{slot.Name}'",
        { Use: SlotUse.Copy } => $"synchronized slot '{slot.Name}'",
        _ => $"slot '{slot.Name}'",
    };

    /// <summary>What is needed once the WAL of a slot is gone.</summary>
    public static string AfterLoss(ReplicationSlot slot) => slot switch
    {
        { Tool: "Barman" } => "Barman misses WAL from then on, and needs a new base backup",
        { Tool: { } tool } => $"its standby needs an archive or a new clone, which {tool} makes",
        { Use: SlotUse.LogicalConsumer } => "its consumer needs a new slot and a new copy of its tables",
        { Use: SlotUse.Copy } =>
            "synchronization makes it anew as soon as the primary's slot allows it, and until then a failover loses it",
        _ => "its standby needs an archive or a new clone",
    };

    /// <summary><c> (wal_removed)</c>, where the server says why it gave the slot up.</summary>
    public static string Reason(ReplicationSlot slot) => slot.InvalidationReason is { } why ? $" ({why})" : "";

    /// <summary><c>48 MB of WAL</c>.</summary>
    public static string Held(ReplicationSlot slot) => slot.RetainedBytes is { } bytes ? $"{ByteSize.Format(bytes)} of WAL" : "WAL";

    /// <summary>Whether a slot keeps WAL for a consumer that is away. Nobody ever connects to a copy of the primary's slot.</summary>
    public static bool IsUnused(ReplicationSlot slot) => slot is { IsActive: false, RestartLsn: not null } && slot.Use != SlotUse.Copy;
}
