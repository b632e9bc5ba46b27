using System.Globalization;
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
                await session.CopyOutAsync(
                    $"select lsn, xid, data from {Function(options)}({Arguments(slot, options)})",
                    stream => new CopiedChanges(stream, slot, options.Binary).ReadAsync(use, stopping),
                    stopping).ConfigureAwait(false);
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

    // COPY takes no parameters.
    private static string Arguments(ReplicationSlot slot, LogicalChangeOptions options)
    {
        IEnumerable<string> plugin = options.PluginOptions.SelectMany(option => new[] { Literal(option.Key), Literal(option.Value) });
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Literal(slot.Name)}, {Literal(options.UpToLsn?.ToString())}, {options.First?.ToString(CultureInfo.InvariantCulture) ?? "null"}, "
                + $"variadic array[{string.Join(", ", plugin)}]::text[]");
    }

    private static string Literal(string? value) => value is null ? "null" : SqlQuoting.Literal(value);
}
