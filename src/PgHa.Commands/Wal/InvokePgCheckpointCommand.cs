using System.Management.Automation;
using PgHa.Engine.Wal;

namespace PgHa.Commands;

/// <summary>Has primaries make a checkpoint, and standbys a restartpoint.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "PgCheckpoint", SupportsShouldProcess = true)]
[OutputType(typeof(Checkpoint))]
public sealed class InvokePgCheckpointCommand : PgLoginCommand
{
    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        if (await ShouldProcessAsync(instance, "Checkpoint").ConfigureAwait(false))
            output.Write(await Checkpoints.RunAsync(Engine, instance, cancellationToken).ConfigureAwait(false));
    }
}
