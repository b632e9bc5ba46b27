using PgHa.Engine.Replication;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Decoding;

/// <summary>Writes messages for logical decoding into a server's WAL.</summary>
/// <remarks>
/// See <c>pg_logical_emit_message</c> in
/// <see href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION">Replication Management Functions</see>.
/// </remarks>
public static class LogicalMessages
{
    /// <summary>Writes a message and returns its position in the WAL.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="instance">The server, a primary.</param>
    /// <param name="prefix">The prefix by which a consumer recognises its messages.</param>
    /// <param name="content">A <see cref="string"/> or an array of bytes.</param>
    /// <param name="transactional">Whether it is decoded with its transaction, when that commits, and not as soon as it is reached.</param>
    /// <param name="database">The database, whose slots alone see it; the instance's by default.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException"><c>ServerIsStandby</c>: only a primary writes WAL.</exception>
    public static async Task<Lsn> SendAsync(
        EngineContext context, PgInstance instance, string prefix, object content, bool transactional, string? database,
        CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, instance, cancellationToken, database).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            // A standby would fail with an internal error only.
            if (await session.ScalarAsync<bool>("select pg_is_in_recovery()", cancellationToken).ConfigureAwait(false))
                throw SlotErrors.OnStandby(instance, "only a primary writes messages to the log");
            context.Log.Step($"{instance}: writing a logical message with prefix '{prefix}'.");
            return Lsn.Parse((await session.ScalarAsync<string>(
                "select pg_logical_emit_message($1, $2, $3)::text", cancellationToken, transactional, prefix,
                content).ConfigureAwait(false))!);
        }
    }
}
