using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Reads and checks the definition of a cluster in a file.</summary>
[Cmdlet(VerbsCommon.Get, "PgClusterDefinition")]
[OutputType(typeof(ClusterDefinition))]
public sealed class GetPgClusterDefinitionCommand : PgCommand
{
    private string[] _paths = [];

    /// <summary>The <c>.psd1</c> or JSON files.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <inheritdoc/>
    protected override void Prepare() => _paths = [.. Path.Select(ResolveFilePath)];

    /// <inheritdoc/>
    protected override async Task ProcessAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        foreach (string path in _paths)
        {
            await InputGuard.RunAsync(
                path, output, async () => output.Write(await DefinitionFiles.ReadAsync(path, cancellationToken).ConfigureAwait(false)),
                cancellationToken).ConfigureAwait(false);
        }
    }
}
