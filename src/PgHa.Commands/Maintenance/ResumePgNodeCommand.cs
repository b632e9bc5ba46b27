using System.Management.Automation;
using PgHa.Engine.Maintenance;
using PgHa.Engine.Procedures;

namespace PgHa.Commands;

/// <summary>Takes standbys that were suspended back into service.</summary>
[Cmdlet(VerbsLifecycle.Resume, "PgNode", SupportsShouldProcess = true)]
[OutputType(typeof(PgInstance))]
public sealed class ResumePgNodeCommand : PgLoginCommand, IManagedChange
{
    private NodeResumption? _resumption;

    /// <summary>The former synchronous_standby_names of the primary, to be restored. By default the setting stays as it is.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? SyncStandbyNames { get; set; }

    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    /// <summary>Emits the standbys.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    ManagedOperation? IManagedChange.Operation => ManagedOperation.Maintenance;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        NodeResumption resumption = _resumption ??= new NodeResumption(Engine);
        SynchronousStandbyNames? names = SyncStandbyNames is { } text ? SynchronousStandbyNames.Parse(text) : null;
        Procedure procedure = await resumption.PlanAsync(instance, names, cancellationToken).ConfigureAwait(false);
        if (await ShouldProcessAsync(instance, "Take the standby back into service", procedure.ToString()).ConfigureAwait(false))
            await resumption.RunAsync(procedure, cancellationToken).ConfigureAwait(false);
        if (PassThru)
            output.Write(instance);
    }

    // The work on each standby was done when it came in, because its SyncStandbyNames came with it. Only the end is left.
    /// <inheritdoc/>
    protected override Task ProcessAllAsync(
        IReadOnlyList<PgInstance> instances, ICommandOutput output, CancellationToken cancellationToken) =>
        _resumption?.FinishAsync(cancellationToken) ?? Task.CompletedTask;
}
