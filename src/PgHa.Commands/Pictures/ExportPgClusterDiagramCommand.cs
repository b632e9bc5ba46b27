using System.Management.Automation;
using PgHa.Engine.Cluster;

namespace PgHa.Commands;

/// <summary>Draws a cluster for a document: as an SVG image, or as text for Mermaid or Graphviz.</summary>
[Cmdlet(VerbsData.Export, "PgClusterDiagram", SupportsShouldProcess = true, DefaultParameterSetName = "Cluster")]
[OutputType(typeof(string))]
public sealed class ExportPgClusterDiagramCommand : PgPictureCommand
{
    private string? _path;

    /// <summary>The file to write. Without it the diagram is emitted.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The format. By default it follows from the file's extension, otherwise SVG.</summary>
    [Parameter]
    public DiagramFormat? As { get; set; }

    /// <inheritdoc/>
    protected override void Prepare() => _path = Path is null ? null : ResolveFilePath(Path);

    private protected override async Task DrawAsync(ClusterPicture picture, ICommandOutput output, CancellationToken cancellationToken)
    {
        string diagram = ClusterDiagram.Of(picture, As ?? ClusterDiagram.FormatOf(_path));
        if (_path is null)
            output.Write(diagram);
        else if (await ShouldProcessAsync(_path, "Write the diagram").ConfigureAwait(false))
            await ExportFile.WriteAsync(_path, diagram, cancellationToken).ConfigureAwait(false);
    }
}
