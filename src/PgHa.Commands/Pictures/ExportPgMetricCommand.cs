using System.Management.Automation;
using PgHa.Engine.Cluster;

namespace PgHa.Commands;

/// <summary>Writes the state of clusters as metrics for Prometheus.</summary>
[Cmdlet(VerbsData.Export, "PgMetric", SupportsShouldProcess = true, DefaultParameterSetName = AsItWas)]
[OutputType(typeof(string))]
public sealed class ExportPgMetricCommand : PgShownClusterCommand
{
    private readonly List<PgCluster> _clusters = [];
    private string? _path;

    /// <summary>The file to write. Without it the metrics are emitted.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <inheritdoc/>
    protected override void Prepare() => _path = Path is null ? null : ResolveFilePath(Path);

    // All inputs are handled together, because each metric appears once, with the values of all clusters.
    private protected override bool Collect()
    {
        _clusters.AddRange(Cluster);
        base.Collect();
        return true;
    }

    // All at once, at the end.
    private protected override Task ShowAsync(PgCluster cluster, ICommandOutput output, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    /// <inheritdoc/>
    protected override async Task FinishAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        _clusters.AddRange(await FoundAsync(output, cancellationToken).ConfigureAwait(false));
        if (_path is not null && !await ShouldProcessAsync(_path, "Write the metrics").ConfigureAwait(false))
            return;
        IReadOnlyList<ArchiveStatus> archivers = await new ClusterReporter(Engine).ArchiversAsync(
            _clusters, cancellationToken).ConfigureAwait(false);
        string text = PrometheusText.Of(ClusterMetrics.Of(_clusters, archivers));
        if (_path is null)
            output.Write(text);
        else
            await ExportFile.WriteAsync(_path, text, cancellationToken).ConfigureAwait(false);
    }
}
