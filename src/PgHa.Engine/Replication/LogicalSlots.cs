using System.Globalization;
using Npgsql;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Replication;

/// <summary>Making logical replication slots, through SQL alone.</summary>
/// <remarks>
/// See
/// <see href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION">Replication Management Functions</see>.
/// </remarks>
public static class LogicalSlots
{
    // How much longer the driver waits for a statement than the server. The server must end the statement, and with it the new
    // slot. If the driver gave up first, the server process would still make the slot later.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>Makes a logical slot, unless there is one already as requested.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="instance">The server: a primary or, from 16 on, a standby.</param>
    /// <param name="options">The slot.</param>
    /// <param name="cancellationToken">Cancels, and the server takes back what it has of the slot.</param>
    /// <exception cref="MalformedTextException">The name is no slot's name.</exception>
    /// <exception cref="PgHaException">
    /// <c>SlotIsPhysical</c>, <c>SlotOfOtherDatabase</c>, <c>SlotOfOtherPlugin</c>, <c>SlotIsLost</c>, <c>SlotIsNotTwoPhase</c>,
    /// <c>SlotIsNotFailover</c>: a different slot of that name exists; <c>PluginNotFound</c>, <c>PluginNotAllowed</c>;
    /// <c>VersionNotSupported</c>, <c>WalLevelTooLow</c>, <c>ServerIsStandby</c>, <c>NoFreeSlot</c>, <c>SlotsNotEnabled</c>;
    /// <c>InsufficientPrivilege</c>: the role has no REPLICATION; <c>OperationTimeout</c>: transactions stay open.
    /// </exception>
    public static async Task<ReplicationSlot> CreateAsync(
        EngineContext context, PgInstance instance, LogicalSlotOptions options, CancellationToken cancellationToken)
    {
        ReplicationSlotName.Validate(options.Name);
        ServerSession session = await OpenSessionAsync(context, instance, options, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
            return await MakeAsync(context, session, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A session whose timeout is long enough to make a slot.</summary>
    internal static Task<ServerSession> OpenSessionAsync(
        EngineContext context, PgInstance instance, LogicalSlotOptions options, CancellationToken cancellationToken)
    {
        // A temporary slot ends with its connection, so this one is not kept for others.
        var patient = new EngineContext(context.Log) { Timeout = context.Timeout + Grace, ConnectTimeout = context.ConnectTimeout };
        return ServerSession.OpenAsync(patient, instance, cancellationToken, options.Database);
    }

    /// <summary>Makes the slot over a session, which keeps the <c>statement_timeout</c> that was set for it.</summary>
    internal static async Task<ReplicationSlot> MakeAsync(
        EngineContext context, ServerSession session, LogicalSlotOptions options, CancellationToken cancellationToken)
    {
        PgInstance instance = session.Instance;
        RequireVersion(session, options);
        if (await ReplicationSlots.FindAsync(session, options.Name, cancellationToken).ConfigureAwait(false) is { } present)
        {
            context.Log.Step($"{instance}: slot '{options.Name}' is there already.");
            return options.Refuse(present) is { } refusal ? throw refusal : present;
        }

        await RequireSettingsAsync(session, options, cancellationToken).ConfigureAwait(false);
        context.Log.Step($"{instance}: creating logical replication slot '{options.Name}' with "
            + $"{options.Plugin} in database '{options.Database}'.");
        await session.ExecuteAsync(
            string.Create(CultureInfo.InvariantCulture, $"set statement_timeout = {(long)context.Timeout.TotalMilliseconds}"),
            cancellationToken).ConfigureAwait(false);
        bool isMade = await TryCreateAsync(context, session, options, cancellationToken).ConfigureAwait(false);
        ReplicationSlot slot = await ReplicationSlots.FindAsync(session, options.Name, cancellationToken).ConfigureAwait(false)
            ?? throw SlotErrors.NotFound(instance, options.Name);
        return !isMade && options.Refuse(slot) is { } other ? throw other : slot;
    }

    private static async Task<bool> TryCreateAsync(
        EngineContext context, ServerSession session, LogicalSlotOptions options, CancellationToken cancellationToken)
    {
        PgInstance instance = session.Instance;
        try
        {
            // An older server has no parameters for what it cannot do.
            (string sql, object?[] more) = session.Dialect switch
            {
                { HasSlotSynchronization: true } =>
                    (", $3, $4, $5", new object?[] { options.Temporary, options.TwoPhase, options.Failover }),
                { HasTwoPhaseSlots: true } => (", $3, $4", [options.Temporary, options.TwoPhase]),
                { HasTemporarySlots: true } => (", $3", [options.Temporary]),
                _ => ("", []),
            };
            await session.ExecuteAsync(
                $"select pg_create_logical_replication_slot($1, $2{sql})", cancellationToken,
                [options.Name, options.Plugin, .. more]).ConfigureAwait(false);
            return true;
        }
        catch (PgHaException e) when (e.SqlState() == PostgresErrorCodes.DuplicateObject)
        {
            // Another session made the slot meanwhile. The caller checks whether it is as requested.
            return false;
        }
        catch (PgHaException e) when (e.SqlState() == PostgresErrorCodes.ConfigurationLimitExceeded)
        {
            throw SlotErrors.NoFreeSlot(instance, e);
        }
        catch (PgHaException e) when (OutputPlugins.IsRefusal(e))
        {
            throw await OutputPlugins.RefusalOfAsync(context, instance, options.Plugin, e, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e) when (e.SqlState() == PostgresErrorCodes.QueryCanceled && !cancellationToken.IsCancellationRequested)
        {
            IReadOnlyList<string> open = await session.QueryAsync(
                """
                select 'that of process ' || pid as transaction
                from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid()
                union all select 'prepared transaction ' || gid from pg_prepared_xacts order by 1
                """,
                row => row.Text("transaction")!, cancellationToken).ConfigureAwait(false);
            throw DecodingErrors.StillWaiting(instance, options.Name, open, e);
        }
    }

    private static void RequireVersion(ServerSession session, LogicalSlotOptions options)
    {
        if (options.Temporary)
            SlotErrors.RequireTemporarySlots(session);
        if (options.TwoPhase && !session.Dialect.HasTwoPhaseSlots)
        {
            throw SlotErrors.NeedsMajor(
                session.Instance, session.Dialect.Version, "a slot that decodes prepared transactions (-TwoPhase)", 14);
        }

        if (options.Failover && !session.Dialect.HasSlotSynchronization)
            throw SlotErrors.NeedsMajor(session.Instance, session.Dialect.Version, "a slot that standbys keep a copy of (-Failover)", 17);
    }

    private static async Task RequireSettingsAsync(ServerSession session, LogicalSlotOptions options, CancellationToken cancellationToken)
    {
        string level = (await session.ScalarAsync<string>("select current_setting('wal_level')", cancellationToken).ConfigureAwait(false))!;
        if (level != "logical" && !(level == "replica" && session.Dialect.RaisesWalLevelForLogicalSlots))
            throw SlotErrors.WalLevelTooLow(session.Instance, level, "logical");
        if (await session.ScalarAsync<string>(
            "select current_setting('max_replication_slots')", cancellationToken).ConfigureAwait(false) == "0")
        {
            throw SlotErrors.NotEnabled(session.Instance);
        }

        if (!await session.ScalarAsync<bool>("select pg_is_in_recovery()", cancellationToken).ConfigureAwait(false))
            return;
        if (!session.Dialect.HasDecodingOnStandby)
            throw SlotErrors.OnStandby(session.Instance, "standbys decode from PostgreSQL 16 on");
        if (options.Failover)
            throw SlotErrors.OnStandby(session.Instance, "a slot that standbys keep a copy of is made on their primary");
    }
}
