using System.Security.Cryptography;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Cloning;

/// <summary>A backup that a server has begun and whose files somebody else copies, with a slot that keeps its WAL.</summary>
/// <remarks>
/// The backup and the temporary slot belong to the connection: if PgHa dies, the server ends both. See
/// <see href="https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP">Making a Base Backup Using
/// the Low Level API</see>.
/// </remarks>
internal sealed class LiveBackup : IAsyncDisposable
{
    // The checkpoint of a spread start takes up to checkpoint_timeout, which is a day at most. Cancelling ends the wait.
    private static readonly TimeSpan LongestCheckpoint = TimeSpan.FromDays(1);

    // How soon a server that stopped or was promoted is noticed.
    private static readonly TimeSpan Pulse = TimeSpan.FromSeconds(1);

    private readonly ServerSession _session;
    private readonly TimeSpan _timeout;
    private bool _isStandby;

    private LiveBackup(ServerSession session, TimeSpan timeout) => (_session, _timeout) = (session, timeout);

    /// <summary>The server.</summary>
    private PgInstance Source => _session.Instance;

    /// <summary>Connects and makes the slot; <see langword="null"/> if it cannot be made, or is not in the directory.</summary>
    /// <param name="context">Log and timeouts.</param>
    /// <param name="source">The server.</param>
    /// <param name="host">Where its files are to be.</param>
    /// <param name="directory">Its data directory.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<LiveBackup?> TryOpenAsync(
        EngineContext context, PgInstance source, IHost host, string directory, CancellationToken cancellationToken)
    {
        EngineContext patient = new(context.Log) { Timeout = LongestCheckpoint, ConnectTimeout = context.ConnectTimeout };
        ServerSession session = await ServerSession.OpenAsync(patient, source, cancellationToken).ConfigureAwait(false);
        bool isKept = false;
        try
        {
            string slot = $"pgha_copy_{Convert.ToHexString(RandomNumberGenerator.GetBytes(8)).ToLowerInvariant()}";
            await session.ExecuteAsync(
                "select pg_create_physical_replication_slot($1, true, true)", cancellationToken, slot).ConfigureAwait(false);
            // A standby on another machine has the same path and the same system identifier. It does not have this slot.
            isKept = await host.StatAsync(
                HostPath.Combine(directory, "pg_replslot", slot), cancellationToken).ConfigureAwait(false) is { IsDirectory: true };
            if (!isKept)
                context.Log.Step($"'{directory}' is not the data directory of {source}");
            return isKept ? new LiveBackup(session, context.Timeout) : null;
        }
        catch (PgHaException e) when (e.ErrorId is ErrorIds.StatementFailed or ErrorIds.InsufficientPrivilege)
        {
            context.Log.Step($"{source} makes no temporary slot: {e.Message}");
            return null;
        }
        finally
        {
            if (!isKept)
                await session.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Begins the backup. From now on the WAL has each page that is changed as a whole, so replay repairs torn copies.</summary>
    public async Task StartAsync(string label, BackupCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        _isStandby = await IsStandbyAsync(cancellationToken).ConfigureAwait(false);
        string statement = $"select {_session.Dialect.BackupStartCall}";
        await GuardedAsync(() => _session.ExecuteAsync(
            statement, cancellationToken, label, checkpoint == BackupCheckpoint.Fast)).ConfigureAwait(false);
    }

    /// <summary>The tablespaces outside the data directory.</summary>
    public Task<IReadOnlyList<(string Oid, string Location)>> TablespacesAsync(CancellationToken cancellationToken) =>
        Tablespaces.LocationsAsync(_session, cancellationToken);

    /// <summary>Does some work, and ends it as soon as the server is gone or was promoted.</summary>
    public async Task WhileItLastsAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var working = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var done = new CancellationTokenSource();
        Task watching = WatchAsync(done.Token, cancellationToken);
        Task worked = work(working.Token);
        if (await Task.WhenAny(worked, watching).ConfigureAwait(false) == watching)
        {
            await working.CancelAsync().ConfigureAwait(false);
            await worked.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await watching.ConfigureAwait(false);
        }

        await done.CancelAsync().ConfigureAwait(false);
        await watching.ConfigureAwait(false);
        await worked.ConfigureAwait(false);
    }

    /// <summary>Ends the backup.</summary>
    /// <returns>Where its WAL ends, and the content of <c>backup_label</c>.</returns>
    public async Task<(Lsn End, string Label)> StopAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<(Lsn, string)> rows = await AnswerAsync(token => _session.QueryAsync(
            $"select lsn::text as lsn, labelfile from {_session.Dialect.BackupStopCall}",
            row => (row.Lsn("lsn")!.Value, row.Text("labelfile")!),
            token), cancellationToken).ConfigureAwait(false);
        return rows[0];
    }

    /// <summary>Drops the slot.</summary>
    public ValueTask DisposeAsync() => _session.DisposeAsync();

    private async Task WatchAsync(CancellationToken done, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Pulse, done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // The last query has an answer before the backup is ended over the same connection.
            if (done.IsCancellationRequested || cancellationToken.IsCancellationRequested)
                return;
            if (await AnswerAsync(IsStandbyAsync, cancellationToken).ConfigureAwait(false) != _isStandby)
                throw Failure(ErrorIds.BaseBackupFailed, "it was promoted while it was copied", "Clone it again.");
        }
    }

    private Task<bool> IsStandbyAsync(CancellationToken cancellationToken) =>
        _session.ScalarAsync<bool>("select pg_is_in_recovery()", cancellationToken);

    // The session itself is as patient as the checkpoint takes. A server that hangs would hold up everything else as long.
    private async Task<T> AnswerAsync<T>(Func<CancellationToken, Task<T>> statement, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_timeout);
        try
        {
            return await GuardedAsync(() => statement(deadline.Token)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failure(
                ErrorIds.OperationTimeout, FormattableString.Invariant($"it gave no answer within {_timeout.TotalSeconds:0} s"),
                "See whether the source hangs, and its log (Get-PgServerLog); then try again.");
        }
    }

    private async Task<T> GuardedAsync<T>(Func<Task<T>> statement)
    {
        try
        {
            return await statement().ConfigureAwait(false);
        }
        catch (PgHaException e) when (e.SqlState() is "57P01" or "57P02" or "57P03" || e.ErrorId == ErrorIds.ConnectionLost)
        {
            throw Failure(
                ErrorIds.ConnectionLost, e.ServerText(),
                "See whether the source still runs, and its log (Get-PgServerLog); then try again.");
        }
        catch (PgHaException e) when (e.ErrorId == ErrorIds.StatementFailed)
        {
            throw Failure(
                ErrorIds.BaseBackupFailed, e.ServerText(), e.Advice ?? "Look at the source's log (Get-PgServerLog).");
        }
    }

    private PgHaException Failure(string id, string said, string advice) => new(
        id, PgHaErrorKind.OperationFailed, $"The base backup of {Source} failed: {said.TrimEnd('.')}.",
        $"{advice} Nothing of the copy was left behind.", Source.ToString());
}
