using System.Globalization;
using PgHa.Engine.Procedures;

namespace PgHa.Engine.Cluster;

/// <summary>Makes the steps that heal drifts. The steps of a node come after those of its upstream.</summary>
internal sealed class ClusterSyncSteps
{
    private static readonly IReadOnlyCollection<string> TransactionRoom = StandbyRequirement.Names;

    private static readonly DriftKind[] RecoveryKinds =
    [
        DriftKind.NodeKind, DriftKind.Upstream, DriftKind.SlotName, DriftKind.RestoreFrom, DriftKind.ApplyDelay, DriftKind.HotStandby,
        DriftKind.SlotSynchronization,
    ];

    private readonly ClusterObservation _observation;
    private readonly ClusterDefinition _definition;
    private readonly IReadOnlyList<ClusterDrift> _drifts;
    private readonly ClusterSyncOptions _options;
    private readonly IReadOnlyList<ClusterNode> _nodes;
    private readonly ClusterNode _primary;
    private readonly SyncWork _work;
    private readonly Procedure _procedure;
    private readonly List<ClusterDrift> _left = [];

    // The last step of each node so far. A node without steps is not in it.
    private readonly Dictionary<string, ProcedureStep> _last = [];

    public ClusterSyncSteps(
        EngineContext context, ClusterObservation observation, IReadOnlyList<ClusterDrift> drifts, ClusterSyncOptions options,
        IReadOnlyList<ClusterNode> nodes, string? password)
    {
        _observation = observation;
        _definition = observation.Cluster.Definition!;
        _drifts = drifts;
        _options = options;
        _nodes = nodes;
        _primary = nodes.Single(node => node.Definition == _definition.Primary);
        _work = new SyncWork(context, _definition, options, nodes, _primary, password);
        _procedure = new Procedure($"Synchronization of {_definition.Name}");
    }

    /// <summary>The whole plan.</summary>
    public ClusterSyncPlan Make()
    {
        Node(_primary, restart: false);
        foreach (ClusterNode standby in ClusterNode.StandbysFromTheTop(_nodes))
            Node(standby, restart: true);
        RestartPrimary();
        LowerOnStandbys();
        AwaitStandbys();
        SynchronizeCommits();
        RemoveOrphans();
        _left.AddRange(_drifts.Where(drift => drift.Kind == DriftKind.UnknownMember
            || drift is { Kind: DriftKind.NodeDown or DriftKind.Slot, Heal: null }
            || (drift.Kind == DriftKind.Tablespace && (drift.Actual is not null || drift.Node != _primary.Definition.Name))));
        return new ClusterSyncPlan(_procedure, _left);
    }

