namespace PgHa;

/// <summary>Whether a slot still serves its consumer, and what it costs its server.</summary>
internal static class SlotDiagnosis
{
    public static IEnumerable<ReplicationFinding> Of(ReplicationSlot slot)
    {
        string name = SlotWords.Name(slot), held = SlotWords.Held(slot);
        if (SlotWords.IsLost(slot))
        {
            yield return Finding(ReplicationFindingCause.SlotLost, $"{name} is lost{SlotWords.Reason(slot)}: {SlotWords.AfterLoss(slot)}");
        }
        else if (slot.WalStatus == SlotWalStatus.Unreserved)
        {
            yield return Finding(
                ReplicationFindingCause.SlotInDanger,
                $"{name} holds {held}, more than max_slot_wal_keep_size: "
                    + $"some of it goes at the next checkpoint, and then {SlotWords.AfterLoss(slot)}");
        }
        else if (SlotWords.IsUnused(slot) && LagDiagnosis.IsSignificant(slot.RetainedBytes))
        {
            yield return Finding(
                ReplicationFindingCause.SlotUnused,
                slot.Tool is { } tool
                    ? $"{tool} is not connected to its slot '{slot.Name}', which holds {held}"
                    : $"nothing is connected to {name}, which holds {held}");
        }
        else if (slot.NotReadyReason is { } why)
        {
            yield return Finding(ReplicationFindingCause.SlotNotReady, $"a failover would lose {name}: {why}");
        }

        ReplicationFinding Finding(ReplicationFindingCause cause, string text) => new(cause, slot.Name, text);
    }
}
