using PgHa.Engine.Access;
using PgHa.Engine.Archiving;
using PgHa.Engine.Instances;
using PgHa.Engine.Recovery;
using PgHa.Engine.Replication;
using PgHa.Engine.Servers;
using PgHa.Engine.Settings;

namespace PgHa.Engine.Cluster;

/// <summary>The work that heals a single drift of a node and changes nothing else.</summary>
internal sealed class SyncWork
{
    private readonly EngineContext _context;
    private readonly ClusterDefinition _definition;
    private readonly ClusterSyncOptions _options;
    private readonly IReadOnlyList<ClusterNode> _nodes;
    private readonly ClusterNode _primary;
    private readonly string? _password;
    private readonly NodeWork _work;

    public SyncWork(
        EngineContext context, ClusterDefinition definition, ClusterSyncOptions options, IReadOnlyList<ClusterNode> nodes,
        ClusterNode primary, string? password)
    {
        _context = context;
        _definition = definition;
        _options = options;
        _nodes = nodes;
        _primary = primary;
        _password = password;
        _work = new NodeWork(context, definition);
    }

    public Task StartAsync(ClusterNode node, CancellationToken cancellationToken) => _work.StartAsync(node, cancellationToken);

    public async Task RestartAsync(ClusterNode node, CancellationToken cancellationToken) =>
        node.Instance = await new InstanceControl(_context).RestartAsync(
            node.Instance, StopMode.Fast, cancellationToken).ConfigureAwait(false);

    public Task AwaitRoomAsync(ClusterNode standby, CancellationToken cancellationToken) =>
        StandbyRoom.AwaitAsync(_context, standby.Instance, _context.Timeout, cancellationToken);

