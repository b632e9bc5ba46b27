using Npgsql;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Replication;

/// <summary>Lists, makes and removes replication slots, by SQL only.</summary>
/// <remarks>
/// See
/// <see href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION">Replication Management Functions</see>.
/// </remarks>
public static class ReplicationSlots
{
    // The pause between two checks whether a process that was told to end has released its slot.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    // How long to wait for the WAL sender of a standby that changed its upstream. It notices the closed connection at once.
    private static readonly TimeSpan LettingGo = TimeSpan.FromSeconds(5);

    /// <summary>The slots of a server, a primary or a standby, by name.</summary>
    public static async Task<IReadOnlyList<ReplicationSlot>> GetAsync(
        EngineContext context, PgInstance instance, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, instance, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
            return await ListAsync(session, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes a physical slot, unless there is one of that name already.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="instance">The server, a primary or a standby.</param>
    /// <param name="name">1 to 63 lower-case letters, digits and underscores.</param>
    /// <param name="reserveWal">Keep WAL from now on, instead of from the first time a standby connects.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MalformedTextException">The name is no slot's name.</exception>
    /// <exception cref="PgHaException">
    /// <c>SlotIsLogical</c> or <c>SlotIsLost</c>: a slot of that name is there and no standby could use it;
    /// <c>NoFreeSlot</c>, <c>SlotsNotEnabled</c>, <c>WalLevelTooLow</c>: the server's settings do not allow it.
    /// </exception>
    public static async Task<ReplicationSlot> CreatePhysicalAsync(
        EngineContext context, PgInstance instance, string name, bool reserveWal, CancellationToken cancellationToken)
    {
        ReplicationSlotName.Validate(name);
        ServerSession session = await ServerSession.OpenAsync(context, instance, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            if (await FindAsync(session, name, cancellationToken).ConfigureAwait(false) is { } present)
            {
                RequireUsable(present);
                if (!reserveWal || present.RestartLsn is not null)
                {
                    context.Log.Step($"{instance}: slot '{name}' is there already.");
                    return present;
                }

                // The server has no function that makes an existing slot reserve WAL. This slot reserves none, so it can be replaced.
                await DropAsync(session, name, cancellationToken).ConfigureAwait(false);
            }

            await RequireSettingsAsync(session, cancellationToken).ConfigureAwait(false);
            context.Log.Step($"{instance}: creating physical replication slot '{name}'.");
            if (!await TryCreateAsync(session, "$1, $2", [name, reserveWal], cancellationToken).ConfigureAwait(false))
                context.Log.Step($"{instance}: slot '{name}' was made by somebody else meanwhile.");
            ReplicationSlot slot = await FindAsync(session, name, cancellationToken).ConfigureAwait(false)
                ?? throw SlotErrors.NotFound(instance, name);
            RequireUsable(slot);
            return slot;
        }
    }

    /// <summary>Makes a physical slot that ends with the session. It reserves WAL at once, because only this session can use it.</summary>
    internal static async Task<ReplicationSlot> CreateTemporaryAsync(
        EngineContext context, ServerSession session, string name, CancellationToken cancellationToken)
    {
        SlotErrors.RequireTemporarySlots(session);
        if (await FindAsync(session, name, cancellationToken).ConfigureAwait(false) is { } taken)
            throw SlotErrors.Taken(taken);
        await RequireSettingsAsync(session, cancellationToken).ConfigureAwait(false);
        context.Log.Step($"{session.Instance}: creating temporary physical replication slot '{name}'.");
        bool isMade = await TryCreateAsync(session, "$1, true, true", [name], cancellationToken).ConfigureAwait(false);
        ReplicationSlot slot = await FindAsync(session, name, cancellationToken).ConfigureAwait(false)
            ?? throw SlotErrors.NotFound(session.Instance, name);
        return isMade ? slot : throw SlotErrors.Taken(slot);
    }

    /// <summary>Removes a slot; the WAL it kept goes at the next checkpoints.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="instance">The server.</param>
    /// <param name="name">The slot.</param>
    /// <param name="endConsumer">
    /// End the WAL sender that uses the slot, and remove the slot as soon as it is released. The standby keeps running, but streams
    /// again only when its configuration names another slot or none.
    /// </param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException">
    /// <c>SlotNotFound</c>; <c>SlotIsActive</c>: a consumer is connected through the slot;
    /// <c>SlotIsSynchronized</c>: the slot is a copy of the primary's;
    /// <c>OperationTimeout</c>: the consumer came back faster than the slot could be removed.
    /// </exception>
    public static async Task RemoveAsync(
        EngineContext context, PgInstance instance, string name, bool endConsumer, CancellationToken cancellationToken)
    {
        // The server drops a logical slot only from its own database.
        ReplicationSlot present = await GetOneAsync(context, instance, name, cancellationToken).ConfigureAwait(false);
        if (present.IsSynced)
            throw SlotErrors.Synced(present, "remove");
        ServerSession session = await ServerSession.OpenAsync(context, instance, cancellationToken, present.Database).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            if (await LastLogicalSlot.ConsequenceAsync(session, present, cancellationToken).ConfigureAwait(false) is { } consequence)
            {
                context.Log.Warn($"Slot '{name}' is removed: {consequence}. Setting wal_level = logical, "
                    + "and a restart, would have kept them.");
            }

            ReplicationSlot? slot = null;
            bool hasEnded = false;
            context.Log.Step($"{instance}: removing replication slot '{name}'.");
            await Poll.UntilAsync(
                IsGoneAsync, Pause, Deadline.In(context.Timeout), () => SlotErrors.StillActive(slot!),
                cancellationToken).ConfigureAwait(false);

            async Task<bool> IsGoneAsync()
            {
                if (await TryDropAsync(session, name, cancellationToken).ConfigureAwait(false))
                    return true;
                slot = await FindAsync(session, name, cancellationToken).ConfigureAwait(false);
                // A temporary slot goes with its session.
                if (slot is null)
                    return hasEnded ? true : throw SlotErrors.NotFound(instance, name);
                if (!endConsumer)
                    throw SlotErrors.Active(slot);
                // The standby reconnects by itself, so its new WAL sender has to be ended too.
                if (slot.ActiveProcessId is { } consumer)
                {
                    context.Log.Step($"{instance}: ending process {consumer}, which uses slot '{name}'.");
                    await session.ExecuteAsync("select pg_terminate_backend($1)", cancellationToken, consumer).ConfigureAwait(false);
                    hasEnded = true;
                }

                return false;
            }
        }
    }

    /// <summary>Removes a standby's unused slot, as soon as its last consumer has released it. A missing slot is no error.</summary>
    /// <exception cref="PgHaException"><c>SlotIsActive</c>: it is in use; <c>SlotIsLogical</c>.</exception>
    internal static async Task RemoveUnusedAsync(
        EngineContext context, PgInstance instance, string name, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, instance, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            ReplicationSlot? slot = null;
            await Poll.UntilAsync(
                IsGoneAsync, Pause, Deadline.In(LettingGo), () => SlotErrors.Active(slot!), cancellationToken).ConfigureAwait(false);

            async Task<bool> IsGoneAsync()
            {
                slot = await FindAsync(session, name, cancellationToken).ConfigureAwait(false);
                if (slot is null)
                    return true;
                if (slot.Type == ReplicationSlotType.Logical)
                    throw SlotErrors.Logical(slot);
                if (slot.IsActive || !await TryDropAsync(session, name, cancellationToken).ConfigureAwait(false))
                    return false;
                context.Log.Step($"{instance}: removed replication slot '{name}'.");
                return true;
            }
        }
    }

