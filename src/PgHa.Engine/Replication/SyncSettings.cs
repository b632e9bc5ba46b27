using PgHa.Engine.Servers;

namespace PgHa.Engine.Replication;

/// <summary>Changes the settings of synchronous replication, and restores them if they do not take effect.</summary>
/// <remarks>
/// A waiting commit returns after the next report of a synchronous standby. A standby that has just become synchronous may have
/// reported everything before. It reports again only after new WAL, or after <c>wal_receiver_status_interval</c> (10 s). So PgHa
/// writes a little WAL after every change.
/// </remarks>
internal static class SyncSettings
{
    public const string Names = "synchronous_standby_names";
    public const string CommitLevel = "synchronous_commit";

    // A reload takes a few milliseconds, and commits may hang until it is noticed, so the pause is short.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Changes the settings, reloads, and waits until the server's status proves the change; otherwise undoes it.</summary>
    public static async Task ChangeAsync(
        EngineContext context,
        ServerSession session,
        IReadOnlyDictionary<string, string> changes,
        Func<ReplicationStatus, bool> isEffective,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<string> undo = await UndoStatementsAsync(session, changes.Keys, cancellationToken).ConfigureAwait(false);
        string what = string.Join(", ", changes.Select(change => $"{change.Key} = '{change.Value}'"));
        var deadline = Deadline.In(context.Timeout);
        try
        {
            await ApplyAsync(
                session, changes.Select(change => $"alter system set {change.Key} = {SqlQuoting.Literal(change.Value)}"),
                cancellationToken).ConfigureAwait(false);
            await Poll.UntilAsync(
                async () => isEffective(await ReplicationStatusReader.QueryAsync(session, cancellationToken).ConfigureAwait(false)),
                Pause, deadline, () => SyncErrors.NotEffective(session.Instance, what, context.Timeout, isUndone: true),
                cancellationToken).ConfigureAwait(false);

            await LetCommitsGoAsync(session, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            context.Log.Step($"{session.Instance}: putting the settings back.");
            if (!await TryUndoAsync(context, session.Instance, undo).ConfigureAwait(false))
                throw SyncErrors.NotEffective(session.Instance, what, deadline.Elapsed, isUndone: false);
            throw;
        }
    }

    /// <summary>Makes every standby report, so that commits return that need not wait any longer.</summary>
    /// <remarks>
    /// Writes the record of a commit without changes. This commit waits for no standby, no decoder sees it, and it is on disk within
    /// <c>wal_writer_delay</c>.
    /// </remarks>
    public static Task<int> LetCommitsGoAsync(ServerSession session, CancellationToken cancellationToken) =>
        session.ExecuteAsync("select case when not pg_is_in_recovery() then txid_current() end", cancellationToken);

    // A setting that ALTER SYSTEM had not set before is reset again, so that postgresql.conf counts. If the role may not see which file
    // a value is from, the old value is set again, because a reset could lose it.
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

    // Uses a new session: the first one may be broken, or may still run a cancelled statement.
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
        // One by one: several statements in one call are a transaction, in which ALTER SYSTEM cannot run.
        foreach (string statement in statements)
            await session.ExecuteAsync(statement, cancellationToken).ConfigureAwait(false);
        await session.ExecuteAsync("select pg_reload_conf()", cancellationToken).ConfigureAwait(false);
    }
}
