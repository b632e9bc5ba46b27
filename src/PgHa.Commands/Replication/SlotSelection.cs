namespace PgHa.Commands;

/// <summary>Picks slots by name.</summary>
internal static class SlotSelection
{
    public static IEnumerable<ReplicationSlot> Select(
        IReadOnlyList<ReplicationSlot> slots, IReadOnlyList<string> names, PgInstance instance, ICommandOutput output) =>
        NameSelection.Select(slots, slot => slot.Name, names, name => output.WriteError(Missing(name, instance), instance));

    private static PgHaException Missing(string name, PgInstance instance) => new(
        ErrorIds.SlotNotFound, PgHaErrorKind.NotFound, $"There is no replication slot '{name}' on {instance}.",
        "List the slots with Get-PgReplicationSlot.", instance.ToString());
}
