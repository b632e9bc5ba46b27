namespace PgHa.Engine.PrimaryChange;

/// <summary>The error for a name that no member has.</summary>
internal static class NodeNames
{
    /// <summary>The error, which suggests similar names.</summary>
    public static PgHaException NotFound(PgCluster cluster, string name)
    {
        string[] members = [.. cluster.Members.Select(member => member.Name)];
        string[] near = [.. NearestNames.Of(name, members)];
        return new PgHaException(
            ErrorIds.NodeNotFound, PgHaErrorKind.NotFound, $"{cluster.Name} has no member '{name}'.",
            near.Length > 0 ? $"Did you mean {string.Join(" or ", near)}?" : $"Its members are: {string.Join(", ", members)}.");
    }
}
