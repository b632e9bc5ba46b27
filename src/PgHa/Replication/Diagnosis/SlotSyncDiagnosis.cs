namespace PgHa;

/// <summary>Whether a standby that is set up to keep copies of its primary's failover slots can do so.</summary>
internal static class SlotSyncDiagnosis
{
    // The server starts the worker some seconds after itself, and again ten seconds after the worker gave up.
    private static readonly TimeSpan WorkerStart = TimeSpan.FromSeconds(30);

    public static IEnumerable<ReplicationFinding> Of(ReplicationStatus status, ReplicationStatus? upstream)
    {
        if (status.Receiver is not { SynchronizesSlots: true } receiver)
            yield break;
        List<string> obstacles = [.. receiver.SlotSyncObstacles];
        if (upstream is { Role: ServerRole.Standby })
            obstacles.Add($"{upstream.Server.Name} is a standby, and only a primary's slots are synchronized");
        obstacles.AddRange(OwnNamesakes(status, upstream).Select(
            slot => $"it has a slot '{slot.Name}' of its own, and the primary has one of that name (Remove-PgReplicationSlot)"));
        if (obstacles.Count == 0 && receiver is { HasSlotSyncWorker: false, IsStreaming: true }
            && status.ObservedAt - status.StartedAt > WorkerStart)
        {
            obstacles.Add("its slot synchronization worker does not run (Get-PgServerLog says why)");
        }

        if (obstacles.Count > 0)
        {
            yield return new(
                ReplicationFindingCause.SlotSyncBlocked, status.Server.Name,
                $"{status.Server.Name} cannot synchronize its primary's failover slots: {string.Join("; ", obstacles)}");
        }
    }

    /// <summary>
    /// The standby's own logical slots that have the name of a failover slot of its primary. The first of
    /// them stops the synchronization.
    /// </summary>
    public static IEnumerable<ReplicationSlot> OwnNamesakes(ReplicationStatus standby, ReplicationStatus? primary) =>
        standby.Slots.Where(own =>
            own is { Type: ReplicationSlotType.Logical, IsSynced: false }
            && primary?.Slots.Any(slot => slot.IsFailover && slot.Name == own.Name) == true);
}
