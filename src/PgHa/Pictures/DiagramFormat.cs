namespace PgHa;

/// <summary>The format in which the diagram of a cluster is written.</summary>
public enum DiagramFormat
{
    /// <summary>An image that needs no other program.</summary>
    Svg,

    /// <summary>A flowchart for Mermaid, which GitHub and many wikis draw.</summary>
    Mermaid,

    /// <summary>A graph for Graphviz.</summary>
    Graphviz,
}
