using System.Management.Automation;
using PgHa.Engine.Repair;

namespace PgHa.Commands;

/// <summary>Gets servers back into their cluster.</summary>
[Cmdlet(VerbsDiagnostic.Repair, "PgStandby", SupportsShouldProcess = true)]
[OutputType(typeof(PgInstance))]
public sealed class RepairPgStandbyCommand : PgUpstreamCommand, IManagedChange
{
    private Archive? _restoreFrom;

    /// <summary>The directory of an archive with WAL that a rewind may miss.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RestoreFrom { get; set; }

    /// <summary>Rewind also a server with commits that the upstream does not have.</summary>
    [Parameter]
    public SwitchParameter AllowDataLoss { get; set; }

    /// <summary>Make a new clone where a rewind is not possible.</summary>
    [Parameter]
    public SwitchParameter AllowNewClone { get; set; }

    /// <summary>Make a new clone in any case: of a standby whose data is damaged, for instance.</summary>
    [Parameter]
    public SwitchParameter NewClone { get; set; }

    /// <summary>Remove the old directory once a new clone streams in its place.</summary>
    [Parameter]
    public SwitchParameter RemoveOld { get; set; }

    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    ManagedOperation? IManagedChange.Operation => ManagedOperation.Repair;

    /// <inheritdoc/>
    protected override void Prepare() => _restoreFrom = ResolveArchive(RestoreFrom);

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        StandbyRepair repair = new(Engine);
        RepairPlan plan = await repair.PlanAsync(instance, Options(), cancellationToken).ConfigureAwait(false);
        Engine.Log.Step($"{instance} {plan.Decision.Reason}.");
        string steps = $"{instance.Name} {plan.Decision.Reason}.{Environment.NewLine}{plan.Procedure}";
        if (plan.Procedure.IsEmpty || await ShouldProcessAsync(instance, Action(plan.Decision.Method), steps).ConfigureAwait(false))
            await repair.RunAsync(plan, cancellationToken).ConfigureAwait(false);
        if (PassThru)
            output.Write(instance);
    }

    private string Action(RepairMethod method) => method switch
    {
        RepairMethod.Rewind => $"Rewind, and follow {Upstream}",
        RepairMethod.NewClone => $"Clone anew, and follow {Upstream}",
        _ => $"Follow {Upstream}",
    };

    private RepairOptions Options() => new()
    {
        Upstream = Upstream!,
        Login = Login,
        SlotName = SlotName,
        CreateSlot = CreateSlot,
        RestoreFrom = _restoreFrom,
        AllowDataLoss = AllowDataLoss,
        AllowNewClone = AllowNewClone,
        NewClone = NewClone,
        RemoveOld = RemoveOld,
    };
}
