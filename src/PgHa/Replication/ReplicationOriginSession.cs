using System.Diagnostics.CodeAnalysis;

namespace PgHa;

/// <summary>
/// A connection to a server in which every transaction counts as coming from a replication origin. With it, a script that
/// applies another server's changes knows after a crash where to go on.
/// </summary>
/// <remarks>
/// No other session can use the origin until this one is disposed of. The session runs one statement at a time. Each call
/// waits for the server as long as the command that made the session was told to. See
/// <see href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION">Replication Management
/// Functions</see>.
/// </remarks>
[SuppressMessage(
    "Design", "CA1063", Justification = "It holds no unmanaged resource: the connection it closes has a finalizer of its own.")]
public abstract class ReplicationOriginSession : IDisposable
{
    private protected ReplicationOriginSession(PgInstance server, string database, string origin, int processId) =>
        (Server, Database, Origin, ProcessId) = (server, database, origin, processId);

    /// <summary>The server that applies the changes.</summary>
    public PgInstance Server { get; }

    /// <summary>The database the session is in.</summary>
    public string Database { get; }

    /// <summary>The origin's name.</summary>
    public string Origin { get; }

    /// <summary>The process that serves the session.</summary>
    public int ProcessId { get; }

    /// <summary>
    /// Whether the session still works for the origin
    /// (<c>pg_replication_origin_session_is_setup</c>): until <see cref="Reset"/>.
    /// </summary>
    /// <exception cref="PgHaException">What connections fail with, such as <c>ConnectionLost</c>.</exception>
    /// <exception cref="ObjectDisposedException">The session is closed.</exception>
    public abstract bool IsSetUp();

    /// <summary>
    /// The position of the origin up to which changes are applied (<c>pg_replication_origin_session_progress</c>), and from
    /// which to go on; <see langword="null"/> before the first.
    /// </summary>
    /// <param name="flush">Make sure that the last of them is on disk before it is counted.</param>
    /// <exception cref="PgHaException"><c>OriginNotSetUp</c>: after <see cref="Reset"/>.</exception>
    public abstract Lsn? GetProgress(bool flush = true);

    /// <summary>
    /// Applies one transaction of the origin: all statements and the progress, or nothing of it. A script can go on from
    /// <see cref="GetProgress"/> whatever happens in between.
    /// </summary>
    /// <param name="remoteLsn">The position at the origin where the transaction ends.</param>
    /// <param name="committedAt">When it was committed there.</param>
    /// <param name="statements">What it does, one statement each.</param>
    /// <exception cref="PgHaException">
    /// <c>StatementFailed</c>: with the server's own words; everything is rolled back. <c>OriginNotSetUp</c>: after <see cref="Reset"/>.
    /// </exception>
    public abstract void Apply(Lsn remoteLsn, DateTimeOffset committedAt, string[] statements);

    /// <summary>
    /// Sets the position and the commit time at the origin for the next transactions
    /// (<c>pg_replication_origin_xact_setup</c>). A commit makes the position the origin's progress, in the same step. Some
    /// major versions, 17 among them, also count a transaction that is rolled back: call this right before the commit, and
    /// <see cref="ResetTransaction"/> after it, or use <see cref="Apply"/>.
    /// </summary>
    /// <param name="remoteLsn">The position at the origin where the transaction ends.</param>
    /// <param name="committedAt">When it was committed there.</param>
    /// <exception cref="PgHaException"><c>OriginNotSetUp</c>: after <see cref="Reset"/>.</exception>
    public abstract void SetTransaction(Lsn remoteLsn, DateTimeOffset committedAt);

    /// <summary>
    /// Takes <see cref="SetTransaction"/> back (<c>pg_replication_origin_xact_reset</c>): what is
    /// committed now moves no progress.
    /// </summary>
    /// <exception cref="PgHaException"><c>OriginNotSetUp</c>: after <see cref="Reset"/>.</exception>
    public abstract void ResetTransaction();

    /// <summary>
    /// Ends the work for the origin (<c>pg_replication_origin_session_reset</c>): others can use it, and what this session
    /// commits is local again.
    /// </summary>
    /// <exception cref="PgHaException"><c>OriginNotSetUp</c>: it was reset before.</exception>
    public abstract void Reset();

    /// <summary>Runs SQL in the session: one statement with arguments, or several without, such as <c>begin; …; commit</c>.</summary>
    /// <param name="sql">The SQL, with <c>$1</c>, <c>$2</c> … for the arguments.</param>
    /// <param name="arguments">Their values.</param>
    /// <returns>How many rows were inserted, updated and deleted; -1 if that is not what the SQL does.</returns>
    /// <exception cref="PgHaException"><c>StatementFailed</c>: with the server's own words.</exception>
    public abstract int Execute(string sql, params object?[] arguments);

    /// <summary>Runs a query in the session.</summary>
    /// <param name="sql">The query, with <c>$1</c>, <c>$2</c> … for the arguments. Types that are not built in are cast to text.</param>
    /// <param name="arguments">Their values.</param>
    /// <returns>The rows, each with its values by column.</returns>
    /// <exception cref="PgHaException"><c>StatementFailed</c>: with the server's own words.</exception>
    public abstract IReadOnlyList<IReadOnlyDictionary<string, object?>> Query(string sql, params object?[] arguments);

    /// <summary>Rolls back an open transaction, resets the origin, and closes the connection. A second call does nothing.</summary>
    [SuppressMessage("Usage", "CA1816", Justification = "No finalizer.")]
    public abstract void Dispose();

    /// <summary><c>node_a on node20@127.0.0.1:9420</c>.</summary>
    public override string ToString() => $"{Origin} on {Server}";
}
