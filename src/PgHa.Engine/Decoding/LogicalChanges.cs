using Npgsql;
using PgHa.Engine.Replication;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Decoding;

/// <summary>Reading the changes of a logical slot, through SQL alone.</summary>
/// <remarks>
/// The server decodes all requested changes before it sends the first row, and writes them to a temporary file if they are many.
/// By then all of them are consumed, even if the caller does not read them. The rows are passed on as they arrive. See
/// <see href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION">Replication Management Functions</see>.
/// </remarks>
public static class LogicalChanges
{
    /// <summary>Passes on the changes after the last consumed ones.</summary>
    /// <param name="context">Log and deadlines; the timeout is for each wait for the server.</param>
    /// <param name="slot">The slot; it is read from within its own database.</param>
    /// <param name="options">Which changes, and in which form.</param>
    /// <param name="use">Called with each change; the next one is read when the call has ended.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="owner">The connection that owns the slot, if it is a temporary one.</param>
    /// <exception cref="PgHaException">
    /// <c>SlotNotFound</c>, <c>SlotIsPhysical</c>, <c>SlotIsLost</c>, <c>SlotIsActive</c>; <c>DecodingFailed</c>: the plugin's
    /// options, a publication that is not there, or bytes where text was asked for; <c>OperationTimeout</c>, <c>InsufficientPrivilege</c>.
    /// </exception>
    public static async Task ReadAsync(
        EngineContext context, ReplicationSlot slot, LogicalChangeOptions options, Func<LogicalChange, ValueTask> use,
        CancellationToken cancellationToken, SlotSession? owner = null)
    {
        if (slot.Type == ReplicationSlotType.Physical)
            throw SlotErrors.NotLogical(slot);
        if (slot.IsSynced)
            throw SlotErrors.Synced(slot, "read");
        await SlotSession.UseAsync(context, slot, owner, async (session, stopping) =>
        {
            context.Log.Step($"{slot.Server}: {(options.Peek ? "looking at" : "consuming")} the changes of slot '{slot.Name}'.");
            try
            {
                await session.ForEachAsync(
                    $"select lsn, xid, data from {Function(options)}($1, $2::text::pg_lsn, $3::int, variadic $4::text[])",
                    row => use(Read(row, slot, options.Binary)),
                    stopping,
                    slot.Name, options.UpToLsn?.ToString(), options.First, Flatten(options.PluginOptions)).ConfigureAwait(false);
                return true;
            }
            catch (PgHaException e) when (e.ErrorId == ErrorIds.OperationTimeout)
            {
                throw DecodingErrors.TooSlow(slot, e);
            }
            catch (PgHaException e) when (e.SqlState() == PostgresErrorCodes.InsufficientPrivilege)
            {
                throw SlotErrors.NoPrivilege(slot.Server, e);
            }
            catch (PgHaException e) when (e.SqlState() is not null)
            {
                // This takes another session: after some failures the driver closes the first one, and a temporary slot ends with it.
                IReadOnlyList<ReplicationSlot> slots = await ReplicationSlots.GetAsync(
                    context, slot.Server, cancellationToken).ConfigureAwait(false);
                ReplicationSlot now = slots.FirstOrDefault(present => present.Name == slot.Name) ?? slot;
                throw now is { WalStatus: SlotWalStatus.Lost } or { InvalidationReason: not null }
                    ? SlotErrors.LostForReading(now, e)
                    : SlotErrors.OfServer(now, e) ?? DecodingErrors.Failed(now, options.Binary, e);
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    private static string Function(LogicalChangeOptions options) =>
        $"pg_logical_slot_{(options.Peek ? "peek" : "get")}{(options.Binary ? "_binary" : "")}_changes";

    private static LogicalChange Read(Row row, ReplicationSlot slot, bool binary) => new()
    {
        Server = slot.Server,
        Slot = slot.Name,
        Lsn = row.LsnAt(0),
        TransactionId = row.At<uint>(1),
        Text = binary ? null : row.At<string>(2),
        Bytes = binary ? row.At<byte[]>(2) : null,
    };

    private static string?[] Flatten(IReadOnlyDictionary<string, string?> options) =>
        [.. options.SelectMany(option => new[] { option.Key, option.Value })];
}
