using PgHa.Engine.Replication;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Operation;

/// <summary>Changes what the commits of a primary wait for while a standby goes or comes, so that none waits longer than it must.</summary>
internal sealed class CommitWaits
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    private readonly EngineContext _context;
    private readonly PgInstance _primary;

    /// <summary>For the commits of a primary.</summary>
    public CommitWaits(EngineContext context, PgInstance primary) => (_context, _primary) = (context, primary);

    /// <summary>What the primary says of itself.</summary>
    public Task<ReplicationStatus> ReadAsync(CancellationToken cancellationToken) => ReplicationStatusReader.ReadOneAsync(_context, _primary, cancellationToken);

    /// <summary>Sets what commits wait for, and returns when the WAL senders have taken it over.</summary>
    /// <exception cref="PgHaException"><c>SyncStandbysNotEffective</c>: they did not, and the old setting has been put back.</exception>
    public async Task SetAsync(SynchronousStandbyNames? names, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(_context, _primary, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            string text = names?.ToString(session.Dialect) ?? "";
            await SyncSettings.ChangeAsync(
                _context, session, new Dictionary<string, string> { [SyncSettings.Names] = text }, now => IsEffective(now, names), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Lets commits go that waited for a standby which is being stopped, as soon as the primary has lost it.</summary>
    /// <param name="applicationName">The standby.</param>
    /// <param name="stopping">Its stop, which ends this too.</param>
    public async Task LetGoOfAsync(string applicationName, Task stopping)
    {
        ServerSession session = await ServerSession.OpenAsync(_context, _primary, CancellationToken.None).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            while (await IsConnectedAsync(session, applicationName).ConfigureAwait(false) && !stopping.IsCompleted)
                await Task.Delay(Look, CancellationToken.None).ConfigureAwait(false);
            await SyncSettings.LetCommitsGoAsync(session, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static Task<bool> IsConnectedAsync(ServerSession session, string applicationName) => session.ScalarAsync<bool>(
        "select exists (select from pg_stat_replication where lower(application_name) = lower($1))", CancellationToken.None, applicationName);

    private static bool IsEffective(ReplicationStatus now, SynchronousStandbyNames? names) =>
        Equals(now.SynchronousStandbyNames, names)
        && (names is null
            ? now.Standbys.All(standby => standby.SyncState == SyncState.Async)
            : now.Standbys.Count(standby => standby.IsSynchronous == true) >= names.Count);
}