    public async Task CreateRolesAsync(CancellationToken cancellationToken)
    {
        foreach (RoleDefinition role in _definition.Roles)
        {
            await Roles.EnsureAsync(
                _context, _primary.Instance, role, _options.Passwords.GetValueOrDefault(role.Name),
                cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task CreateTablespacesAsync(CancellationToken cancellationToken)
    {
        foreach ((string name, string directory) in _primary.Definition.Tablespaces)
            await Tablespaces.EnsureAsync(_context, _primary.Instance, name, directory, cancellationToken).ConfigureAwait(false);
    }

    public Task CreateSlotsAsync(ClusterNode node, CancellationToken cancellationToken) => _work.CreateSlotsAsync(node, cancellationToken);

    public Task RemoveSlotAsync(ClusterNode node, string name, CancellationToken cancellationToken) =>
        ReplicationSlots.RemoveAsync(_context, node.Instance, name, endConsumer: false, cancellationToken);

    public Task AddRulesAsync(ClusterNode node, IReadOnlyList<string> rules, CancellationToken cancellationToken) =>
        _work.AddRulesAsync(node, [.. rules.Select(HbaRule.Parse)], cancellationToken);

    /// <summary>Sets those settings of a node that differ.</summary>
    public async Task SetAsync(ClusterNode node, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        Dictionary<string, string?> wanted = new(NodeConfiguration.Settings(_definition, node.Definition), StringComparer.OrdinalIgnoreCase)
        {
            ["port"] = node.Definition.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        await new SettingStore(_context).SetAsync(
            node.Instance, names.ToDictionary(name => name, name => wanted.GetValueOrDefault(name)), NodeWork.Confirmed,
            cancellationToken).ConfigureAwait(false);
    }

    public Task ArchiveAsync(ClusterNode node, CancellationToken cancellationToken) => node.Definition.ArchiveDirectory is { } directory
        ? new ArchiveControl(_context).EnableAsync(
            node.Instance, new ArchiveOptions { ArchiveDirectory = directory, Mode = node.Definition.ArchiveMode }, NodeWork.Confirmed,
            cancellationToken)
        : new ArchiveControl(_context).DisableAsync(node.Instance, pause: false, NodeWork.Confirmed, cancellationToken);

    /// <summary>Sets where a standby's WAL comes from, as far as that differs.</summary>
    public async Task RecoverAsync(ClusterNode standby, IReadOnlyList<DriftKind> kinds, CancellationToken cancellationToken)
    {
        NodeDefinition node = standby.Definition;
        ClusterNode? upstream = kinds.Any(kind => kind is DriftKind.NodeKind or DriftKind.Upstream or DriftKind.SlotName)
            ? Find(node.Upstream)
            : null;
        string? archive = NodeConfiguration.RestoreDirectory(_definition, node);
        Dictionary<string, string?> gone = [];
        if (kinds.Contains(DriftKind.RestoreFrom) && archive is null)
            gone[RecoveryEntries.RestoreCommand] = null;
        if (kinds.Contains(DriftKind.NodeKind) && node.Upstream is null)
            gone[RecoveryEntries.PrimaryConninfo] = gone[RecoveryEntries.PrimarySlotName] = null;
        await new RecoverySettings(_context).SetAsync(
            standby.Instance,
            new RecoveryOptions
            {
                Upstream = upstream?.Instance,
                Login = upstream?.Instance.WithLogin(_definition.ReplicationRole, _password),
                ApplicationName = upstream is null ? null : node.ApplicationName,
                SlotName = upstream is null ? null : node.SlotName,
                RestoreFrom = archive is not null && (kinds.Contains(DriftKind.RestoreFrom) || kinds.Contains(DriftKind.NodeKind))
                    ? FileArchive.At(archive)
                    : null,
                ApplyDelay = kinds.Contains(DriftKind.ApplyDelay) ? node.ApplyDelay : null,
                HotStandby = kinds.Contains(DriftKind.HotStandby) ? node.HotStandby : null,
                SyncReplicationSlots = kinds.Contains(DriftKind.SlotSynchronization) ? node.SyncReplicationSlots : null,
                SkipChecks = true,
            },
            cancellationToken).ConfigureAwait(false);
        if (gone.Count > 0)
            await new SettingStore(_context).SetAsync(standby.Instance, gone, NodeWork.Confirmed, cancellationToken).ConfigureAwait(false);
    }

    public Task CloneAsync(ClusterNode node, CancellationToken cancellationToken) => Standbys.CloneAsync([node], cancellationToken);

    public Task ConfigureAsync(ClusterNode node, CancellationToken cancellationToken) =>
        Standbys.ConfigureAsync(node, Find(node.Definition.Upstream), cancellationToken);

    public Task WaitAsync(ClusterNode standby, CancellationToken cancellationToken) =>
        AwaitAsync(Find(standby.Definition.Upstream)!, [standby.Definition.ApplicationName], cancellationToken);

    public Task AwaitAsync(ClusterNode upstream, IReadOnlyCollection<string> applicationNames, CancellationToken cancellationToken) =>
        StreamingWait.UntilStreamingAsync(_context, upstream.Instance, applicationNames, cancellationToken);

    /// <summary>Makes commits wait for exactly the standbys of the definition. It refuses if the commits would hang.</summary>
    public async Task SynchronizeAsync(CancellationToken cancellationToken)
    {
        if (_definition.SynchronousStandbyNames is not { } names)
        {
            await SynchronousReplication.DisableAsync(_context, _primary.Instance, [], cancellationToken).ConfigureAwait(false);
            return;
        }

        await SynchronousReplication.ReplaceAsync(
            _context, _primary.Instance, names, _definition.SynchronousCommit, cancellationToken).ConfigureAwait(false);
    }

    // A new object for each call costs little: it holds only its arguments.
    private StandbyWork Standbys => new(
        _context, _definition, new ClusterBuildOptions { Passwords = _options.Passwords, ServerUser = _options.ServerUser }, _primary,
        _password ?? throw NoPassword());

    private ClusterNode? Find(string? name) => _nodes.FirstOrDefault(node => node.Definition.Name == name);

    private PgHaException NoPassword() => new(
        ErrorIds.ReplicationPasswordUnknown, PgHaErrorKind.InvalidArgument,
        $"No standby's password file has the password of role '{_definition.ReplicationRole}', which a new standby needs.",
        "Give it with -RoleCredential.", _primary.Definition.Name);
}
