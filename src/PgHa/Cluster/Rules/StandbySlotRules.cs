namespace PgHa;

/// <summary>The slots that the cluster's own standbys stream through.</summary>
internal static class StandbySlotRules
{
    public static IEnumerable<DefinitionProblem> Check(ClusterDefinition cluster)
    {
        foreach (PlacedNode node in cluster.Placed().Where(node => node.Node.SyncReplicationSlots))
        {
            if (ProblemOfSynchronization(node.Node, cluster) is { } problem)
                yield return node.Problem(nameof(NodeDefinition.SyncReplicationSlots), problem);
        }

        List<PlacedNode> before = [];
        foreach (PlacedNode node in cluster.Placed().Where(node => node.Node.SlotName is { Length: > 0 }))
        {
            string slot = node.Node.SlotName!;
            if (node.Node.Kind == NodeKind.Primary)
            {
                yield return Problem(
                    node, "a primary streams from nobody, so it has no slot; a slot that it keeps for others is one of its Slots");
            }
            else if (node.Node.Kind == NodeKind.ArchiveFed)
            {
                yield return Problem(node, "a standby fed from an archive streams from nobody, so nothing would ever move its slot");
            }
            else if (SlotNames.ProblemOf(slot) is { } malformed)
            {
                yield return Problem(node, malformed);
            }
            else if (before.FirstOrDefault(
                other => (other.Node.SlotName, other.Node.Upstream) == (slot, node.Node.Upstream)).Node is { } twin)
            {
                yield return Problem(
                    node, $"{twin.Name} streams through slot '{slot}' of {node.Node.Upstream} too; a slot serves one standby");
            }

            before.Add(node);
        }
    }

    private static string? ProblemOfSynchronization(NodeDefinition node, ClusterDefinition cluster) => node switch
    {
        _ when !cluster.Dialect().HasSlotSynchronization => $"PostgreSQL {cluster.Version} does not synchronize slots (17 and later do)",
        _ when node.Kind != NodeKind.Streaming || cluster.Find(node.Upstream) is { Kind: not NodeKind.Primary } =>
            "only a standby that streams from the primary itself synchronizes slots",
        { SlotName: null } => "synchronization takes a physical slot: give the node a SlotName",
        { HotStandby: false } => "a cold standby synchronizes no slots: leave HotStandby out",
        _ => null,
    };

    private static DefinitionProblem Problem(PlacedNode node, string text) => node.Problem(nameof(NodeDefinition.SlotName), text);
}
