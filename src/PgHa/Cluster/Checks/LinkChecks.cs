using static PgHa.FindingSeverity;

namespace PgHa;

/// <summary>Whether standbys get their WAL, and replay it.</summary>
internal static class LinkChecks
{
    public static IReadOnlyList<ClusterCheck> All { get; } =
    [
        OfStatus(
            ReplicationFindingCause.NotStreaming, Critical, "A standby should stream and does not",
            "Look at the standby's log (Get-PgServerLog): it says why."),
        OfStatus(
            ReplicationFindingCause.SlotMissing, Critical, "The slot that a standby asks for is not there",
            "Make it on the upstream with New-PgReplicationSlot."),
        OfStatus(
            ReplicationFindingCause.SlotSyncBlocked, Warning, "A standby cannot keep copies of its primary's failover slots",
            "Set-PgRecoveryConf -SyncReplicationSlots sets up what is missing. A slot of the standby's own that is in the way is removed "
                + "with Remove-PgReplicationSlot."),
        OfStatus(
            ReplicationFindingCause.SlotNotReady, Warning, "A promotion would drop a standby's copy of a failover slot",
            "Let the slot's consumer read on from the primary; the copy is ready soon after."),
        OfStatus(
            ReplicationFindingCause.StandbySilent, Warning, "A connected standby has not replied for long",
            "See whether it hangs, and whether the clocks agree."),
        OfStatus(
            ReplicationFindingCause.SendingSlow, Warning, "WAL is written faster than it is sent",
            "Look at the network and the load of the upstream."),
        OfStatus(
            ReplicationFindingCause.ReceivingSlow, Warning, "WAL is sent faster than it is received",
            "Look at the network and the load of the standby."),
        OfStatus(
            ReplicationFindingCause.FlushingSlow, Warning, "WAL is received faster than it gets to the standby's disk",
            "Look at the standby's disk."),
        OfStatus(
            ReplicationFindingCause.ReplaySlow, Warning, "WAL is received faster than it is replayed",
            "Look for queries that hold replay up, and at the standby's disk."),
        OfStatus(ReplicationFindingCause.ReplayPaused, Warning, "Replay is paused", "Go on with Resume-PgReplay."),
        OfStatus(ReplicationFindingCause.ReplayDelayed, Information, "Replay is held back on purpose", null),
        OfStatus(
            ReplicationFindingCause.WaitingForArchive, Warning, "An archive-fed standby waits for a WAL file",
            "See whether its primary archives (Get-PgArchiveStatus)."),
        new(
            "StandbyUnprotected", Information,
            "Nothing keeps the WAL that a standby needs when it returns: no slot, no archive, no wal_keep_size", Unprotected),
    ];

    /// <summary>A check whose findings come from the diagnosis of a server's replication.</summary>
    public static ClusterCheck OfStatus(ReplicationFindingCause cause, FindingSeverity severity, string description, string? advice) =>
        new(cause.ToString(), severity, description, observation =>
            from member in observation.Cluster.Members
            where observation.Cluster.IsOfThis(member)
            from finding in member.Status?.Findings ?? []
            where finding.Cause == cause
            select new Symptom(member.Name, finding.Text, advice));

    private static IEnumerable<Symptom> Unprotected(ClusterObservation observation) =>
        from standby in observation.Cluster.Members
        where standby is { Kind: NodeKind.Streaming, SlotName: null, RestoreFrom: null }
            && standby.Status?.Receiver?.HasRestoreCommand != true
        let upstream = observation.Find(standby.Upstream)
        where upstream?.Retention is { WalKeepSize: 0 }
        select new Symptom(
            standby.Name,
            $"{standby.Name} streams from {upstream!.Member.Name} without a slot, an archive or {upstream.Retention!.WalKeepSetting}",
            "Give it a slot (New-PgReplicationSlot, Set-PgRecoveryConf), or let it restore from an archive.");
}
