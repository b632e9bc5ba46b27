using System.Management.Automation;
using PgHa.Engine.Instances;

namespace PgHa.Commands;

/// <summary>Stops servers, and waits until they have shut down.</summary>
[Cmdlet(VerbsLifecycle.Stop, "PgInstance", SupportsShouldProcess = true)]
[OutputType(typeof(PgInstance))]
public sealed class StopPgInstanceCommand : PgInstanceCommand, IManagedChange
{
    /// <summary>What happens to the sessions.</summary>
    [Parameter]
    public StopMode Mode { get; set; } = StopMode.Fast;

    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    /// <summary>Emits the servers.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    ManagedOperation? IManagedChange.Operation => ManagedOperation.Stop;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        if (await ShouldProcessAsync(instance, $"Stop the server ({Mode})").ConfigureAwait(false))
            await new InstanceControl(Engine).StopAsync(instance, Mode, cancellationToken).ConfigureAwait(false);
        if (PassThru)
            output.Write(instance);
    }
}
