using System.Management.Automation;
using PgHa.Engine.Cluster;

namespace PgHa.Commands;

/// <summary>Writes what there is to say about a cluster into one HTML page.</summary>
[Cmdlet(VerbsData.Export, "PgClusterReport", SupportsShouldProcess = true, DefaultParameterSetName = AsItWas)]
[OutputType(typeof(FileInfo))]
public sealed class ExportPgClusterReportCommand : PgShownClusterCommand
{
    private string _path = "";

    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>How many seconds to look at the lag; 0 for one look.</summary>
    [Parameter]
    [ValidateRange(0.0, 3600.0)]
    public double SampleTime { get; set; } = 10;

    /// <summary>How many seconds there are between two looks.</summary>
    [Parameter]
    [ValidateRange(0.01, 3600)]
    public double Interval { get; set; } = 0.5;

    /// <summary>Emits the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Prepare() => _path = ResolveFilePath(Path);

    private protected override async Task ShowAsync(PgCluster cluster, ICommandOutput output, CancellationToken cancellationToken)
    {
        if (!await ShouldProcessAsync(_path, "Write the report").ConfigureAwait(false))
            return;
        ClusterReport report = await new ClusterReporter(Engine).ReportAsync(
            cluster, TimeSpan.FromSeconds(SampleTime), TimeSpan.FromSeconds(Interval), cancellationToken).ConfigureAwait(false);
        await ExportFile.WriteAsync(_path, report.ToHtml(), cancellationToken).ConfigureAwait(false);
        if (PassThru)
            output.Write(new FileInfo(_path));
    }
}
