using System.Text;

namespace PgHa;

/// <summary>Writes a cluster as a flowchart for Mermaid, which GitHub and many wikis draw.</summary>
/// <remarks>See <see href="https://mermaid.js.org/syntax/flowchart.html">Flowcharts</see>.</remarks>
internal static class MermaidDiagram
{
    /// <summary>The text.</summary>
    public static string Of(ClusterPicture picture)
    {
        PictureNode[] nodes = [.. picture.Nodes];
        Dictionary<string, string> ids = nodes
            .Select((node, index) => (node.Name, Id: $"n{index}"))
            .ToDictionary(one => one.Name, one => one.Id);
        StringBuilder text = new();
        text.AppendLine("---").AppendLine($"title: {Quote(picture.Title)}").AppendLine("---").AppendLine("flowchart LR");
        foreach (PictureNode node in nodes)
        {
            string shape = node.Role == "primary" ? "([{0}])" : "[{0}]";
            text.AppendLine(
                $"    {ids[node.Name]}"
                    + $"{shape.Replace("{0}", Quote(string.Join("<br>", PictureLabels.Of(node).Select(Escape))), StringComparison.Ordinal)}"
                    + $"{Class(node.Tone)}");
        }

        foreach (PictureNode node in nodes)
        {
            foreach (PictureNode child in node.Children)
            {
                text.AppendLine(
                    $"    {ids[node.Name]} {(child.IsArchiveFed ? "-.->" : "-->")}{Label(PictureLabels.OfEdge(child))} {ids[child.Name]}");
            }

            if (ids.TryGetValue(node.AlsoFrom, out string? archiver))
                text.AppendLine($"    {archiver} -.->{Label("archive")} {ids[node.Name]}");
        }

        return text
            .AppendLine("    classDef good stroke:#1a7f37,stroke-width:2px")
            .AppendLine("    classDef warning stroke:#bf8700,stroke-width:2px")
            .AppendLine("    classDef bad stroke:#cf222e,stroke-width:3px")
            .ToString();
    }

    private static string Class(Tone tone) => tone == Tone.Plain ? "" : $":::{tone.ToString().ToLowerInvariant()}";

    private static string Label(string text) => text.Length == 0 ? "" : $"|{Quote(Escape(text))}|";

    private static string Quote(string text) => $"\"{text.Replace("\"", "#quot;", StringComparison.Ordinal)}\"";

    // Mermaid turns the text into HTML, and its entities begin with # instead of &.
    private static string Escape(string text) => text
        .Replace("#", "#35;", StringComparison.Ordinal)
        .Replace("&", "#amp;", StringComparison.Ordinal)
        .Replace("<", "#lt;", StringComparison.Ordinal)
        .Replace(">", "#gt;", StringComparison.Ordinal);
}