    private void Node(ClusterNode node, bool restart)
    {
        ClusterDrift[] drifts = [.. Of(node)];
        if (Has(drifts, DriftKind.NodeMissing))
        {
            Build(node);
            return;
        }

        if (node.State == NodeState.Stopped && Has(drifts, DriftKind.NodeDown))
            Add(node, "Start the server", token => _work.StartAsync(node, token));
        if (Has(drifts, DriftKind.Role))
            Add(node, $"Create {Names(drifts, DriftKind.Role)}", _work.CreateRolesAsync);
        if (drifts.Any(drift => drift is { Kind: DriftKind.Tablespace, Actual: null }) && node == _primary)
            Add(node, $"Create {Names(drifts, DriftKind.Tablespace)}", _work.CreateTablespacesAsync);
        ClusterDrift[] missing = [.. drifts.Where(drift => drift is { Kind: DriftKind.Slot, Heal: not null })];
        if (missing.Length > 0)
            Add(node, $"Create {Names(missing, DriftKind.Slot)}", token => _work.CreateSlotsAsync(node, token));
        if (Has(drifts, DriftKind.HbaRule))
        {
            Add(node, $"Add rules to pg_hba.conf: {string.Join("; ", What(drifts, DriftKind.HbaRule))}",
                token => _work.AddRulesAsync(node, [.. What(drifts, DriftKind.HbaRule)], token));
        }

        string[] settings = [.. What(drifts, DriftKind.Setting).Except(LoweredOnPrimary(node))];
        if (settings.Length > 0)
            Add(node, $"Set {string.Join(", ", settings)}", token => _work.SetAsync(node, settings, token));
        if (Has(drifts, DriftKind.Archive))
        {
            Add(node, node.Definition.ArchiveDirectory is { } directory ? $"Archive into '{directory}'" : "Archive no more",
                token => _work.ArchiveAsync(node, token));
        }

        DriftKind[] recovery = [.. drifts.Select(drift => drift.Kind).Intersect(RecoveryKinds)];
        if (recovery.Length > 0)
        {
            ProcedureStep? upstream = node.Definition.Upstream is { } name ? _last.GetValueOrDefault(name) : null;
            Add(
                node,
                $"Set {string.Join(", ", drifts
                    .Where(drift => RecoveryKinds.Contains(drift.Kind))
                    .Select(drift => $"{drift.What} to {drift.Expected ?? "none"}"))}",
                token => _work.RecoverAsync(node, recovery, token), upstream);
        }

        if (restart && !WaitsForPrimary(node) && drifts.Any(drift => drift.NeedsRestart && !LoweredOnPrimary(node).Contains(drift.What)))
            Add(node, "Restart the server", token => _work.RestartAsync(node, token));
        if (node.Definition.Upstream is not null && _last.ContainsKey(node.Definition.Name))
        {
            Add(node, $"Wait until it streams from {node.Definition.Upstream}",
                token => _work.WaitAsync(node, token), _last.GetValueOrDefault(node.Definition.Upstream));
        }
    }

    private void Build(ClusterNode node)
    {
        ProcedureStep? upstream = node.Definition.Upstream is { } name ? _last.GetValueOrDefault(name) : null;
        Add(node, $"Clone {_primary}", token => _work.CloneAsync(node, token), _last.GetValueOrDefault(_primary.Definition.Name));
        Add(node, $"Configure: {NodeConfiguration.Describe(_definition, node.Definition)}", token => _work.ConfigureAsync(node, token));
        Add(node, "Start the server", token => _work.StartAsync(node, token), upstream);
        if (NodeConfiguration.SlotsOn(_definition, node.Definition) is { Count: > 0 } slots)
            Add(node, $"Create {NodeConfiguration.SlotText(slots)}", token => _work.CreateSlotsAsync(node, token));
        if (node.Definition.Upstream is not null)
            Add(node, $"Wait until it streams from {node.Definition.Upstream}", token => _work.WaitAsync(node, token));
    }

    // After the standbys: a standby must not have lower values of max_connections and the like than the primary.
    private void RestartPrimary()
    {
        ClusterDrift[] waiting = [.. Of(_primary).Where(drift => drift.NeedsRestart)];
        if (waiting.Length == 0)
            return;
        if (_options.AllowPrimaryRestart)
            Add(_primary, "Restart the server", token => _work.RestartAsync(_primary, token), [.. _last.Values]);
        else
            _left.AddRange(waiting);
    }

    // A standby with lower values than the primary still has would not start.
    private string[] LoweredOnPrimary(ClusterNode node) => node == _primary ? [] :
    [
        .. Of(_primary).Where(drift => drift.Kind == DriftKind.Setting && TransactionRoom.Contains(drift.What)
            && int.TryParse(drift.Expected, CultureInfo.InvariantCulture, out int wanted)
            && int.TryParse(drift.Actual, CultureInfo.InvariantCulture, out int now) && wanted < now)
            .Select(drift => drift.What),
    ];

    // The node's files have the lower values already: it would not start again now.
    private bool WaitsForPrimary(ClusterNode node) =>
        SyncRoom.StartsTooLow(_observation, _drifts, node.Definition.Name, _primary.Definition.Name);

    private void LowerOnStandbys()
    {
        foreach (ClusterNode standby in _nodes.Where(node => node != _primary))
        {
            ClusterDrift[] lowered = [.. Of(standby).Where(drift => WaitsForPrimary(standby) ? drift.NeedsRestart
                : drift.Kind == DriftKind.Setting && LoweredOnPrimary(standby).Contains(drift.What))];
            if (lowered.Length == 0)
                continue;
            if (!_options.AllowPrimaryRestart || !Of(_primary).Any(drift => drift.NeedsRestart))
            {
                _left.AddRange(lowered);
                continue;
            }

            string[] names = [.. lowered.Where(drift => drift.Kind == DriftKind.Setting).Select(drift => drift.What)];
            if (names.Length > 0)
            {
                Add(standby, $"Set {string.Join(", ", names)}",
                    token => _work.SetAsync(standby, names, token), _last[_primary.Definition.Name]);
            }

            Add(standby, $"Wait until it has replayed that {_primary.Definition.Name} has less room",
                token => _work.AwaitRoomAsync(standby, token), _last[_primary.Definition.Name]);
            Add(standby, "Restart the server", token => _work.RestartAsync(standby, token));
        }
    }

    // A standby reconnects by itself, but not at once. The synchronization is not done before it has.
    private void AwaitStandbys()
    {
        foreach (ClusterNode upstream in _nodes.Where(node => Of(node).Any(drift =>
            drift.Kind is DriftKind.Slot or DriftKind.HbaRule or DriftKind.NodeDown
                || (drift.NeedsRestart && (node != _primary || _options.AllowPrimaryRestart)))))
        {
            string[] names =
            [
                .. _definition.StandbysOf(upstream.Definition)
                    .Where(standby => !_drifts.Any(
                        drift => drift.Node == standby.Name && drift is { Kind: DriftKind.NodeDown, Heal: null }))
                    .Select(standby => standby.ApplicationName),
            ];
            if (names.Length > 0 && _last.ContainsKey(upstream.Definition.Name))
            {
                Add(upstream, $"Wait until {string.Join(", ", names)} {Plural.Of(names.Length, "streams", "stream")}",
                    token => _work.AwaitAsync(upstream, names, token), [.. _last.Values]);
            }
        }
    }

    // Last, when every standby streams: otherwise commits would hang.
    private void SynchronizeCommits()
    {
        if (Has(Of(_primary), DriftKind.SynchronousStandbys))
        {
            Add(
                _primary,
                _definition.SynchronousStandbyNames is { } names
                    ? $"Let commits wait for '{names}'"
                    : "Let commits wait for no standby",
                _work.SynchronizeAsync, [.. _last.Values]);
        }
    }

    private void RemoveOrphans()
    {
        foreach (ClusterDrift orphan in _drifts.Where(drift => drift.Kind == DriftKind.OrphanedSlot))
        {
            ClusterNode? owner = _nodes.FirstOrDefault(node => node.Definition.Name == orphan.Node);
            if (_options.RemoveOrphanedSlots && orphan.Heal is not null && owner is not null)
                Add(owner, $"Remove slot {orphan.What}", token => _work.RemoveSlotAsync(owner, orphan.What, token));
            else
                _left.Add(orphan);
        }
    }

    private IEnumerable<ClusterDrift> Of(ClusterNode node) => _drifts.Where(drift => drift.Node == node.Definition.Name);

    private static bool Has(IEnumerable<ClusterDrift> drifts, DriftKind kind) => drifts.Any(drift => drift.Kind == kind);

    private static IEnumerable<string> What(IEnumerable<ClusterDrift> drifts, DriftKind kind) =>
        drifts.Where(drift => drift.Kind == kind).Select(drift => drift.What);

    private static string Names(IEnumerable<ClusterDrift> drifts, DriftKind kind) =>
        $"{kind.ToString().ToLowerInvariant()} {string.Join(", ", What(drifts, kind))}";

    private void Add(ClusterNode node, string description, Func<CancellationToken, Task> run, params IReadOnlyList<ProcedureStep?> after)
    {
        string name = node.Definition.Name;
        _last[name] = _procedure.Add(name, description, run, [_last.GetValueOrDefault(name), .. after]);
    }
}
