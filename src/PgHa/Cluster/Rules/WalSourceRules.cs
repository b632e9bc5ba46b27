namespace PgHa;

/// <summary>Each node has to get its WAL from a node that exists, and in the end from the primary.</summary>
internal static class WalSourceRules
{
    public static IEnumerable<DefinitionProblem> Check(ClusterDefinition cluster) =>
        cluster.Placed().SelectMany(node => Upstream(node, cluster)).Concat(Cycles(cluster));

    private static IEnumerable<DefinitionProblem> Upstream(PlacedNode node, ClusterDefinition cluster)
    {
        if (node.Node.Upstream is not { } name)
            yield break;
        NodeDefinition? upstream = cluster.Find(name);
        if (upstream is null)
        {
            yield return node.Problem(nameof(NodeDefinition.Upstream), DefinitionText.NoNode(name, cluster.Nodes));
        }
        else if (!upstream.HotStandby && upstream.Kind != NodeKind.Primary)
        {
            // Until hot standby begins, a server refuses connections for replication as well.
            yield return node.Problem(
                nameof(NodeDefinition.Upstream),
                $"{name} is a cold standby, which nobody can stream from; let it be hot (HotStandby) or choose another upstream");
        }
    }

    private static IEnumerable<DefinitionProblem> Cycles(ClusterDefinition cluster)
    {
        HashSet<NodeDefinition> told = [];
        foreach (PlacedNode start in cluster.Placed())
        {
            List<NodeDefinition> path = [];
            NodeDefinition? node = start.Node;
            while (node is not null && !path.Contains(node))
            {
                path.Add(node);
                node = SourceOf(node, cluster);
            }

            // A node that only leads to a cycle is not in the cycle.
            if (node != start.Node || !told.Add(node))
                continue;
            told.UnionWith(path);
            string property = node.Upstream is null ? nameof(NodeDefinition.RestoreFrom) : nameof(NodeDefinition.Upstream);
            yield return start.Problem(property, path is [_]
                ? $"{node.Name} would get its WAL from itself"
                : $"{string.Join(" ← ", path.Append(node).Select(one => one.Name))}: "
                    + "they get their WAL from each other and not from a primary");
        }
    }

    // A streaming standby may also restore from an archive, but it does not depend on the node that archives there.
    private static NodeDefinition? SourceOf(NodeDefinition node, ClusterDefinition cluster) => node.Kind switch
    {
        NodeKind.Streaming => cluster.Find(node.Upstream),
        NodeKind.ArchiveFed => cluster.ArchiverOf(node),
        _ => null,
    };
}
