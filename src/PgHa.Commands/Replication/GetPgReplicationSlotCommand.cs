using System.Management.Automation;
using PgHa.Engine.Replication;

namespace PgHa.Commands;

/// <summary>Lists the replication slots of servers.</summary>
[Cmdlet(VerbsCommon.Get, "PgReplicationSlot")]
[OutputType(typeof(ReplicationSlot))]
public sealed class GetPgReplicationSlotCommand : PgFleetCommand
{
    /// <summary>The slots, by name; wildcards are allowed.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(SlotNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        IReadOnlyList<ReplicationSlot> slots = await ReplicationSlots.GetAsync(Engine, instance, cancellationToken).ConfigureAwait(false);
        foreach (ReplicationSlot slot in SlotSelection.Select(slots, Name, instance, output))
            output.Write(slot);
    }
}
