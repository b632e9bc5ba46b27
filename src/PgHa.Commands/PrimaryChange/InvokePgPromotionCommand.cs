using System.Management.Automation;
using PgHa.Engine.PrimaryChange;

namespace PgHa.Commands;

/// <summary>Makes standbys primaries.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "PgPromotion", SupportsShouldProcess = true)]
[OutputType(typeof(PgInstance))]
public sealed class InvokePgPromotionCommand : PgLoginCommand, IManagedChange
{
    /// <summary>Promote also a standby whose upstream runs, so that there are two primaries.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    /// <summary>Emits the servers.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    ManagedOperation? IManagedChange.Operation => ManagedOperation.Promotion;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        PromotionControl promotion = new(Engine);
        if (await promotion.CheckAsync(instance, Force, cancellationToken).ConfigureAwait(false)
            && await ShouldProcessAsync(instance, "Make the standby a primary").ConfigureAwait(false))
            await promotion.PromoteAsync(instance, cancellationToken).ConfigureAwait(false);
        if (PassThru)
            output.Write(instance);
    }
}
