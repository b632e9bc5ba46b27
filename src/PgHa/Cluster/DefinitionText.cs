namespace PgHa;

/// <summary>Texts that several problems of a definition share.</summary>
internal static class DefinitionText
{
    /// <summary>Says that no node has a name, and which names may be meant.</summary>
    public static string NoNode(string name, IEnumerable<NodeDefinition> nodes)
    {
        string[] names = [.. nodes.Select(node => node.Name)];
        IReadOnlyList<string> nearest = Array.Find(names, one => one.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } same
            ? [same]
            : NearestNames.Of(name, names);
        return nearest.Count > 0
            ? $"there is no node '{name}'; {string.Join(" or ", nearest)} may be meant"
            : $"there is no node '{name}'; there are {string.Join(", ", names)}";
    }
}
