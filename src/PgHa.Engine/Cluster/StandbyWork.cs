using PgHa.Engine.Cloning;
using PgHa.Engine.Recovery;
using PgHa.Engine.Replication;

namespace PgHa.Engine.Cluster;

/// <summary>The work on a cluster's standbys.</summary>
internal sealed class StandbyWork
{
    private readonly EngineContext _context;
    private readonly ClusterDefinition _definition;
    private readonly ClusterBuildOptions _options;
    private readonly ClusterNode _primary;
    private readonly string _password;
    private readonly NodeWork _work;

    public StandbyWork(
        EngineContext context, ClusterDefinition definition, ClusterBuildOptions options, ClusterNode primary, string password)
    {
        _context = context;
        _definition = definition;
        _options = options;
        _primary = primary;
        _password = password;
        _work = new NodeWork(context, definition);
    }

    /// <summary>Makes clones of the primary from one base backup.</summary>
    public async Task CloneAsync(IReadOnlyList<ClusterNode> clones, CancellationToken cancellationToken)
    {
        await Task.WhenAll(
            clones.Select(clone => _work.WaitForAbandonedAsync(clone, _options.ServerUser, cancellationToken))).ConfigureAwait(false);
        var backup = new BaseBackup(_context);
        IReadOnlyList<BaseBackupPlan> plans = await backup.PlanAllAsync(
            [.. clones.Select(CloneOptions)], cancellationToken).ConfigureAwait(false);
        await backup.ApplyAllAsync(plans, cancellationToken).ConfigureAwait(false);
        foreach ((ClusterNode clone, BaseBackupPlan plan) in clones.Zip(plans))
            clone.Instance = plan.Instance;
    }

    /// <summary>Makes clones of a node that has never been started by copying its files.</summary>
    public async Task CopyAsync(ClusterNode source, IReadOnlyList<ClusterNode> clones, CancellationToken cancellationToken)
    {
        await Task.WhenAll(
            clones.Select(clone => _work.WaitForAbandonedAsync(clone, _options.ServerUser, cancellationToken))).ConfigureAwait(false);
        IReadOnlyList<PgInstance> made = await new FileSystemBackup(_context).CloneAllAsync(
            [.. clones.Select(clone => CloneOptions(clone) with { Source = source.Instance })], cancellationToken).ConfigureAwait(false);
        foreach ((ClusterNode clone, PgInstance instance) in clones.Zip(made))
            clone.Instance = instance;
    }

    /// <summary>Configures where the standby's WAL comes from, and sets the standby's settings.</summary>
    public async Task ConfigureAsync(ClusterNode standby, ClusterNode? upstream, CancellationToken cancellationToken)
    {
        NodeDefinition node = standby.Definition;
        // No checks here: the upstream may not run yet. A separate step proves that the standby streams.
        await new RecoverySettings(_context).SetAsync(
            standby.Instance,
            new RecoveryOptions
            {
                Upstream = upstream?.Instance,
                Login = upstream?.Instance.WithLogin(_definition.ReplicationRole, _password),
                ApplicationName = upstream is null ? null : node.ApplicationName,
                SlotName = node.SlotName,
                RestoreFrom = NodeConfiguration.RestoreDirectory(_definition, node) is { } archive ? FileArchive.At(archive) : null,
                ApplyDelay = node.ApplyDelay > TimeSpan.Zero ? node.ApplyDelay : null,
                HotStandby = node.HotStandby ? null : false,
                SyncReplicationSlots = node.SyncReplicationSlots ? true : null,
                SkipChecks = true,
            },
            cancellationToken).ConfigureAwait(false);
        await _work.ConfigureAsync(standby, cancellationToken).ConfigureAwait(false);
        await _work.AddRulesAsync(standby, NodeConfiguration.Rules(_definition, node), cancellationToken).ConfigureAwait(false);
    }

    public Task StartAsync(ClusterNode standby, CancellationToken cancellationToken) => _work.StartAsync(standby, cancellationToken);

    public Task CreateSlotsAsync(ClusterNode standby, CancellationToken cancellationToken) =>
        _work.CreateSlotsAsync(standby, cancellationToken);

    /// <summary>Waits until a node's standbys stream from it.</summary>
    public Task WaitAsync(ClusterNode upstream, IReadOnlyCollection<string> applicationNames, CancellationToken cancellationToken) =>
        StreamingWait.UntilStreamingAsync(_context, upstream.Instance, applicationNames, cancellationToken);

    private BaseBackupOptions CloneOptions(ClusterNode clone)
    {
        NodeDefinition node = clone.Definition;
        return new BaseBackupOptions
        {
            Source = _primary.Instance,
            // The primary's own login is that of its machine's users.
            Login = node.Machine == _primary.Instance.Machine
                ? null
                : _primary.Instance.WithLogin(_definition.ReplicationRole, _password),
            Name = node.Name,
            Machine = node.Machine,
            DataDirectory = node.DataDirectory,
            Port = node.Port,
            HostName = node.Host,
            TablespaceMapping = _primary.Definition.Tablespaces
                .Where(space => node.Tablespaces.ContainsKey(space.Key))
                .ToDictionary(space => space.Value, space => node.Tablespaces[space.Key]),
            ServerUser = _options.ServerUser,
            NoSync = _options.NoSync,
        };
    }
}
