using PgHa.Engine.Servers;

namespace PgHa.Engine.Replication;

/// <summary>The effects of removing the last logical slot of a primary with <c>wal_level = replica</c> (19).</summary>
/// <remarks>
/// The slot raises <c>effective_wal_level</c> to <c>logical</c>. When the slot ends, the level falls back, and each standby
/// invalidates its logical slots. See
/// <see href="https://www.postgresql.org/docs/current/runtime-config-preset.html">effective_wal_level</see>.
/// </remarks>
public static class LastLogicalSlot
{
    /// <summary>The consequence of removing the slot, in words; <see langword="null"/> if it has none.</summary>
    public static async Task<string?> ConsequenceAsync(EngineContext context, ReplicationSlot slot, CancellationToken cancellationToken)
    {
        if (slot is not { Use: SlotUse.LogicalConsumer, InvalidationReason: null })
            return null;
        ServerSession session = await ServerSession.OpenAsync(context, slot.Server, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
            return await ConsequenceAsync(session, slot, cancellationToken).ConfigureAwait(false);
    }

    internal static async Task<string?> ConsequenceAsync(ServerSession session, ReplicationSlot slot, CancellationToken cancellationToken)
    {
        if (!session.Dialect.RaisesWalLevelForLogicalSlots || slot is not { Use: SlotUse.LogicalConsumer, InvalidationReason: null })
            return null;
        // A disconnected standby is known only by its physical slot. One without a slot is not known here.
        bool isLast = await session.ScalarAsync<bool>(
            """
            select current_setting('wal_level') = 'replica' and not pg_is_in_recovery()
                   and not exists (select from pg_replication_slots
                                   where slot_type = 'logical' and invalidation_reason is null and slot_name <> $1)
                   and (exists (select from pg_replication_slots where slot_type = 'physical') or exists (select from pg_stat_replication))
            """,
            cancellationToken, slot.Name).ConfigureAwait(false);
        return isLast
            ? $"it is the last logical slot of {slot.Server}, whose wal_level is replica, "
                + "and without one the logical slots of its standbys are invalidated at once (wal_level_insufficient)"
            : null;
    }
}
