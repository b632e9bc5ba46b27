namespace PgHa;

/// <summary>
/// Every node needs a directory for each tablespace: a standby without one would write into the primary's directory, or stop.
/// </summary>
internal static class TablespaceRules
{
    public static IEnumerable<DefinitionProblem> Check(ClusterDefinition cluster)
    {
        if (cluster.OnlyPrimary() is not { } primary)
            yield break;
        foreach (PlacedNode node in cluster.Placed().Where(node => node.Node != primary))
        {
            foreach (string name in primary.Tablespaces.Keys.Where(name => !node.Node.Tablespaces.ContainsKey(name)))
            {
                yield return node.Problem(
                    nameof(NodeDefinition.Tablespaces),
                    $"the primary's tablespace {name} has no directory here, and a standby has every tablespace of its primary");
            }

            foreach (string name in node.Node.Tablespaces.Keys.Where(name => !primary.Tablespaces.ContainsKey(name)))
            {
                yield return node.Problem(
                    $"{nameof(NodeDefinition.Tablespaces)}.{name}",
                    $"the primary {primary.Name} has no tablespace {name}, so a standby has none");
            }
        }
    }
}
