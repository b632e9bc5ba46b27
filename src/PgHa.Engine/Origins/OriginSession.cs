using PgHa.Engine.Servers;

namespace PgHa.Engine.Origins;

/// <summary>The connection behind a <see cref="ReplicationOriginSession"/>.</summary>
/// <remarks>
/// Scripts call it directly on the pipeline thread, and wait for the asynchronous work on the thread pool. Each call waits for
/// the server up to the timeout of the context.
/// </remarks>
public sealed class OriginSession : ReplicationOriginSession
{
    private readonly ServerSession _session;
    private bool _isClosed;

    private OriginSession(ServerSession session, string database, string origin, int processId)
        : base(session.Instance, database, origin, processId) => _session = session;

    /// <summary>Connects, and sets the session up for an origin.</summary>
    /// <param name="context">Log and deadlines, of every later call too.</param>
    /// <param name="instance">The server that applies the changes.</param>
    /// <param name="origin">The origin's name.</param>
    /// <param name="database">The database; the instance's by default.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="PgHaException">
    /// <c>OriginNotFound</c>; <c>OriginIsActive</c>: another session works for it;
    /// <c>NoFreeOrigin</c>, <c>ServerIsStandby</c>, <c>InsufficientPrivilege</c>.
    /// </exception>
    public static async Task<ReplicationOriginSession> OpenAsync(
        EngineContext context, PgInstance instance, string origin, string? database, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(
            context.ForOwnConnection(), instance, cancellationToken, database).ConfigureAwait(false);
        try
        {
            context.Log.Step($"{instance}: setting up a session for replication origin '{origin}'.");
            await session.ExecuteAsync("select pg_replication_origin_session_setup($1)", cancellationToken, origin).ConfigureAwait(false);
            // The statements of the script run with the same settings as in any other session of the role.
            await session.ExecuteAsync(SessionNeeds.StatementsForScripts, cancellationToken).ConfigureAwait(false);
            int processId = await session.ScalarAsync<int>("select pg_backend_pid()", cancellationToken).ConfigureAwait(false);
            return new OriginSession(session, database ?? instance.Database, origin, processId);
        }
        catch (Exception e)
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw e is PgHaException failure ? OriginErrors.Of(session, origin, failure) : e;
        }
    }

    /// <inheritdoc/>
    public override bool IsSetUp() => Await(() =>
        _session.ScalarAsync<bool>("select pg_replication_origin_session_is_setup()", CancellationToken.None));

    /// <inheritdoc/>
    public override Lsn? GetProgress(bool flush = true) => Await(async () =>
        await OfOriginAsync(() => _session.ScalarAsync<string>(
            "select pg_replication_origin_session_progress($1)::text", CancellationToken.None, flush)).ConfigureAwait(false) is { } text
            ? Lsn.Parse(text)
            : (Lsn?)null);

    // The position is set last, because on some majors a rollback after that would count as progress.
    /// <inheritdoc/>
    public override void Apply(Lsn remoteLsn, DateTimeOffset committedAt, string[] statements)
    {
        Execute("begin");
        try
        {
            foreach (string statement in statements)
                Execute(statement);
            SetTransaction(remoteLsn, committedAt);
            Execute("commit");
            ResetTransaction();
        }
        catch (PgHaException e) when (e.ErrorId != ErrorIds.ConnectionLost)
        {
            Execute("rollback");
            throw;
        }
    }

    /// <inheritdoc/>
    public override void SetTransaction(Lsn remoteLsn, DateTimeOffset committedAt) => OfOrigin(
        "select pg_replication_origin_xact_setup($1::text::pg_lsn, $2)", remoteLsn.ToString(), committedAt.ToUniversalTime());

    /// <inheritdoc/>
    public override void ResetTransaction() => OfOrigin("select pg_replication_origin_xact_reset()");

    /// <inheritdoc/>
    public override void Reset() => OfOrigin("select pg_replication_origin_session_reset()");

    /// <inheritdoc/>
    public override int Execute(string sql, params object?[] arguments) => Await(() =>
        _session.ExecuteAsync(sql, CancellationToken.None, arguments));

    /// <inheritdoc/>
    public override IReadOnlyList<IReadOnlyDictionary<string, object?>> Query(string sql, params object?[] arguments) => Await(() =>
        _session.QueryAsync(sql, row => row.Values(), CancellationToken.None, arguments));

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (_isClosed)
            return;
        try
        {
            // The server would do all this at the end of the connection, but only some time after it is closed here. Until then the
            // origin would still be in use.
            Await(() => _session.ExecuteAsync("rollback", CancellationToken.None));
            if (IsSetUp())
                Reset();
        }
        catch (PgHaException)
        {
            // The connection is broken, so the server has released the origin.
        }
        finally
        {
            Await(async () =>
            {
                await _session.DisposeAsync().ConfigureAwait(false);
                return true;
            });
            _isClosed = true;
        }
    }

    private void OfOrigin(string sql, params object?[] arguments) => Await(() =>
        OfOriginAsync(() => _session.ExecuteAsync(sql, CancellationToken.None, arguments)));

    private async Task<T> OfOriginAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (PgHaException e)
        {
            throw OriginErrors.Of(_session, Origin, e);
        }
    }

    private T Await<T>(Func<Task<T>> work)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        return Task.Run(work).GetAwaiter().GetResult();
    }
}
