namespace PgHa;

/// <summary>The WAL that the standbys of a server need, compared with the WAL that it has and keeps.</summary>
internal static class StandbyNeeds
{
    /// <summary>The standbys that stream, and those that left a physical slot behind.</summary>
    public static IReadOnlyList<StandbyWal> Of(WalRetention retention, IReadOnlyList<StandbyStatus> connected) =>
    [
        // A base backup is sent by a WAL sender too, and has no position; neither has a standby whose row the role may not see.
        .. from standby in connected
           where standby is { IsLogical: false, State: not "backup" } && Position(standby) is not null
           let slot = retention.Slots.FirstOrDefault(slot => slot.Name == standby.SlotName)
           select Of(retention, standby.ApplicationName, slot, Position(standby), isConnected: true),
        .. from slot in retention.Slots
           where slot is { Type: ReplicationSlotType.Physical, IsActive: false } && (slot.RestartLsn is not null || SlotWords.IsLost(slot))
           select Of(retention, slot.Name, slot, slot.RestartLsn, isConnected: false),
    ];

    // After a crash, a standby asks again for the WAL that it had not flushed.
    private static Lsn? Position(StandbyStatus standby) => standby.FlushedLsn ?? standby.SentLsn;

    private static StandbyWal Of(WalRetention retention, string name, ReplicationSlot? slot, Lsn? needed, bool isConnected) => new()
    {
        Name = name,
        SlotName = slot?.Name,
        IsConnected = isConnected,
        NeededLsn = needed,
        BytesBehind = retention.CurrentLsn - needed is { } behind ? Math.Max(0, behind) : null,
        BytesLeft = slot?.SafeWalSize,
        State = StateOf(retention, slot, needed),
    };

    private static StandbyWalState StateOf(WalRetention retention, ReplicationSlot? slot, Lsn? needed)
    {
        if (slot is not null && SlotWords.IsLost(slot))
            return StandbyWalState.Lost;
        if (needed is not { } position)
            return StandbyWalState.AtRisk;

        // A standby asks for whole segments.
        Lsn from = retention.SegmentStart(position);
        if (from < retention.OldestLsn)
            return StandbyWalState.Lost;
        bool isKept = retention.Keepers.Any(
            keeper => keeper.Slot?.WalStatus != SlotWalStatus.Unreserved
                && retention.SegmentStart(keeper.StartLsn) <= from);
        return isKept ? StandbyWalState.Kept : StandbyWalState.AtRisk;
    }
}
