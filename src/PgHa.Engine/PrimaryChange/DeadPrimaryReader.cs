using PgHa.Engine.Replication;
using PgHa.Engine.Settings;
using PgHa.Engine.Wal;

namespace PgHa.Engine.PrimaryChange;

/// <summary>Reads from the files of a dead primary, or else from the cluster's definition, what a failover has to know of it.</summary>
internal sealed class DeadPrimaryReader
{
    private const string SyncNames = "synchronous_standby_names";

    private readonly EngineContext _context;

    public DeadPrimaryReader(EngineContext context) => _context = context;

    /// <summary>Reads what the failover has to know.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="old">The dead primary; <see langword="null"/> if it is no member.</param>
    /// <param name="isReachable">Whether its files are on this machine.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<DeadPrimary> ReadAsync(
        PgCluster cluster, PgClusterMember? old, bool isReachable, CancellationToken cancellationToken)
    {
        string name = old?.Name ?? "the primary";
        if (!isReachable)
        {
            ClusterDefinition? definition = cluster.Definition;
            return new DeadPrimary(
                name, definition?.SynchronousStandbyNames, definition is null ? null : definition.SynchronousCommit ?? CommitLevel.On, null,
                Archived: definition?.Find(name) is { } node ? node.ArchiveDirectory is not null : null,
                AnswersAsStandby: DeadPrimary.IsAmongStandbys(cluster), AreNamesKnown: definition is not null);
        }

        // Nobody can write until the failover is through, so these are read side by side.
        PgInstance server = old!.Server!;
        // A setting that no file sets has its default, so the server's program need not be asked for it.
        Task<IReadOnlyList<PgSetting>> settings = new SettingStore(_context).GetAsync(server, [], cancellationToken);
        Task<WalEnd?> end = EndOfWal.FindAsync(_context, server, cancellationToken);
        Task<IReadOnlyList<string>?> slots = LogicalSlotsAsync(server, cancellationToken);
        await Task.WhenAll(settings, end, slots).ConfigureAwait(false);
        string? Value(string setting) => settings.Result.FirstOrDefault(one => one.Name == setting)?.Value;
        return new DeadPrimary(
            name,
            SynchronousStandbyNames.Parse(Value(SyncNames) ?? ""),
            Value("synchronous_commit") is { Length: > 0 } level ? CommitLevels.Parse(level) : CommitLevel.On,
            end.Result,
            Archived: Value("archive_mode") is { Length: > 0 } mode && mode != "off")
        {
            StandbySlots = Value("synchronized_standby_slots"),
            LogicalSlots = slots.Result,
        };
    }

    private async Task<IReadOnlyList<string>?> LogicalSlotsAsync(PgInstance server, CancellationToken cancellationToken) =>
        await SlotFiles.LogicalAsync(
            await _context.HostOfAsync(server, cancellationToken).ConfigureAwait(false), server.DataDirectory!,
            cancellationToken).ConfigureAwait(false);
}
