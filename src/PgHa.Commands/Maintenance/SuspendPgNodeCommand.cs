using System.Management.Automation;
using PgHa.Engine.Maintenance;

namespace PgHa.Commands;

/// <summary>Takes standbys out of service, so that no commit waits for them.</summary>
[Cmdlet(VerbsLifecycle.Suspend, "PgNode", SupportsShouldProcess = true)]
[OutputType(typeof(SuspendedNode))]
public sealed class SuspendPgNodeCommand : PgLoginCommand, IManagedChange
{
    /// <summary>Let commits wait for fewer standbys where the others do not suffice.</summary>
    [Parameter]
    public SwitchParameter AllowFewerSyncStandbys { get; set; }

    /// <summary>Stop a standby although others get their WAL from it.</summary>
    [Parameter]
    public SwitchParameter AllowCascadeInterruption { get; set; }

    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    /// <summary>Emits the suspended nodes, with which Resume-PgNode restores everything.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    ManagedOperation? IManagedChange.Operation => ManagedOperation.Maintenance;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        NodeSuspension suspension = new(Engine);
        NodeSuspensionOptions options = new()
        {
            AllowFewerSyncStandbys = AllowFewerSyncStandbys,
            AllowCascadeInterruption = AllowCascadeInterruption,
        };
        NodeSuspensionPlan plan = await suspension.PlanAsync(instance, options, cancellationToken).ConfigureAwait(false);
        if (!plan.Procedure.IsEmpty
            && !await ShouldProcessAsync(instance, "Take the standby out of service", plan.Procedure.ToString()).ConfigureAwait(false))
        {
            return;
        }

        SuspendedNode node = await suspension.RunAsync(plan, cancellationToken).ConfigureAwait(false);
        if (PassThru)
            output.Write(node);
    }
}
