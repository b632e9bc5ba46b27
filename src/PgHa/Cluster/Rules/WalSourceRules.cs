namespace PgHa;

/// <summary>Where each node gets its WAL from: from nodes that exist, and in the end from the primary.</summary>
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
            yield return node.Problem(nameof(NodeDefinition.Upstream), DefinitionText.NoNode(name, cluster.Nodes));
        else if (!upstream.HotStandby && upstream.Kind != NodeKind.Primary)
            // Until hot standby begins, a server refuses connections for replication as well.
            yield return node.Problem(nameof(NodeDefinition.Upstream), $"{name} is a cold standby, which nobody can stream from; let it be hot (HotStandby) or choose another upstream");
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

            // What merely leads to a cycle is not in it.
            if (node != start.Node || !told.Add(node))
                continue;
            told.UnionWith(path);
            string property = node.Upstream is null ? nameof(NodeDefinition.RestoreFrom) : nameof(NodeDefinition.Upstream);
            yield return start.Problem(property, path is [_]
                ? $"{node.Name} would get its WAL from itself"
                : $"{string.Join(" ← ", path.Append(node).Select(one => one.Name))}: they get their WAL from each other and not from a primary");
        }
    }

    // What a streaming standby may fetch from an archive besides does not make it depend on the archiving node.
    private static NodeDefinition? SourceOf(NodeDefinition node, ClusterDefinition cluster) => node.Kind switch
    {
        NodeKind.Streaming => cluster.Find(node.Upstream),
        NodeKind.ArchiveFed => cluster.ArchiverOf(node),
        _ => null,
    };
}
