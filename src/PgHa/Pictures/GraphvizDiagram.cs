using System.Text;

namespace PgHa;

/// <summary>Writes a cluster as a graph for Graphviz (<c>dot</c>).</summary>
/// <remarks>See <see href="https://graphviz.org/doc/info/lang.html">DOT Language</see>.</remarks>
internal static class GraphvizDiagram
{
    /// <summary>The text.</summary>
    public static string Of(ClusterPicture picture)
    {
        StringBuilder text = new();
        text.AppendLine($"digraph {Quote(picture.Title)} {{")
            .AppendLine("    rankdir=LR;")
            .AppendLine($"    label={Quote(picture.Title)}; labelloc=t; fontname=\"sans-serif\";")
            .AppendLine("    node [shape=box, style=rounded, fontname=\"sans-serif\"];")
            .AppendLine("    edge [fontname=\"sans-serif\", fontsize=10];");
        PictureNode[] nodes = [.. picture.Nodes];
        HashSet<string> names = [.. nodes.Select(node => node.Name)];
        foreach (PictureNode node in nodes)
        {
            string emphasis = node.Role == "primary" ? ", penwidth=2" : "";
            text.AppendLine(
                $"    {Quote(node.Name)} [label={Quote(string.Join('\n', PictureLabels.Of(node)))}, "
                    + $"color={Quote(Color(node.Tone))}{emphasis}];");
        }

        foreach (PictureNode node in nodes)
        {
            foreach (PictureNode child in node.Children)
            {
                text.AppendLine(
                    $"    {Quote(node.Name)} -> {Quote(child.Name)} "
                        + $"[label={Quote(PictureLabels.OfEdge(child))}{(child.IsArchiveFed ? ", style=dashed" : "")}];");
            }

            if (names.Contains(node.AlsoFrom))
                text.AppendLine($"    {Quote(node.AlsoFrom)} -> {Quote(node.Name)} [label=\"archive\", style=dashed, constraint=false];");
        }

        return text.AppendLine("}").ToString();
    }

    private static string Color(Tone tone) => tone switch
    {
        Tone.Good => "#1a7f37",
        Tone.Warning => "#bf8700",
        Tone.Bad => "#cf222e",
        _ => "#57606a",
    };

    private static string Quote(string text) =>
        $"\"{text
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal)}\"";
}
