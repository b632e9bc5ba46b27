using PgHa.Engine.Access;
using PgHa.Engine.Archiving;
using PgHa.Engine.Instances.Control;
using PgHa.Engine.Recovery;
using PgHa.Engine.Servers;
using PgHa.Engine.Settings;
using PgHa.Engine.Wal;

namespace PgHa.Engine.Cluster;

/// <summary>Reads the details of all members of a cluster, of several members at the same time.</summary>
public sealed class ClusterObserver
{
    // Each member takes a few connections one after the other; this many members keep two cores busy.
    private const int Parallelism = 8;

    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public ClusterObserver(EngineContext context) => _context = context;

    /// <summary>
    /// Reads each member's settings, rules, recovery configuration, WAL and facts. An item that cannot be read is left out, and
    /// the log says why.
    /// </summary>
    public async Task<ClusterObservation> ObserveAsync(PgCluster cluster, CancellationToken cancellationToken)
    {
        using var places = new SemaphoreSlim(Parallelism);
        return new ClusterObservation(cluster, await Task.WhenAll(cluster.Members.Select(InTurnAsync)).ConfigureAwait(false));

        async Task<MemberObservation> InTurnAsync(PgClusterMember member)
        {
            await places.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await LookAsync(member, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                places.Release();
            }
        }
    }

    private async Task<MemberObservation> LookAsync(PgClusterMember member, CancellationToken cancellationToken)
    {
        var seen = new MemberObservation(member);
        if (member.Server is not { } server)
            return seen;
        bool answersSql = member.Status is { State: ServerState.Running };
        seen = seen with { HasDataDirectory = await ServerFiles.AreThereAsync(_context, server, cancellationToken).ConfigureAwait(false) };
        bool hasFiles = seen.HasDataDirectory == true;
        // Without an answer or files there is only the address, where another server may listen.
        if (!answersSql && !hasFiles)
            return seen;
        seen = seen with
        {
            Settings = await TryAsync(
                server, "settings", () => new SettingStore(_context).GetAsync(server, [], cancellationToken)).ConfigureAwait(false),
            Hba = await TryAsync(
                server, "pg_hba.conf", () => new HbaRules(_context).GetAsync(server, cancellationToken)).ConfigureAwait(false),
        };
        if (hasFiles)
        {
            seen = seen with
            {
                Recovery = await TryAsync(
                    server, "recovery configuration",
                    () => new RecoverySettings(_context).GetAsync(server, cancellationToken)).ConfigureAwait(false),
                Service = await TryAsync(
                    server, "service", () => ServerControls.FactsAsync(_context, server, cancellationToken)).ConfigureAwait(false),
            };
        }

        return !answersSql ? seen : seen with
        {
            Pending = await TryAsync(
                server, "pending settings",
                () => PendingValues.ReadAsync(_context, server, seen.Settings ?? [], cancellationToken)).ConfigureAwait(false)
                ?? seen.Pending,
            Retention = await TryAsync(server, "WAL", () => RetentionAsync(server, cancellationToken)).ConfigureAwait(false),
            Facts = await TryAsync(server, "catalogs", () => FactsAsync(server, cancellationToken)).ConfigureAwait(false),
        };
    }

    private async Task<WalRetention> RetentionAsync(PgInstance server, CancellationToken cancellationToken)
    {
        WalRetention retention = await WalRetentionReader.ReadAsync(_context, server, cancellationToken).ConfigureAwait(false);
        return retention.Archive is not { } archive ? retention : retention with
        {
            Archive = await ToolArchiveStatus.CompleteAsync(_context, archive, cancellationToken).ConfigureAwait(false),
        };
    }

    private async Task<ServerFacts> FactsAsync(PgInstance server, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(_context, server, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
            return await ServerFactsReader.ReadAsync(session, cancellationToken).ConfigureAwait(false);
    }

    private async Task<T?> TryAsync<T>(PgInstance server, string what, Func<Task<T>> read)
        where T : class
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception e) when (e is PgHaException or MalformedTextException)
        {
            _context.Log.Step($"{server}: its {what} cannot be read: {e.Message}");
            return null;
        }
    }
}
