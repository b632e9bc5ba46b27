namespace PgHa;

/// <summary>Whether a slot still serves its standby, and what it costs its server.</summary>
internal static class SlotDiagnosis
{
    public static IEnumerable<ReplicationFinding> Of(ReplicationSlot slot)
    {
        string retained = slot.RetainedBytes is { } bytes ? $"{ByteSize.Format(bytes)} of WAL" : "WAL";
        if (slot.WalStatus == SlotWalStatus.Lost || slot.InvalidationReason is not null)
        {
            string reason = slot.InvalidationReason is { } why ? $" ({why})" : "";
            yield return Finding(ReplicationFindingCause.SlotLost, $"slot '{slot.Name}' is lost{reason}: its standby needs the archive or a new clone");
        }
        else if (slot.WalStatus == SlotWalStatus.Unreserved)
        {
            yield return Finding(ReplicationFindingCause.SlotInDanger, $"slot '{slot.Name}' holds {retained}, more than max_slot_wal_keep_size: some of it goes at the next checkpoint");
        }
        else if (slot is { IsActive: false, RestartLsn: not null } && LagDiagnosis.IsSignificant(slot.RetainedBytes))
        {
            yield return Finding(ReplicationFindingCause.SlotUnused, $"nothing is connected to slot '{slot.Name}', which holds {retained}");
        }

        ReplicationFinding Finding(ReplicationFindingCause cause, string text) => new(cause, slot.Name, text);
    }
}
