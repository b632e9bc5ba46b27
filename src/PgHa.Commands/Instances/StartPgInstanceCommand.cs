using System.Management.Automation;
using PgHa.Engine.Instances;

namespace PgHa.Commands;

/// <summary>Starts servers, and waits until they are up.</summary>
[Cmdlet(VerbsLifecycle.Start, "PgInstance", SupportsShouldProcess = true)]
[OutputType(typeof(PgInstance))]
public sealed class StartPgInstanceCommand : PgInstanceCommand, IManagedChange
{
    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    /// <summary>Emits the servers.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    ManagedOperation? IManagedChange.Operation => ManagedOperation.Start;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        if (await ShouldProcessAsync(instance, "Start the server").ConfigureAwait(false))
            instance = await new InstanceControl(Engine).StartAsync(instance, cancellationToken).ConfigureAwait(false);
        if (PassThru)
            output.Write(instance);
    }
}
