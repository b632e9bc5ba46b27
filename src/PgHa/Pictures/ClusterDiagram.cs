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

    /// <summary>What a file's name says it is; an image where it says nothing.</summary>
    public static DiagramFormat FormatOf(string? path) => Path.GetExtension(path)?.ToLowerInvariant() switch
    {
        ".mmd" or ".mermaid" => DiagramFormat.Mermaid,
        ".dot" or ".gv" => DiagramFormat.Graphviz,
        _ => DiagramFormat.Svg,
    };
}
