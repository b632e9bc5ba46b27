using System.Management.Automation;
using PgHa.Engine.Instances;

namespace PgHa.Commands;

/// <summary>Removes servers with all their data.</summary>
[Cmdlet(VerbsCommon.Remove, "PgInstance", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemovePgInstanceCommand : PgInstanceCommand, IManagedChange
{
    /// <summary>Stops a running server first.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    ManagedOperation? IManagedChange.Operation => ManagedOperation.Remove;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        if (await ShouldProcessAsync($"{instance}, '{instance.DataDirectory}'", "Remove the server and all its data").ConfigureAwait(false))
            await new InstanceRemover(Engine).RemoveAsync(instance, Force, cancellationToken).ConfigureAwait(false);
    }
}
