using PgHa.Engine.Servers;

namespace PgHa.Engine.Replication;

/// <summary>Moves and copies replication slots, by SQL only.</summary>
/// <remarks>
/// See
/// <see href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION">Replication Management Functions</see>.
/// </remarks>
public static class SlotPositions
{
    /// <summary>Moves a slot forward. Its consumer skips the WAL in between, and the server no longer has to keep it.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="lsn">The position; the server's own by default.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="owner">The connection that owns the slot, if it is a temporary one.</param>
    /// <returns>The slot as it is afterwards.</returns>
    /// <exception cref="PgHaException">
    /// <c>SlotNotFound</c>, <c>SlotReservesNoWal</c>, <c>SlotIsLost</c>, <c>SlotIsActive</c>, <c>SlotCannotGoBack</c>,
    /// <c>SlotIsSynchronized</c>, <c>LsnNotReached</c>, <c>VersionNotSupported</c> (11), <c>InsufficientPrivilege</c>.
    /// </exception>
    public static Task<ReplicationSlot> MoveAsync(
        EngineContext context, ReplicationSlot slot, Lsn? lsn, CancellationToken cancellationToken, SlotSession? owner = null) =>
        SlotSession.UseAsync(context, slot, owner, async (session, stopping) =>
        {
            if (!session.Dialect.HasSlotAdvance)
                throw SlotErrors.NeedsMajor(slot.Server, session.Dialect.Version, "moving a slot", 11);

            ReplicationSlot now = await FindAsync(session, slot.Name, stopping).ConfigureAwait(false);
            if (now.IsSynced)
                throw SlotErrors.Synced(now, "move");
            if (now.WalStatus == SlotWalStatus.Lost)
                throw SlotErrors.LostForReading(now);
            Lsn from = now.Position ?? throw SlotErrors.NotReserving(now);
            Lsn target = SlotMove.Target(now, from, lsn, await CurrentAsync(session, stopping).ConfigureAwait(false));
            if (target == from)
            {
                context.Log.Step($"{slot.Server}: slot '{slot.Name}' is at {from} already.");
                return now;
            }

            context.Log.Step($"{slot.Server}: moving replication slot '{slot.Name}' from {from} to {target}.");
            await GuardAsync(now, () => session.ExecuteAsync(
                "select pg_replication_slot_advance($1, $2::text::pg_lsn)", stopping, now.Name, target.ToString())).ConfigureAwait(false);
            return await FindAsync(session, slot.Name, stopping).ConfigureAwait(false);
        }, cancellationToken);

    /// <summary>Makes a slot that starts where another one is.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="slot">The slot to copy.</param>
    /// <param name="newName">The copy's name.</param>
    /// <param name="plugin">Another output plugin for the copy of a logical slot.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MalformedTextException">The name is no slot's name.</exception>
    /// <exception cref="PgHaException">
    /// <c>SlotNotFound</c>, <c>SlotAlreadyExists</c>, <c>SlotReservesNoWal</c>, <c>SlotIsLost</c>,
    /// <c>SlotIsPhysical</c> (it has no plugin), <c>NoFreeSlot</c>, <c>PluginNotFound</c>, <c>PluginNotAllowed</c>,
    /// <c>VersionNotSupported</c> (12), <c>InsufficientPrivilege</c>.
    /// </exception>
    public static async Task<ReplicationSlot> CopyAsync(
        EngineContext context, ReplicationSlot slot, string newName, string? plugin, CancellationToken cancellationToken)
    {
        ReplicationSlotName.Validate(newName);
        ServerSession session = await ServerSession.OpenAsync(context, slot.Server, cancellationToken, slot.Database).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            if (!session.Dialect.HasSlotCopy)
                throw SlotErrors.NeedsMajor(slot.Server, session.Dialect.Version, "copying a slot", 12);

            ReplicationSlot source = await FindAsync(session, slot.Name, cancellationToken).ConfigureAwait(false);
            if (plugin is not null && source.Type == ReplicationSlotType.Physical)
                throw SlotErrors.NotLogical(source);
            if (source.WalStatus == SlotWalStatus.Lost)
                throw SlotErrors.LostForReading(source);
            if (source.RestartLsn is null)
                throw SlotErrors.NotReserving(source);
            if (await ReplicationSlots.FindAsync(session, newName, cancellationToken).ConfigureAwait(false) is { } taken)
                throw SlotErrors.Taken(taken);

            context.Log.Step($"{slot.Server}: copying replication slot '{source.Name}' to '{newName}'.");
            try
            {
                await GuardAsync(source, () => source.Type == ReplicationSlotType.Physical
                    ? session.ExecuteAsync("select pg_copy_physical_replication_slot($1, $2)", cancellationToken, source.Name, newName)
                    : session.ExecuteAsync(
                        "select pg_copy_logical_replication_slot($1, $2, false, $3)", cancellationToken, source.Name, newName,
                        plugin ?? source.Plugin)).ConfigureAwait(false);
            }
            catch (PgHaException e) when (plugin is not null && OutputPlugins.IsRefusal(e))
            {
                throw await OutputPlugins.RefusalOfAsync(context, slot.Server, plugin, e, cancellationToken).ConfigureAwait(false);
            }

            return await FindAsync(session, newName, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<ReplicationSlot> FindAsync(ServerSession session, string name, CancellationToken cancellationToken) =>
        await ReplicationSlots.FindAsync(session, name, cancellationToken).ConfigureAwait(false)
            ?? throw SlotErrors.NotFound(session.Instance, name);

    // The last position to which a slot may be moved: what a primary has flushed, or what a standby has replayed.
    private static async Task<Lsn> CurrentAsync(ServerSession session, CancellationToken cancellationToken) =>
        Lsn.Parse((await session.ScalarAsync<string>(
            $"select (case when pg_is_in_recovery() then {session.Dialect.LastWalReplayLsnFunction}() "
                + $"else {session.Dialect.CurrentWalFlushLsnFunction}() end)::text",
            cancellationToken).ConfigureAwait(false))!);

    private static async Task GuardAsync(ReplicationSlot slot, Func<Task<int>> change)
    {
        try
        {
            await change().ConfigureAwait(false);
        }
        catch (PgHaException e) when (SlotErrors.OfServer(slot, e) is { } known)
        {
            throw known;
        }
    }
}
