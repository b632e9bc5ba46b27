using System.Diagnostics;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Replication;

/// <summary>Changes the settings of synchronous replication, and puts them back if they do not take effect.</summary>
/// <remarks>
/// A commit that waits already is let go by the next report of a standby that counts. Where another one has just come to count, it
/// has perhaps reported everything before, and reports again after new WAL only, or up to <c>wal_receiver_status_interval</c> (10 s)
/// later. So a little WAL is written after every change.
/// </remarks>
internal static class SyncSettings
{
    public const string Names = "synchronous_standby_names";
    public const string CommitLevel = "synchronous_commit";

    // A reload takes a few milliseconds, and each moment of waiting for commits that hang is one too many.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Sets, reloads and waits until the server's own status proves it; otherwise undoes it.</summary>
    public static async Task ChangeAsync(
        EngineContext context,
        ServerSession session,
        IReadOnlyDictionary<string, string> changes,
        Func<ReplicationStatus, bool> isEffective,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<string> undo = await UndoStatementsAsync(session, changes.Keys, cancellationToken).ConfigureAwait(false);
        string what = string.Join(", ", changes.Select(change => $"{change.Key} = '{change.Value}'"));
        long started = Stopwatch.GetTimestamp();
        try
        {
            await ApplyAsync(session, changes.Select(change => $"alter system set {change.Key} = {SqlQuoting.Literal(change.Value)}"), cancellationToken).ConfigureAwait(false);
            while (!isEffective(await ReplicationStatusReader.QueryAsync(session, cancellationToken).ConfigureAwait(false)))
            {
                if (Stopwatch.GetElapsedTime(started) > context.Timeout)
                    throw SyncErrors.NotEffective(session.Instance, what, context.Timeout, isUndone: true);
                await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            }

            await LetCommitsGoAsync(session, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            context.Log.Step($"{session.Instance}: putting the settings back.");
            if (!await TryUndoAsync(context, session.Instance, undo).ConfigureAwait(false))
                throw SyncErrors.NotEffective(session.Instance, what, Stopwatch.GetElapsedTime(started), isUndone: false);
            throw;
        }
    }

    /// <summary>Has every standby report, which lets those commits go that need not wait any longer.</summary>
    /// <remarks>By the record of a commit that changed nothing: no standby is waited for, no decoder sees it, and it is on disk within <c>wal_writer_delay</c>.</remarks>
    public static Task<int> LetCommitsGoAsync(ServerSession session, CancellationToken cancellationToken) =>
        session.ExecuteAsync("select case when not pg_is_in_recovery() then txid_current() end", cancellationToken);

    // What ALTER SYSTEM had not set before is taken out of postgresql.auto.conf again, so that postgresql.conf counts. A role that may not
    // see which file a value is from sets it again: to take it out could lose it.
    private static Task<IReadOnlyList<string>> UndoStatementsAsync(
        ServerSession session, IEnumerable<string> names, CancellationToken cancellationToken) =>
        session.QueryAsync(
            """
            select name, setting, coalesce(sourcefile like '%postgresql.auto.conf', source = 'configuration file') as altered
            from pg_settings where name = any(string_to_array($1, ','))
            """,
            row => row.Get<bool>("altered")
                ? $"alter system set {row.Text("name")} = {SqlQuoting.Literal(row.Text("setting")!)}"
                : $"alter system reset {row.Text("name")}",
            cancellationToken,
            string.Join(',', names));

    // In a session of its own: the first may be what failed, or in the middle of a statement that was cancelled.
    private static async Task<bool> TryUndoAsync(EngineContext context, PgInstance instance, IReadOnlyList<string> undo)
    {
        try
        {
            ServerSession session = await ServerSession.OpenAsync(context, instance, CancellationToken.None).ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
                await ApplyAsync(session, undo, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (PgHaException)
        {
            return false;
        }
    }

    private static async Task ApplyAsync(ServerSession session, IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        // One by one: ALTER SYSTEM cannot run inside a transaction, which several statements at once would be.
        foreach (string statement in statements)
            await session.ExecuteAsync(statement, cancellationToken).ConfigureAwait(false);
        await session.ExecuteAsync("select pg_reload_conf()", cancellationToken).ConfigureAwait(false);
    }
}
