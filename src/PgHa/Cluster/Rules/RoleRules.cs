namespace PgHa;

/// <summary>The roles of a cluster.</summary>
internal static class RoleRules
{
    public static IEnumerable<DefinitionProblem> Check(ClusterDefinition cluster)
    {
        if (IsReserved(cluster.ReplicationRole))
            yield return new DefinitionProblem(nameof(ClusterDefinition.ReplicationRole), Reserved(cluster.ReplicationRole));
        for (int i = 0; i < cluster.Roles.Count; i++)
        {
            string name = cluster.Roles[i].Name;
            string place = $"{nameof(ClusterDefinition.Roles)}[{i}]";
            if (IsReserved(name))
                yield return new DefinitionProblem(place, Reserved(name));
            if (cluster.Roles.Take(i).Any(other => other.Name == name))
                yield return new DefinitionProblem(place, $"the role {name} is given twice");
            else if (name == cluster.ReplicationRole)
                yield return new DefinitionProblem(place, $"{name} is the ReplicationRole already");
        }
    }

    private static bool IsReserved(string name) => name.StartsWith("pg_", StringComparison.Ordinal);

    private static string Reserved(string name) => $"'{name}' begins with pg_, which PostgreSQL keeps for itself";
}
