namespace PgHa;

/// <summary>Two nodes on one machine must not have the same port.</summary>
internal static class PortRules
{
    public static IEnumerable<DefinitionProblem> Check(ClusterDefinition cluster)
    {
        // Port 0 stands for a port that could not be read.
        foreach (IGrouping<(string, int), PlacedNode> nodes in cluster.Placed()
            .Where(node => node.Node.Port > 0)
            .GroupBy(node => (HostKey.Of(node.Node), node.Node.Port)))
        {
            NodeDefinition first = nodes.First().Node;
            foreach (PlacedNode node in nodes.Skip(1))
            {
                yield return node.Problem(
                    nameof(NodeDefinition.Port), $"{first.Name} has port {first.Port} on the same host ({first.Host})");
            }
        }
    }
}
