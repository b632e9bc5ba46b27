namespace PgHa;

/// <summary>The lines of a node's box, and what stands beside a line to it.</summary>
internal static class PictureLabels
{
    private const string Separator = " · ";

    /// <summary>The lines: the name, what it is, how it is, where it is, and the rest.</summary>
    public static IReadOnlyList<string> Of(PictureNode node) =>
    [
        node.Name,
        .. new[]
        {
            Joined(node.Role, node.State),
            Joined(node.Lag.Length > 0 ? $"{node.Lag} behind" : "", node.Timeline.Length > 0 ? $"timeline {node.Timeline}" : ""),
            node.Address,
            node.AlsoFrom.Length > 0 ? $"and archive of {node.AlsoFrom}" : "",
        }.Concat(node.Notes).Where(line => line.Length > 0),
    ];

    /// <summary>What stands beside the line from a node's source: the slot, or that it is an archive.</summary>
    public static string OfEdge(PictureNode node) => node.IsArchiveFed ? "archive" : node.Slot;

    private static string Joined(params string[] parts) => string.Join(Separator, parts.Where(part => part.Length > 0));
}
