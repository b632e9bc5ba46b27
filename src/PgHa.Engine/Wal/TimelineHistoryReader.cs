using System.Text;
using PgHa.Engine.Replication;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Wal;

/// <summary>Reads the timelines of a server's data from its history files, by SQL.</summary>
/// <remarks>
/// The replication command <c>TIMELINE_HISTORY</c> would take only the right to replicate. But the driver fails on its answer
/// (seen with PostgreSQL 15): the content comes as text, and the driver expects bytes. See
/// <see href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-GENFILE">Generic File Access
/// Functions</see>.
/// </remarks>
public static class TimelineHistoryReader
{
    private const string ReadFunction = "pg_read_binary_file";

    // The first timeline has no history file.
    private static readonly TimelineId First = new(1);

    /// <summary>The timelines, oldest first.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="instance">The server, a primary or a standby.</param>
    /// <param name="asked">The last timeline to return; by default the one that the server is on.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException">
    /// <c>TimelineNotFound</c>: the server has no history of it; <c>InsufficientPrivilege</c>: the role may read no files.
    /// </exception>
    public static async Task<IReadOnlyList<ServerTimeline>> ReadAsync(
        EngineContext context, PgInstance instance, TimelineId? asked, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, instance, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            TimelineId current =
                (await ReplicationStatusReader.QueryAsync(session, cancellationToken).ConfigureAwait(false)).Timeline!.Value;
            TimelineHistory history = await HistoryAsync(session, current, cancellationToken).ConfigureAwait(false);
            IReadOnlyList<ServerTimeline> lines = ServerTimeline.Of(instance, current, history);
            if (asked is not { } last)
                return lines;

            // The lines of an ancestor are in this file already, with the ancestor's end. The ancestor's own file does not
            // contain its end.
            return history.Contains(last)
                ? [.. lines.TakeWhile(line => line.Timeline <= last)]
                : ServerTimeline.Of(instance, current, await HistoryAsync(session, last, cancellationToken).ConfigureAwait(false));
        }
    }

    private static async Task<TimelineHistory> HistoryAsync(ServerSession session, TimelineId timeline, CancellationToken cancellationToken)
    {
        if (timeline == First)
            return TimelineHistory.Initial(First);

        string file = $"{session.Dialect.WalDirectory}/{WalArchiveFileName.OfHistory(timeline)}";
        byte[]? content = await Privileges.RequireAsync(
            () => session.ScalarAsync<byte[]>($"select {ReadFunction}($1, 0, 1000000, true)", cancellationToken, file),
            Advice(session)).ConfigureAwait(false);
        return content is null
            ? throw new PgHaException(
                ErrorIds.TimelineNotFound, PgHaErrorKind.NotFound,
                $"{session.Instance} has no history of timeline {timeline}: there is no {file}.",
                "Look for the file in the archive, or ask the server that was promoted to that timeline.", session.Instance.ToString())
            : TimelineHistory.Parse(timeline, Encoding.UTF8.GetString(content));
    }

    private static string Advice(ServerSession session) => session.Dialect.CanGrantFileReading
        ? $"Connect as a superuser, or let one GRANT EXECUTE ON FUNCTION {ReadFunction}(text, bigint, bigint, boolean) "
            + $"TO {SqlQuoting.Identifier(session.Instance.UserName)}."
        : "Connect as a superuser; from PostgreSQL 11 on the right to read files can be granted.";
}
