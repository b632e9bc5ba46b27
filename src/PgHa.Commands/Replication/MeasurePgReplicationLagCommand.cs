using System.Management.Automation;
using PgHa.Engine.Replication;

namespace PgHa.Commands;

/// <summary>Measures over some time how far standbys are behind the server they stream from.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "PgReplicationLag")]
[OutputType(typeof(ReplicationLag))]
public sealed class MeasurePgReplicationLagCommand : PgFleetCommand
{
    /// <summary>How many seconds to measure.</summary>
    [Parameter]
    [ValidateRange(0.1, 86_400)]
    public double Duration { get; set; } = 10;

    /// <summary>How many seconds there are between two looks.</summary>
    [Parameter]
    [ValidateRange(0.01, 3600)]
    public double Interval { get; set; } = 1;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        foreach (ReplicationLag lag in await ReplicationLagMeter.MeasureAsync(
            Engine, instance, TimeSpan.FromSeconds(Duration), TimeSpan.FromSeconds(Interval), cancellationToken).ConfigureAwait(false))
            output.Write(lag);
    }
}
