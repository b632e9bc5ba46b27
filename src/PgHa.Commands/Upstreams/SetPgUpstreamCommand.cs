using System.Management.Automation;
using PgHa.Engine.Upstreams;

namespace PgHa.Commands;

/// <summary>Has standbys follow another server.</summary>
[Cmdlet(VerbsCommon.Set, "PgUpstream", SupportsShouldProcess = true)]
[OutputType(typeof(PgInstance))]
public sealed class SetPgUpstreamCommand : PgUpstreamCommand, IManagedChange
{
    /// <summary>Remove the slot of the old upstream once nobody uses it.</summary>
    [Parameter]
    public SwitchParameter RemoveOldSlot { get; set; }

    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    ManagedOperation? IManagedChange.Operation => ManagedOperation.UpstreamChange;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        UpstreamChange change = new(Engine);
        UpstreamChangePlan plan = await change.PlanAsync(instance, Options(), cancellationToken).ConfigureAwait(false);
        if (plan.Procedure.IsEmpty
            || await ShouldProcessAsync(instance, $"Follow {Upstream}", plan.Procedure.ToString()).ConfigureAwait(false))
        {
            await change.RunAsync(plan, cancellationToken).ConfigureAwait(false);
        }

        if (PassThru)
            output.Write(instance);
    }

    private UpstreamChangeOptions Options() => new()
    {
        Upstream = Upstream!,
        Login = Login,
        SlotName = SlotName,
        CreateSlot = CreateSlot,
        RemoveOldSlot = RemoveOldSlot,
    };
}
