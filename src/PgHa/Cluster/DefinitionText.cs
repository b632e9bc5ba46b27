namespace PgHa;

/// <summary>What several problems of a definition say alike.</summary>
internal static class DefinitionText
{
    /// <summary>That no node has a name, and which may be meant.</summary>
    public static string NoNode(string name, IEnumerable<NodeDefinition> nodes)
    {
        string[] names = [.. nodes.Select(node => node.Name)];
        IReadOnlyList<string> nearest = Array.Find(names, one => one.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } same ? [same] : NearestNames.Of(name, names);
        return nearest.Count > 0
            ? $"there is no node '{name}'; {string.Join(" or ", nearest)} may be meant"
            : $"there is no node '{name}'; there are {string.Join(", ", names)}";
    }
}
