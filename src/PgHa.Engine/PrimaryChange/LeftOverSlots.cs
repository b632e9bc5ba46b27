using PgHa.Engine.Replication;

namespace PgHa.Engine.PrimaryChange;

/// <summary>The slots that nobody uses on a former primary any more.</summary>
internal static class LeftOverSlots
{
    /// <summary>Removes slots that would hold WAL back for ever.</summary>
    public static async Task RemoveAsync(
        EngineContext context, PgInstance server, IReadOnlyList<string> slots, CancellationToken cancellationToken)
    {
        foreach (ReplicationSlot slot in
            (await ReplicationSlots.GetAsync(context, server, cancellationToken).ConfigureAwait(false))
                .Where(slot => slots.Contains(slot.Name)))
        {
            if (slot.IsActive)
            {
                context.Log.Warn($"{server}: slot '{slot.Name}' is in use, and stays.");
            }
            else
            {
                await ReplicationSlots.RemoveAsync(
                    context, server, slot.Name, endConsumer: false, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
