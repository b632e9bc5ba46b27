using System.Management.Automation;
using PgHa.Engine.Replication;

namespace PgHa.Commands;

/// <summary>Shows which standbys the commits on primaries wait for, and whether commits come back.</summary>
[Cmdlet(VerbsCommon.Get, "PgSyncStandby")]
[OutputType(typeof(SynchronousReplicationStatus))]
public sealed class GetPgSyncStandbyCommand : PgFleetCommand
{
    // All servers are asked together, because only a standby knows which standbys stream from it.
    /// <inheritdoc/>
    protected override async Task ProcessAllAsync(
        IReadOnlyList<PgInstance> instances, ICommandOutput output, CancellationToken cancellationToken)
    {
        foreach (SynchronousReplicationAnswer answer in await SynchronousReplicationReader.ReadAsync(
            Engine, instances, cancellationToken).ConfigureAwait(false))
        {
            if (answer.Status is { } status)
                output.Write(status);
            else
                output.WriteError(answer.Failure!, answer.Instance);
        }
    }

    /// <inheritdoc/>
    protected override Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken) =>
        ProcessAllAsync([instance], output, cancellationToken);
}
