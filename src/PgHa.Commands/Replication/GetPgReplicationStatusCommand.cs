using System.Management.Automation;
using PgHa.Engine.Replication;

namespace PgHa.Commands;

/// <summary>Shows what servers write, receive and replay, how far behind standbys are, and where the lag is.</summary>
[Cmdlet(VerbsCommon.Get, "PgReplicationStatus")]
[OutputType(typeof(ReplicationStatus))]
public sealed class GetPgReplicationStatusCommand : PgFleetCommand
{
    // All servers are asked together, because one server's answer may complete the status of another.
    /// <inheritdoc/>
    protected override async Task ProcessAllAsync(
        IReadOnlyList<PgInstance> instances, ICommandOutput output, CancellationToken cancellationToken)
    {
        foreach (ReplicationStatusAnswer answer in await ReplicationStatusReader.ReadAsync(
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
