using PgHa.Engine.Replication;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Maintenance;

/// <summary>
/// Changes which standbys the commits of a primary wait for when a standby stops or comes back, so that no commit waits longer than
/// necessary.
/// </summary>
internal sealed class CommitWaits
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    private readonly EngineContext _context;
    private readonly PgInstance _primary;

    /// <summary>For the commits of a primary.</summary>
    public CommitWaits(EngineContext context, PgInstance primary) => (_context, _primary) = (context, primary);

    /// <summary>The replication status of the primary.</summary>
    public Task<ReplicationStatus> ReadAsync(CancellationToken cancellationToken) =>
        ReplicationStatusReader.ReadOneAsync(_context, _primary, cancellationToken);

    /// <summary>Sets which standbys commits wait for, and returns when the WAL senders use the new setting.</summary>
    /// <exception cref="PgHaException">
    /// <c>SyncStandbysNotEffective</c>: the WAL senders did not take the setting over; the old setting has been put back.
    /// </exception>
    public async Task SetAsync(SynchronousStandbyNames? names, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(_context, _primary, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            string text = names?.ToString(session.Dialect) ?? "";
            await SyncSettings.ChangeAsync(
                _context, session, new Dictionary<string, string> { [SyncSettings.Names] = text }, now => IsEffective(now, names),
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Releases the commits that wait for a standby which is being stopped, as soon as the standby has disconnected from the primary.
    /// </summary>
    /// <param name="applicationName">The standby.</param>
    /// <param name="stopping">The stop of the standby; once it is complete, nothing is waited for any more.</param>
    public async Task LetGoOfAsync(string applicationName, Task stopping)
    {
        ServerSession session = await ServerSession.OpenAsync(_context, _primary, CancellationToken.None).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            await Poll.TryUntilAsync(
                async () => !await IsConnectedAsync(session, applicationName).ConfigureAwait(false) || stopping.IsCompleted,
                Look, Deadline.In(_context.Timeout), CancellationToken.None).ConfigureAwait(false);
            await SyncSettings.LetCommitsGoAsync(session, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static Task<bool> IsConnectedAsync(ServerSession session, string applicationName) => session.ScalarAsync<bool>(
        "select exists (select from pg_stat_replication where lower(application_name) = lower($1))",
        CancellationToken.None, applicationName);

    private static bool IsEffective(ReplicationStatus now, SynchronousStandbyNames? names) =>
        Equals(now.SynchronousStandbyNames, names)
        && (names is null
            ? now.Standbys.All(standby => standby.SyncState == SyncState.Async)
            : now.Standbys.Count(standby => standby.IsSynchronous == true) >= names.Count);
}
