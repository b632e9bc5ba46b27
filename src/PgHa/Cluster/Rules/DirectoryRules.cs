namespace PgHa;

/// <summary>Two directories on one machine must not be the same, or one inside the other.</summary>
internal static class DirectoryRules
{
    public static IEnumerable<DefinitionProblem> Check(ClusterDefinition cluster) =>
        cluster.Placed()
            .SelectMany(DirectoriesOf)
            .Where(directory => directory.Path.Length > 0)
            .GroupBy(directory => HostKey.Of(directory.Owner.Node))
            .SelectMany(Clashes);

    private static IEnumerable<DefinitionProblem> Clashes(IEnumerable<Used> directories)
    {
        List<Used> before = [];
        foreach (Used directory in directories)
        {
            Used? other = before.FirstOrDefault(
                other => (Contains(other.Path, directory.Path) || Contains(directory.Path, other.Path))
                    && !IsToldElsewhere(other, directory));
            if (other is not null)
            {
                string how = other.Path == directory.Path ? "is" : Contains(other.Path, directory.Path) ? "is inside" : "contains";
                yield return directory.Owner.Problem(
                    directory.Property,
                    $"'{directory.Path}' {how} {other.What} of {other.Owner.Node.Name}{(how == "is" ? "" : $", '{other.Path}'")}");
            }

            before.Add(directory);
        }
    }

    // ArchiveRules reports two archives in one directory, and NodeRules two nodes with one name.
    private static bool IsToldElsewhere(Used one, Used other) =>
        (one.Property == other.Property && one.Property == nameof(NodeDefinition.ArchiveDirectory) && one.Path == other.Path)
        || (one.Owner.Node != other.Owner.Node && one.Owner.Node.Name.Equals(other.Owner.Node.Name, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<Used> DirectoriesOf(PlacedNode owner)
    {
        NodeDefinition node = owner.Node;
        yield return new Used(owner, node.DataDirectory, nameof(NodeDefinition.DataDirectory), "the data directory");
        if (node.ArchiveDirectory is { } archive && !SshArchive.IsLocation(archive))
            yield return new Used(owner, archive, nameof(NodeDefinition.ArchiveDirectory), "the archive");
        foreach ((string name, string path) in node.Tablespaces)
            yield return new Used(owner, path, $"{nameof(NodeDefinition.Tablespaces)}.{name}", $"the tablespace {name}");
    }

    private static bool Contains(string outer, string inner) =>
        inner.StartsWith(outer, StringComparison.Ordinal)
        && (inner.Length == outer.Length || inner[outer.Length] is '/' or '\\' || outer[^1] is '/' or '\\');

    private sealed record Used(PlacedNode Owner, string Path, string Property, string What);
}
