using System.Management.Automation;
using PgHa.Engine.Replication;

namespace PgHa.Commands;

/// <summary>Looks at the replication of servers again and again: in place in a console, as objects elsewhere.</summary>
[Cmdlet(VerbsCommon.Watch, "PgReplication")]
[OutputType(typeof(ReplicationSnapshot))]
public sealed class WatchPgReplicationCommand : PgFleetCommand
{
    private bool _isLive;

    /// <summary>How many seconds there are between two looks.</summary>
    [Parameter]
    [ValidateRange(0.1, 86_400)]
    public double Interval { get; set; } = 2;

    /// <summary>How many looks; any number by default.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? Count { get; set; }

    /// <summary>How many seconds to look; until Ctrl+C by default.</summary>
    [Parameter]
    [ValidateRange(0.1, 31_536_000)]
    public double? Duration { get; set; }

    /// <inheritdoc/>
    protected override void Prepare() => _isLive = LiveView.IsPossible(this);

    /// <inheritdoc/>
    protected override async Task ProcessAllAsync(
        IReadOnlyList<PgInstance> instances, ICommandOutput output, CancellationToken cancellationToken)
    {
        TimeSpan? duration = Duration is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        await foreach (ReplicationSnapshot snapshot in ReplicationWatch.SnapshotsAsync(
            Engine, instances, TimeSpan.FromSeconds(Interval), Count, duration, cancellationToken).ConfigureAwait(false))
        {
            if (_isLive)
                await AskPipelineAsync(() => LiveView.Write(this, snapshot)).ConfigureAwait(false);
            else
                output.Write(snapshot);
        }
    }

    /// <inheritdoc/>
    protected override Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken) =>
        ProcessAllAsync([instance], output, cancellationToken);
}
