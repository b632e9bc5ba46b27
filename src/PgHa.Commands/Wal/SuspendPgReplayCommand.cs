using System.Management.Automation;
using PgHa.Engine.Wal;

namespace PgHa.Commands;

/// <summary>Pauses the replay of standbys, which go on receiving WAL.</summary>
[Cmdlet(VerbsLifecycle.Suspend, "PgReplay", SupportsShouldProcess = true)]
[OutputType(typeof(PgInstance))]
public sealed class SuspendPgReplayCommand : PgLoginCommand
{
    /// <summary>Emits the standbys.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        if (await ShouldProcessAsync(instance, "Pause replay").ConfigureAwait(false))
            await ReplayControl.SuspendAsync(Engine, instance, cancellationToken).ConfigureAwait(false);
        if (PassThru)
            output.Write(instance);
    }
}
