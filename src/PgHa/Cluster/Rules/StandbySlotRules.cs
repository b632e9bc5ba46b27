namespace PgHa;

/// <summary>The slots that the cluster's own standbys stream through.</summary>
internal static class StandbySlotRules
{
    public static IEnumerable<DefinitionProblem> Check(ClusterDefinition cluster)
    {
        List<PlacedNode> before = [];
        foreach (PlacedNode node in cluster.Placed().Where(node => node.Node.SlotName is { Length: > 0 }))
        {
            string slot = node.Node.SlotName!;
            if (node.Node.Kind == NodeKind.Primary)
                yield return Problem(node, "a primary streams from nobody, so it has no slot; a slot that it keeps for others is one of its Slots");
            else if (node.Node.Kind == NodeKind.ArchiveFed)
                yield return Problem(node, "a standby fed from an archive streams from nobody, so nothing would ever move its slot");
            else if (SlotNames.ProblemOf(slot) is { } malformed)
                yield return Problem(node, malformed);
            else if (before.FirstOrDefault(other => (other.Node.SlotName, other.Node.Upstream) == (slot, node.Node.Upstream)).Node is { } twin)
                yield return Problem(node, $"{twin.Name} streams through slot '{slot}' of {node.Node.Upstream} too; a slot serves one standby");
            before.Add(node);
        }
    }

    private static DefinitionProblem Problem(PlacedNode node, string text) => node.Problem(nameof(NodeDefinition.SlotName), text);
}
