namespace PgHa;

/// <summary>Names and hosts have to be valid, and there has to be one primary.</summary>
internal static class NodeRules
{
    // PostgreSQL cuts cluster_name to 63 bytes, and replaces characters in it that are not printable ASCII.
    private const int LongestName = 63;

    public static IEnumerable<DefinitionProblem> Check(ClusterDefinition cluster)
    {
        IReadOnlyList<PlacedNode> nodes = cluster.Placed();
        return Primaries(nodes)
            .Concat(nodes.SelectMany((node, index) => Names(node, nodes.Take(index))))
            .Concat(nodes.SelectMany(Hosts))
            .Concat(nodes.SelectMany(WithoutEffect));
    }

    private static IEnumerable<DefinitionProblem> Primaries(IReadOnlyList<PlacedNode> nodes)
    {
        PlacedNode[] primaries = [.. nodes.Where(node => node.Node.Kind == NodeKind.Primary)];
        if (nodes.Count == 0)
            yield return new(nameof(ClusterDefinition.Nodes), "there is no node");
        else if (primaries.Length == 0)
            yield return new(nameof(ClusterDefinition.Nodes), "there is no primary: one node has neither Upstream nor RestoreFrom");
        foreach (PlacedNode other in primaries.Skip(1))
        {
            yield return new(
                other.Place,
                $"{other.Node.Name} is a second primary beside {primaries[0].Node.Name}; a standby has Upstream or RestoreFrom");
        }
    }

    private static IEnumerable<DefinitionProblem> Names(PlacedNode node, IEnumerable<PlacedNode> before)
    {
        string name = node.Node.Name;
        if (before.Any(other => other.Node.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            yield return node.Problem(nameof(NodeDefinition.Name), $"there is another node '{name}'");
        if (name.Length > LongestName || name.Any(c => c is < ' ' or > '~'))
        {
            yield return node.Problem(
                nameof(NodeDefinition.Name),
                $"a name is at most {LongestName} printable ASCII characters, because it becomes the server's cluster_name");
        }

        if (node.Node.Kind == NodeKind.Streaming
            && before.FirstOrDefault(other => SharesApplicationName(node.Node, other.Node)).Node is { } twin)
        {
            yield return node.Problem(
                nameof(NodeDefinition.ApplicationName),
                $"{twin.Name} is known as '{twin.ApplicationName}' too; an upstream cannot tell them apart");
        }
    }

    // Names reports two nodes with one name already.
    private static bool SharesApplicationName(NodeDefinition node, NodeDefinition other) =>
        other.Kind == NodeKind.Streaming
        && StandbyName.AreEqual(node.ApplicationName, other.ApplicationName)
        && !node.Name.Equals(other.Name, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<DefinitionProblem> Hosts(PlacedNode node)
    {
        string host = node.Node.Host;
        if (host.Contains('/', StringComparison.Ordinal) || host.Any(char.IsWhiteSpace))
        {
            yield return node.Problem(nameof(NodeDefinition.Host), $"'{host}' is no host name or address");
        }
        else if (host is "*" or "0.0.0.0" or "::")
        {
            yield return node.Problem(
                nameof(NodeDefinition.Host), $"other nodes cannot reach {node.Node.Name} at '{host}'; give the address they use");
        }
    }

    private static IEnumerable<DefinitionProblem> WithoutEffect(PlacedNode node)
    {
        if (node.Node.Kind == NodeKind.Primary && node.Node.ApplyDelay > TimeSpan.Zero)
            yield return node.Problem(nameof(NodeDefinition.ApplyDelay), "a primary replays nothing that could be delayed");
    }
}
