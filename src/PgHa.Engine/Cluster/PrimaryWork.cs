using PgHa.Engine.Access;
using PgHa.Engine.Instances;
using PgHa.Engine.Replication;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Cluster;

/// <summary>The work on a cluster's primary.</summary>
internal sealed class PrimaryWork
{
    private readonly EngineContext _context;
    private readonly ClusterDefinition _definition;
    private readonly ClusterBuildOptions _options;
    private readonly ClusterNode _primary;
    private readonly string _password;
    private readonly NodeWork _work;

    public PrimaryWork(
        EngineContext context, ClusterDefinition definition, ClusterBuildOptions options, ClusterNode primary, string password)
    {
        _context = context;
        _definition = definition;
        _options = options;
        _primary = primary;
        _password = password;
        _work = new NodeWork(context, definition);
    }

    /// <summary>The roles, in words.</summary>
    public string RolesText
    {
        get
        {
            string[] roles = [_definition.ReplicationRole, .. _definition.Roles.Select(role => role.Name)];
            return $"{Plural.Of(roles.Length, "role", "roles")} {string.Join(", ", roles)}";
        }
    }

    /// <summary>The tablespaces and slots, in words; <see langword="null"/> if there are none.</summary>
    public string? StorageText
    {
        get
        {
            List<string> parts = [];
            if (_primary.Definition.Tablespaces.Count > 0)
                parts.Add($"tablespaces {string.Join(", ", _primary.Definition.Tablespaces.Keys)}");
            if (NodeConfiguration.SlotsOn(_definition, _primary.Definition) is { Count: > 0 } slots)
                parts.Add(NodeConfiguration.SlotText(slots));
            return parts.Count == 0 ? null : string.Join("; ", parts);
        }
    }

    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        await _work.WaitForAbandonedAsync(_primary, _options.ServerUser, cancellationToken).ConfigureAwait(false);
        NodeDefinition node = _primary.Definition;
        _primary.Instance = await new InstanceInitializer(_context).CreateAsync(
            new NewInstanceOptions
            {
                Name = node.Name,
                Machine = node.Machine,
                DataDirectory = node.DataDirectory,
                Port = node.Port,
                HostName = node.Host,
                BinDirectory = _primary.Instance.BinDirectory,
                ServerUser = _options.ServerUser,
                NoSync = _options.NoSync,
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async Task ConfigureAsync(CancellationToken cancellationToken)
    {
        await _work.ConfigureAsync(_primary, cancellationToken).ConfigureAwait(false);
        ServerDialect dialect = _primary.Instance.RequireDialect();
        await _work.AddRulesAsync(
            _primary,
            [.. ReplicationRoles.Rules(RoleOptions, dialect), .. NodeConfiguration.Rules(_definition, _primary.Definition)],
            cancellationToken).ConfigureAwait(false);
    }

    public Task StartAsync(CancellationToken cancellationToken) => _work.StartAsync(_primary, cancellationToken);

    /// <summary>Makes the roles. Only standbys and clients need them, so the clones can be made in the meantime.</summary>
    public async Task CreateRolesAsync(CancellationToken cancellationToken)
    {
        await new ReplicationRoles(_context).EnsureAsync(
            _primary.Instance, RoleOptions, NodeWork.Confirmed, cancellationToken).ConfigureAwait(false);
        foreach (RoleDefinition role in _definition.Roles)
        {
            await Roles.EnsureAsync(
                _context, _primary.Instance, role, _options.Passwords.GetValueOrDefault(role.Name),
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Makes what a clone needs on the primary: the tablespaces that it copies, and the slots that keep WAL for it.
    /// </summary>
    public async Task CreateStorageAsync(CancellationToken cancellationToken)
    {
        foreach ((string name, string directory) in _primary.Definition.Tablespaces)
            await Tablespaces.EnsureAsync(_context, _primary.Instance, name, directory, cancellationToken).ConfigureAwait(false);
        await _work.CreateSlotsAsync(_primary, cancellationToken).ConfigureAwait(false);
    }

    public Task SynchronizeAsync(CancellationToken cancellationToken)
    {
        SynchronousStandbyNames names = _definition.SynchronousStandbyNames!;
        return SynchronousReplication.EnableAsync(
            _context, _primary.Instance,
            new SyncStandbyRequest(names.Names) { Method = names.Method, Count = names.Count, CommitLevel = _definition.SynchronousCommit },
            cancellationToken);
    }

    private ReplicationRoleOptions RoleOptions => new()
    {
        Name = _definition.ReplicationRole,
        Password = _password,
        Addresses = NodeConfiguration.Addresses(_definition),
    };
}
