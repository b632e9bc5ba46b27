using System.Management.Automation;
using PgHa.Engine.Cluster;

namespace PgHa.Commands;

/// <summary>Makes the definition of a cluster that runs, whoever built it.</summary>
[Cmdlet(VerbsData.Export, "PgCluster", DefaultParameterSetName = ByMember, SupportsShouldProcess = true)]
[OutputType(typeof(ClusterDefinition))]
public sealed class ExportPgClusterCommand : PgClusterCommand
{
    private string? _path;

    /// <summary>The file to write: <c>.psd1</c> or <c>.json</c>.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The name of the cluster in the definition.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Overwrites the file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Emits the definition although it is written into a file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Prepare()
    {
        _path = Path is null ? null : ResolveFilePath(Path);
        if (_path is not null && System.IO.Path.GetExtension(_path).ToLowerInvariant() is not (".psd1" or ".json"))
        {
            throw new PgHaException(
                ErrorIds.NotADefinitionFile, PgHaErrorKind.InvalidArgument, $"'{Path}' is neither a .psd1 nor a .json file.",
                "Give the path of a .psd1 or JSON file.");
        }
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgCluster cluster, ICommandOutput output, CancellationToken cancellationToken)
    {
        ClusterExport export = ClusterExport.Of(
            await new ClusterObserver(Engine).ObserveAsync(cluster, cancellationToken).ConfigureAwait(false), Name);
        foreach (string warning in export.Warnings)
            Engine.Log.Warn(warning);
        if (_path is not null)
            await WriteAsync(_path, export.Definition, cancellationToken).ConfigureAwait(false);
        if (_path is null || PassThru)
            output.Write(export.Definition);
    }

    private async Task WriteAsync(string path, ClusterDefinition definition, CancellationToken cancellationToken)
    {
        string text = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? ClusterDefinitionWriter.ToJson(definition)
            : ClusterDefinitionWriter.ToPowerShellData(definition);
        if (await ShouldProcessAsync(path, "Write the definition", text).ConfigureAwait(false))
            await DefinitionFile.WriteAsync(path, text, Force, cancellationToken).ConfigureAwait(false);
    }
}
