using System.Management.Automation;
using PgHa.Engine.Archiving;

namespace PgHa.Commands;

/// <summary>Turns WAL archiving off.</summary>
[Cmdlet(VerbsLifecycle.Disable, "PgArchiving", SupportsShouldProcess = true)]
[OutputType(typeof(PgInstance))]
public sealed class DisablePgArchivingCommand : PgLoginCommand
{
    /// <summary>Pauses archiving until it is enabled again. The server keeps all WAL meanwhile.</summary>
    [Parameter]
    public SwitchParameter Pause { get; set; }

    /// <summary>Emits the servers.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        await new ArchiveControl(Engine).DisableAsync(
            instance, Pause, plan => ShouldProcessAsync(instance, Pause ? "Pause archiving" : "Stop archiving", plan),
            cancellationToken).ConfigureAwait(false);
        if (PassThru)
            output.Write(instance);
    }
}
