using System.Management.Automation;
using PgHa.Engine.Replication;

namespace PgHa.Commands;

/// <summary>Removes replication slots, so that their servers no longer keep WAL for them.</summary>
[Cmdlet(VerbsCommon.Remove, "PgReplicationSlot", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class RemovePgReplicationSlotCommand : PgLoginCommand
{
    /// <summary>The slots, by name; wildcards are allowed.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(SlotNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    // A server has a property Name too, so Name cannot be bound by property name: $server | Remove-PgReplicationSlot
    // would remove the slot that is called like the server.
    /// <summary>A slot that Get-PgReplicationSlot emitted.</summary>
    [Parameter(ValueFromPipeline = true)]
    public ReplicationSlot? Slot { get; set; }

    /// <summary>End the process that uses a slot, and remove the slot as soon as it has let go.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Prepare()
    {
        if (Name.Length == 0 && Slot is null)
            throw new PgHaException("NoSlotNamed", PgHaErrorKind.InvalidArgument, "No replication slot is named.", "Give its name, or pipe in what Get-PgReplicationSlot emits.");
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        IReadOnlyList<ReplicationSlot> slots = await ReplicationSlots.GetAsync(Engine, instance, cancellationToken).ConfigureAwait(false);
        foreach (ReplicationSlot slot in SlotSelection.Select(slots, Slot is null ? Name : [Slot.Name], instance, output))
        {
            if (await ShouldProcessAsync(instance, ActionOn(slot)).ConfigureAwait(false))
                await InputGuard.RunAsync(slot, output, () => ReplicationSlots.RemoveAsync(Engine, instance, slot.Name, Force, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
    }

    private string ActionOn(ReplicationSlot slot) => slot.IsActive && Force
        ? $"End process {slot.ActiveProcessId}, which uses replication slot '{slot.Name}', and remove the slot"
        : $"Remove replication slot '{slot.Name}'";
}
