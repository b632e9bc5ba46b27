using System.Management.Automation;
using PgHa.Engine.Replication;

namespace PgHa.Commands;

/// <summary>Makes a replication slot that starts where another one is.</summary>
[Cmdlet(VerbsCommon.Copy, "PgReplicationSlot", SupportsShouldProcess = true)]
[OutputType(typeof(ReplicationSlot))]
public sealed class CopyPgReplicationSlotCommand : PgSlotCommand, IManagedChange
{
    /// <summary>The copy's name: lower-case letters, digits and underscores.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string NewName { get; set; } = "";

    /// <summary>Another output plugin for the copy of a logical slot.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(OutputPluginCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Plugin { get; set; }

    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    ManagedOperation? IManagedChange.Operation => Session is null ? ManagedOperation.Slots : null;

    /// <inheritdoc/>
    protected override void Prepare()
    {
        base.Prepare();
        ReplicationSlotName.Validate(NewName);
    }

    private protected override async Task ProcessAsync(ReplicationSlot slot, ICommandOutput output, CancellationToken cancellationToken)
    {
        if (await ShouldProcessAsync(slot.Server, $"Copy replication slot '{slot.Name}' to '{NewName}'").ConfigureAwait(false))
            output.Write(await SlotPositions.CopyAsync(Engine, slot, NewName, Plugin, cancellationToken).ConfigureAwait(false));
    }
}
