using System.Management.Automation;
using PgHa.Engine.Replication;

namespace PgHa.Commands;

/// <summary>Removes replication slots, so that their servers no longer keep WAL for them.</summary>
[Cmdlet(VerbsCommon.Remove, "PgReplicationSlot", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class RemovePgReplicationSlotCommand : PgSlotCommand, IManagedChange
{
    /// <summary>End the process that uses a slot, and remove the slot as soon as it has let go.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    ManagedOperation? IManagedChange.Operation => Session is null ? ManagedOperation.Slots : null;

    private protected override async Task ProcessAsync(ReplicationSlot slot, ICommandOutput output, CancellationToken cancellationToken)
    {
        string? consequence = await LastLogicalSlot.ConsequenceAsync(Engine, slot, cancellationToken).ConfigureAwait(false);
        if (!await ShouldProcessAsync(
            slot.Server, consequence is null ? ActionOn(slot) : $"{ActionOn(slot)}: {consequence}").ConfigureAwait(false))
        {
            return;
        }

        if (Owner is { } owner)
        {
            if (consequence is not null)
                Engine.Log.Warn($"Slot '{slot.Name}' is removed: {consequence}.");
            owner.Dispose();
        }
        else
            await ReplicationSlots.RemoveAsync(Engine, slot.Server, slot.Name, Force, cancellationToken).ConfigureAwait(false);
    }

    private string ActionOn(ReplicationSlot slot) => slot.IsActive && Force && Owner is null
        ? $"End process {slot.ActiveProcessId}, which uses replication slot '{slot.Name}', and remove the slot"
        : $"Remove replication slot '{slot.Name}'";
}
