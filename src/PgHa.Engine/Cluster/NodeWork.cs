using PgHa.Engine.Access;
using PgHa.Engine.Archiving;
using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.Replication;
using PgHa.Engine.Settings;

namespace PgHa.Engine.Cluster;

/// <summary>The work on a node of any kind. Each method changes nothing if the node is as wanted already.</summary>
internal sealed class NodeWork
{
    private readonly EngineContext _context;
    private readonly ClusterDefinition _definition;

    public NodeWork(EngineContext context, ClusterDefinition definition)
    {
        _context = context;
        _definition = definition;
    }

    /// <summary>Says yes: the whole plan was confirmed before the first step.</summary>
    public static Task<bool> Confirmed(string plan) => Task.FromResult(true);

    /// <summary>Gives a node its settings and its archive.</summary>
    public async Task ConfigureAsync(ClusterNode node, CancellationToken cancellationToken)
    {
        NodeDefinition definition = node.Definition;
        IReadOnlyDictionary<string, string?> settings = NodeConfiguration.Settings(_definition, definition);
        // A new clone has the primary's files, and with them all settings that the two have in common, except those that a
        // clone drops.
        bool hasThemAlready = node is { State: NodeState.Absent, Definition.Kind: not NodeKind.Primary, Instance.Version: { } version }
            && definition.Settings.Count == 0 && _definition.Primary.Settings.Count == 0
            && !settings.Keys.Any(name => InheritedSettings.IsDropped(name, ServerDialect.For(version)));
        if (settings.Count > 0 && !hasThemAlready)
            await new SettingStore(_context).SetAsync(node.Instance, settings, Confirmed, cancellationToken).ConfigureAwait(false);
        if (definition.ArchiveDirectory is { } directory)
        {
            ArchiveOptions options = new() { ArchiveDirectory = directory, Mode = definition.ArchiveMode };
            await new ArchiveControl(_context).EnableAsync(node.Instance, options, Confirmed, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Makes sure that a node's <c>pg_hba.conf</c> has the rules.</summary>
    public async Task AddRulesAsync(ClusterNode node, IReadOnlyList<HbaRule> rules, CancellationToken cancellationToken)
    {
        if (rules.Count > 0)
            await new HbaRules(_context).AddAsync(node.Instance, rules, Confirmed, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the slots of a node. They keep the WAL from now on, which the clones that will use them need.</summary>
    public async Task CreateSlotsAsync(ClusterNode node, CancellationToken cancellationToken)
    {
        foreach (SlotDefinition slot in NodeConfiguration.SlotsOn(_definition, node.Definition))
        {
            if (slot.Plugin is { } plugin)
            {
                LogicalSlotOptions options = new(slot.Name, plugin, slot.Database ?? node.Instance.Database) { Failover = slot.Failover };
                await LogicalSlots.CreateAsync(_context, node.Instance, options, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await ReplicationSlots.CreatePhysicalAsync(
                    _context, node.Instance, slot.Name, reserveWal: true, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Starts a node's server.</summary>
    public async Task StartAsync(ClusterNode node, CancellationToken cancellationToken) =>
        node.Instance = await new InstanceControl(_context).StartAsync(node.Instance, cancellationToken).ConfigureAwait(false);

    /// <summary>Waits for the end of a program that is still making this node, because an earlier run was killed.</summary>
    public async Task WaitForAbandonedAsync(ClusterNode node, string? serverUser, CancellationToken cancellationToken)
    {
        string directory = node.Definition.DataDirectory;
        IHost host = await _context.MachineOf(node.Definition.Machine).HostForDirectoryAsync(
            directory, serverUser, cancellationToken).ConfigureAwait(false);
        await AbandonedWork.WaitForEndAsync(_context, host, directory, cancellationToken).ConfigureAwait(false);
    }
}
