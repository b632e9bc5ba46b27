namespace PgHa;

/// <summary>Each archiving node needs an archive of its own, and each archive that a node restores from has to get WAL.</summary>
internal static class ArchiveRules
{
    public static IEnumerable<DefinitionProblem> Check(ClusterDefinition cluster) =>
        Shared(cluster).Concat(cluster.Placed().SelectMany(node => Own(node).Concat(Source(node, cluster))));

    // After a promotion two nodes write the last segment of the old timeline, with different content, under one name.
    private static IEnumerable<DefinitionProblem> Shared(ClusterDefinition cluster)
    {
        IEnumerable<PlacedNode> archiving = cluster.Placed().Where(node => node.Node.ArchiveDirectory is { Length: > 0 });
        foreach (IGrouping<(string, string?), PlacedNode> nodes in archiving.GroupBy(
            node => (SshArchive.IsLocation(node.Node.ArchiveDirectory!) ? "" : HostKey.Of(node.Node), node.Node.ArchiveDirectory)))
        {
            NodeDefinition first = nodes.First().Node;
            foreach (PlacedNode node in nodes.Skip(1))
            {
                string when = node.Node.Kind != NodeKind.Primary && node.Node.ArchiveMode == ArchiveMode.On
                    ? ", even if it archives after its promotion only"
                    : "";
                yield return node.Problem(
                    nameof(NodeDefinition.ArchiveDirectory),
                    $"{first.Name} archives into '{first.ArchiveDirectory}' too; every archiving node needs an archive of its own{when}");
            }
        }
    }

    private static IEnumerable<DefinitionProblem> Own(PlacedNode node)
    {
        if (node.Node is { ArchiveMode: ArchiveMode.Always, ArchiveDirectory: null })
            yield return node.Problem(nameof(NodeDefinition.ArchiveMode), "a node that archives needs an ArchiveDirectory");
    }

    private static IEnumerable<DefinitionProblem> Source(PlacedNode node, ClusterDefinition cluster)
    {
        DefinitionProblem Problem(string text) => node.Problem(nameof(NodeDefinition.RestoreFrom), text);

        if (cluster.ArchiverOf(node.Node) is not { } archiver)
            yield break;
        if (archiver.ArchiveDirectory is null)
            yield return Problem($"{archiver.Name} has no ArchiveDirectory to restore from");
        else if (archiver == node.Node)
            yield return Problem($"{archiver.Name} would restore what it archived itself");
        else if (archiver.Kind != NodeKind.Primary && archiver.ArchiveMode == ArchiveMode.On)
            yield return Problem($"{archiver.Name} archives nothing while it is a standby; it needs ArchiveMode = 'Always'");
    }
}
