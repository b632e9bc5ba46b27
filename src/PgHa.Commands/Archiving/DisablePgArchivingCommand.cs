using System.Management.Automation;
using PgHa.Engine.Archiving;

namespace PgHa.Commands;

/// <summary>Turns WAL archiving off.</summary>
[Cmdlet(VerbsLifecycle.Disable, "PgArchiving", SupportsShouldProcess = true)]
[OutputType(typeof(PgInstance))]
public sealed class DisablePgArchivingCommand : PgLoginCommand, IManagedChange
{
    /// <summary>Pauses archiving until it is enabled again. The server keeps all WAL meanwhile.</summary>
    [Parameter]
    public SwitchParameter Pause { get; set; }

    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    /// <summary>Emits the servers.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    ManagedOperation? IManagedChange.Operation => ManagedOperation.Archiving;

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
