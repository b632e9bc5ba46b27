namespace PgHa;

/// <summary>Pictures of clusters as text.</summary>
internal static class ClusterDiagram
{
    /// <summary>The diagram.</summary>
    public static string Of(ClusterPicture picture, DiagramFormat format) => format switch
    {
        DiagramFormat.Mermaid => MermaidDiagram.Of(picture),
        DiagramFormat.Graphviz => GraphvizDiagram.Of(picture),
        _ => SvgDiagram.Of(picture),
    };

    /// <summary>The format that a file's extension stands for; an SVG image if it stands for none.</summary>
    public static DiagramFormat FormatOf(string? path) => Path.GetExtension(path)?.ToLowerInvariant() switch
    {
        ".mmd" or ".mermaid" => DiagramFormat.Mermaid,
        ".dot" or ".gv" => DiagramFormat.Graphviz,
        _ => DiagramFormat.Svg,
    };
}
