using System.Globalization;

namespace PgHa;

/// <summary>Compares where a standby's WAL comes from, and how the standby replays it.</summary>
internal static class StandbyComparison
{
    public static IEnumerable<ClusterDrift> Compare(ClusterDefinition definition, NodeDefinition node, MemberObservation seen)
    {
        PgClusterMember member = seen.Member;
        ReceiverStatus? receiver = member.Status?.Receiver;
        ServerDialect? dialect = member.Server?.Version is { } version ? ServerDialect.For(version) : null;
        bool Restarts(string name) => dialect is not null && RecoveryEntries.NeedsRestart(name, dialect);

        if (member.Kind is { } kind && kind != node.Kind)
        {
            yield return Drift(
                member, DriftKind.NodeKind, "kind", node.Kind.ToString(), kind.ToString(), HealCommand.Sync,
                Restarts(RecoveryEntries.PrimaryConninfo));
        }
        else if (node.Kind == NodeKind.Streaming && OfUpstream(node, member) is { } upstream)
        {
            yield return upstream with { NeedsRestart = Restarts(RecoveryEntries.PrimaryConninfo) };
        }
        else if (node.Kind == NodeKind.Streaming && receiver?.SlotName != node.SlotName
            && (receiver is not null || member.Link is not null))
        {
            yield return Drift(
                member, DriftKind.SlotName, RecoveryEntries.PrimarySlotName, node.SlotName, receiver?.SlotName, HealCommand.Sync,
                Restarts(RecoveryEntries.PrimarySlotName));
        }

        if (receiver?.SynchronizesSlots is { } syncs
            && (syncs != node.SyncReplicationSlots || (syncs && receiver.SlotSyncObstacles.Count > 0)))
        {
            yield return Drift(
                member, DriftKind.SlotSynchronization, RecoveryEntries.SyncReplicationSlots, node.SyncReplicationSlots ? "on" : "off",
                !syncs ? "off" : node.SyncReplicationSlots ? $"on, but {string.Join(", and ", receiver.SlotSyncObstacles)}" : "on",
                HealCommand.SyncSlots(member, node.SyncReplicationSlots));
        }

        string? archive = NodeConfiguration.RestoreDirectory(definition, node);
        // A restore_command that PgHa cannot parse is no drift if the definition names no archive.
        if (receiver?.HasRestoreCommand is not null
            && (archive is not null || ArchiveLocation.OfRestoreCommand(receiver.RestoreCommand) is not null)
            && ArchiveLocation.OfRestoreCommand(receiver.RestoreCommand) is var from && from != archive)
        {
            yield return Drift(
                member, DriftKind.RestoreFrom, RecoveryEntries.RestoreCommand, archive, from ?? receiver.RestoreCommand,
                archive is null ? HealCommand.Set(member, RecoveryEntries.RestoreCommand, null) : HealCommand.RestoreFrom(member, archive),
                Restarts(RecoveryEntries.RestoreCommand));
        }

        if (member.ApplyDelay is { } delay && delay != node.ApplyDelay)
        {
            yield return Drift(
                member, DriftKind.ApplyDelay, RecoveryEntries.MinApplyDelay, RecoveryEntries.Duration(node.ApplyDelay),
                RecoveryEntries.Duration(delay), HealCommand.ApplyDelay(member, node.ApplyDelay),
                Restarts(RecoveryEntries.MinApplyDelay));
        }

        if ((seen.Recovery?.HotStandby ?? member.IsHot) is { } isHot && isHot != node.HotStandby)
        {
            yield return Drift(
                member, DriftKind.HotStandby, RecoveryEntries.HotStandby, node.HotStandby ? "on" : "off", isHot ? "on" : "off",
                HealCommand.HotStandby(member, node.HotStandby), needsRestart: true);
        }
    }

    private static ClusterDrift? OfUpstream(NodeDefinition node, PgClusterMember member)
    {
        string address = member.Status?.Receiver is { SenderHost: { } host } receiver
            ? string.Create(CultureInfo.InvariantCulture, $"{host}:{receiver.SenderPort ?? PgInstance.DefaultPort}")
            : "unknown";
        if (member.Upstream != node.Upstream && (member.Upstream is not null || member.Status?.Receiver?.SenderHost is not null))
            return Drift(member, DriftKind.Upstream, "upstream", node.Upstream, member.Upstream ?? address, HealCommand.Sync);
        return member.ApplicationName is { } name && !StandbyName.AreEqual(name, node.ApplicationName)
            ? Drift(member, DriftKind.Upstream, "application_name", node.ApplicationName, name, HealCommand.Sync)
            : null;
    }

    private static ClusterDrift Drift(
        PgClusterMember member, DriftKind kind, string what, string? expected, string? actual, string? heal, bool needsRestart = false) =>
        ClusterComparison.Drift(member, kind, what, expected, actual, heal, needsRestart);
}
