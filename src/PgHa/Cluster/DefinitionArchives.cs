namespace PgHa;

/// <summary>The archives of a definition.</summary>
internal static class DefinitionArchives
{
    /// <summary>
    /// The node whose archive a node restores from, found by name or by directory; <see langword="null"/> if no node has that archive.
    /// </summary>
    public static NodeDefinition? ArchiverOf(this ClusterDefinition cluster, NodeDefinition node) => node.RestoreFrom is not { } source
        ? null
        : cluster.Find(source) ?? cluster.Nodes.FirstOrDefault(
            other => other.ArchiveDirectory == source && (SshArchive.IsLocation(source) || HostKey.Of(other) == HostKey.Of(node)));
}
