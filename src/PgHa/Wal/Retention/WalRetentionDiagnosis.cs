namespace PgHa;

/// <summary>What is wrong with the WAL that a server keeps.</summary>
internal static class WalRetentionDiagnosis
{
    public static IReadOnlyList<WalFinding> Of(WalRetention retention) =>
    [
        .. new[]
        {
            retention.Standbys.SelectMany(OfStandby),
            retention.Slots.SelectMany(slot => OfSlot(retention, slot)),
            retention.Archive?.Findings ?? [],
            OfSize(retention),
        }
        .SelectMany(findings => findings)
        .OrderBy(finding => finding.Cause),
    ];

    // A standby with a slot is covered by the findings about the slot.
    private static IEnumerable<WalFinding> OfStandby(StandbyWal standby)
    {
        if (standby is { State: StandbyWalState.Lost, SlotName: null })
        {
            yield return new WalFinding(WalFindingCause.StandbyLost, standby.Name,
                $"standby '{standby.Name}' needs WAL from {standby.NeededLsn} on, which is gone: "
                    + "it takes it from an archive, or needs a new clone");
        }
        else if (standby is { State: StandbyWalState.AtRisk, SlotName: null })
        {
            yield return new WalFinding(WalFindingCause.StandbyAtRisk, standby.Name,
                $"nothing keeps the WAL that standby '{standby.Name}' needs from {standby.NeededLsn} on: give it a slot");
        }
    }

    private static IEnumerable<WalFinding> OfSlot(WalRetention retention, ReplicationSlot slot)
    {
        string name = SlotWords.Name(slot), needs = SlotWords.AfterLoss(slot), held = SlotWords.Held(slot);
        if (SlotWords.IsLost(slot))
        {
            yield return new WalFinding(WalFindingCause.SlotLost, slot.Name, $"{name} is lost{SlotWords.Reason(slot)}: {needs}");
        }
        else if (slot.RestartLsn is { } restart && retention.SegmentStart(restart) < retention.OldestLsn)
        {
            yield return new WalFinding(WalFindingCause.SlotLost, slot.Name,
                $"{name} claims WAL from {restart} on, which is gone: {needs}");
        }
        else if (slot.WalStatus == SlotWalStatus.Unreserved)
        {
            yield return new WalFinding(WalFindingCause.SlotInDanger, slot.Name,
                $"{name} holds {held}, more than max_slot_wal_keep_size: some of it goes at the next checkpoint, and then {needs}");
        }
        else if (SlotWords.IsUnused(slot) && LagDiagnosis.IsSignificant(slot.RetainedBytes))
        {
            string end = slot.SafeWalSize is { } left
                ? $"it is in danger after another {ByteSize.Format(Math.Max(0, left))}"
                : "no limit is set, so it goes on until the disk is full";
            string since = retention.ObservedAt - slot.InactiveSince is { } idle ? $" for {LagDiagnosis.Describe(idle)}" : "";
            yield return new WalFinding(WalFindingCause.SlotUnused, slot.Name,
                $"nothing has been connected to {name}{since}, and it holds {held}: {end}");
        }
    }

    private static IEnumerable<WalFinding> OfSize(WalRetention retention)
    {
        if (retention.Files is not { } files || files.Bytes <= retention.MaxWalSize)
            yield break;

        // The WAL that the checkpoint keeps varies with the load.
        string[] culprits = [.. retention.Keepers
            .Where(keeper => keeper.Kind != WalKeeperKind.Checkpoint && keeper.Bytes > retention.MaxWalSize)
            .Select(keeper => keeper.Kind == WalKeeperKind.Slot ? $"slot '{keeper.Name}'" : keeper.Name)];
        if (culprits.Length > 0)
        {
            yield return new WalFinding(WalFindingCause.WalOverLimit, retention.Server.Name,
                $"there is more WAL ({ByteSize.Format(files.Bytes)}) than max_wal_size ({ByteSize.Format(retention.MaxWalSize)}), "
                    + $"kept by {string.Join(" and ", culprits)}");
        }
    }
}