    private static Task<IReadOnlyList<ReplicationSlot>> ListAsync(ServerSession session, CancellationToken cancellationToken) =>
        session.QueryAsync(SlotQuery.Sql(session.Dialect), row => SlotQuery.Read(session.Instance, row), cancellationToken);

    internal static async Task<ReplicationSlot?> FindAsync(ServerSession session, string name, CancellationToken cancellationToken) =>
        (await ListAsync(session, cancellationToken).ConfigureAwait(false)).FirstOrDefault(slot => slot.Name == name);

    /// <summary>One slot.</summary>
    /// <exception cref="PgHaException"><c>SlotNotFound</c>.</exception>
    internal static async Task<ReplicationSlot> GetOneAsync(
        EngineContext context, PgInstance instance, string name, CancellationToken cancellationToken)
    {
        IReadOnlyList<ReplicationSlot> slots = await GetAsync(context, instance, cancellationToken).ConfigureAwait(false);
        return slots.FirstOrDefault(slot => slot.Name == name) ?? throw SlotErrors.NotFound(instance, name);
    }

    /// <summary>Makes a slot, unless one of its name has been made meanwhile.</summary>
    private static async Task<bool> TryCreateAsync(
        ServerSession session, string parameters, object?[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            await session.ExecuteAsync(
                $"select pg_create_physical_replication_slot({parameters})", cancellationToken, arguments).ConfigureAwait(false);
            return true;
        }
        catch (PgHaException e) when (e.SqlState() == PostgresErrorCodes.DuplicateObject)
        {
            return false;
        }
        catch (PgHaException e) when (e.SqlState() == PostgresErrorCodes.ConfigurationLimitExceeded)
        {
            throw SlotErrors.NoFreeSlot(session.Instance, e);
        }
        catch (PgHaException e) when (e.SqlState() == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw SlotErrors.NoPrivilege(session.Instance, e);
        }
    }

    private static async Task<bool> TryDropAsync(ServerSession session, string name, CancellationToken cancellationToken)
    {
        try
        {
            await DropAsync(session, name, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (PgHaException e) when (e.SqlState() is PostgresErrorCodes.ObjectInUse or PostgresErrorCodes.UndefinedObject)
        {
            return false;
        }
    }

    private static Task<int> DropAsync(ServerSession session, string name, CancellationToken cancellationToken) =>
        session.ExecuteAsync("select pg_drop_replication_slot($1)", cancellationToken, name);

    private static void RequireUsable(ReplicationSlot slot)
    {
        if (slot.Type == ReplicationSlotType.Logical)
            throw SlotErrors.Logical(slot);
        if (slot.WalStatus == SlotWalStatus.Lost)
            throw SlotErrors.Lost(slot);
    }

    // The server reports both problems with one SQLSTATE and in any language, so the settings are checked before.
    private static async Task RequireSettingsAsync(ServerSession session, CancellationToken cancellationToken)
    {
        if (await session.ScalarAsync<string>("select current_setting('wal_level')", cancellationToken).ConfigureAwait(false) == "minimal")
            throw SlotErrors.WalLevelTooLow(session.Instance, "minimal", "replica");
        if (await session.ScalarAsync<string>(
            "select current_setting('max_replication_slots')", cancellationToken).ConfigureAwait(false) == "0")
        {
            throw SlotErrors.NotEnabled(session.Instance);
        }
    }
}
