using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Picks slots by name: a wildcard that misses is silent, a name that misses is an error.</summary>
internal static class SlotSelection
{
    public static IEnumerable<ReplicationSlot> Select(
        IReadOnlyList<ReplicationSlot> slots, IReadOnlyList<string> names, PgInstance instance, ICommandOutput output)
    {
        HashSet<string> chosen = [];
        foreach (string name in names)
        {
            var pattern = WildcardPattern.Get(name, WildcardOptions.None);
            string[] matches = [.. slots.Select(slot => slot.Name).Where(pattern.IsMatch)];
            if (matches.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
                output.WriteError(Missing(name, instance), instance);
            chosen.UnionWith(matches);
        }

        return slots.Where(slot => chosen.Contains(slot.Name));
    }

    private static PgHaException Missing(string name, PgInstance instance) => new(
        "SlotNotFound", PgHaErrorKind.NotFound, $"There is no replication slot '{name}' on {instance}.",
        "List the slots with Get-PgReplicationSlot.", instance.ToString());
}
