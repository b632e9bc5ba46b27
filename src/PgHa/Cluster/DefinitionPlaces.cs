namespace PgHa;

/// <summary>A node of a definition, and its place there.</summary>
/// <param name="Node">The node.</param>
/// <param name="Place"><c>Nodes[2]</c>.</param>
internal readonly record struct PlacedNode(NodeDefinition Node, string Place)
{
    /// <summary>A problem with one of the node's properties.</summary>
    public DefinitionProblem Problem(string property, string text) => new($"{Place}.{property}", text);

    /// <summary>A problem with an element of one of the node's lists.</summary>
    public DefinitionProblem Problem(string property, int index, string text) => new($"{Place}.{property}[{index}]", text);
}

/// <summary>The places of a definition's parts.</summary>
internal static class DefinitionPlaces
{
    /// <summary>The nodes with their places.</summary>
    public static IReadOnlyList<PlacedNode> Placed(this ClusterDefinition cluster) =>
        [.. cluster.Nodes.Select((node, index) => new PlacedNode(node, $"{nameof(ClusterDefinition.Nodes)}[{index}]"))];

    /// <summary>The primary; <see langword="null"/> if there is none, or more than one.</summary>
    public static NodeDefinition? OnlyPrimary(this ClusterDefinition cluster) =>
        cluster.Nodes.Where(node => node.Kind == NodeKind.Primary).ToArray() is [{ } only] ? only : null;

    /// <summary>The dialect of the servers: the newest if the definition names no version.</summary>
    public static ServerDialect Dialect(this ClusterDefinition cluster) => ServerDialect.For(cluster.Version ?? ServerDialect.Newest);
}
