using System.Management.Automation;
using PgHa.Engine.Replication;

namespace PgHa.Commands;

/// <summary>A cmdlet about replication slots that are there: named, or piped in.</summary>
public abstract class PgSlotCommand : PgLoginCommand
{
    /// <summary>The slots, by name; wildcards are allowed.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(SlotNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    // Name cannot be bound by property name, because a server has a property Name too: $server | Remove-PgReplicationSlot
    // would remove the slot with the name of the server.
    /// <summary>A slot that Get-PgReplicationSlot emitted.</summary>
    [Parameter(ValueFromPipeline = true)]
    public ReplicationSlot? Slot { get; set; }

    /// <summary>The session of a temporary slot, which New-PgReplicationSlot emitted.</summary>
    [Parameter(ValueFromPipeline = true)]
    public ReplicationSlotSession? Session { get; set; }

    /// <summary>The connection that owns the slot, if it is a temporary one of the caller's.</summary>
    private protected SlotSession? Owner => (SlotSession?)Session;

    /// <summary>The work on one slot. A failure is this slot's error; the others go on.</summary>
    private protected abstract Task ProcessAsync(ReplicationSlot slot, ICommandOutput output, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override void Prepare()
    {
        if (Name.Length == 0 && Piped is null)
        {
            throw new PgHaException(
                ErrorIds.NoSlotNamed, PgHaErrorKind.InvalidArgument, "No replication slot is named.",
                "Give its name, or pipe in what Get-PgReplicationSlot emits.");
        }
    }

    /// <inheritdoc/>
    protected sealed override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        IReadOnlyList<ReplicationSlot> slots = await ReplicationSlots.GetAsync(Engine, instance, cancellationToken).ConfigureAwait(false);
        if (Session is not null)
            slots = [slots.FirstOrDefault(Session.Owns) ?? throw SlotErrors.Ended(Session)];
        foreach (ReplicationSlot slot in SlotSelection.Select(slots, Piped is null ? Name : [Piped], instance, output))
        {
            await InputGuard.RunAsync(
                slot, output, () => ProcessAsync(slot, output, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
    }

    private string? Piped => Slot?.Name ?? Session?.Name;
}
