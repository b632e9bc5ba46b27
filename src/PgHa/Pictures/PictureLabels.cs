namespace PgHa;

/// <summary>The text in a node's box, and the label of the line that leads to it.</summary>
internal static class PictureLabels
{
    private const string Separator = " · ";

    /// <summary>The lines of text: the name, role and state, lag and timeline, the address, and the notes.</summary>
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

    /// <summary>The label of the line from a node's source: the slot, or <c>archive</c>.</summary>
    public static string OfEdge(PictureNode node) => node.IsArchiveFed ? "archive" : node.Slot;

    private static string Joined(params string[] parts) => string.Join(Separator, parts.Where(part => part.Length > 0));
}
