namespace PgHa;

/// <summary>The content of every picture of a cluster, whether of a running one or of a definition.</summary>
internal sealed record ClusterPicture
{
    /// <summary>The cluster's name, and its manager if it has one.</summary>
    public required string Title { get; init; }

    /// <summary>The nodes that get their WAL from no other in the picture: the primary, and standbys that lost their upstream.</summary>
    public required IReadOnlyList<PictureNode> Roots { get; init => field = IndexableList.Of(value); }

    /// <summary>What is wrong, the most urgent first.</summary>
    public IReadOnlyList<ClusterFinding> Findings { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>All nodes, each after its parent.</summary>
    public IEnumerable<PictureNode> Nodes => Roots.SelectMany(root => root.WithDescendants);

    /// <summary>The picture of a cluster as it is.</summary>
    public static ClusterPicture Of(PgCluster cluster) => new()
    {
        Title = cluster.Managed is { Management.IsManaged: true } ? $"{cluster.Name}, managed by {cluster.ManagedBy}" : cluster.Name,
        Roots = PictureForest.Of(
            [.. cluster.Members.Select(member => (MemberPicture.Of(member), MemberPicture.SourceOf(member, cluster)))]),
        Findings = cluster.Findings,
    };

    /// <summary>The picture of a cluster as it should be.</summary>
    public static ClusterPicture Of(ClusterDefinition cluster) => new()
    {
        Title = cluster.Name,
        Roots = PictureForest.Of(
            [.. cluster.Nodes.Select(node => (DefinitionPicture.Of(node, cluster), node.Upstream ?? cluster.ArchiverOf(node)?.Name))]),
    };
}
