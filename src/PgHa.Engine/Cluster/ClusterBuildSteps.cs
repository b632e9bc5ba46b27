using PgHa.Engine.Procedures;

namespace PgHa.Engine.Cluster;

/// <summary>
/// Makes the steps that build a cluster, in the order in which an administrator would do them by hand. Each step names the
/// steps that it waits for.
/// </summary>
internal sealed class ClusterBuildSteps
{
    private readonly ClusterDefinition _definition;
    private readonly IReadOnlyList<ClusterNode> _nodes;
    private readonly PrimaryWork _primaryWork;
    private readonly StandbyWork _standbyWork;
    private readonly ClusterNode _primary;
    private readonly IReadOnlyDictionary<string, int> _defaults;
    private readonly Procedure _procedure;

    // The step of each node after which its standbys can start: the node runs, and the slots of its standbys exist.
    private readonly Dictionary<ClusterNode, ProcedureStep?> _ready = [];
    private readonly Dictionary<ClusterNode, ProcedureStep> _cloned = [];

    public ClusterBuildSteps(
        EngineContext context, ClusterDefinition definition, ClusterBuildOptions options, IReadOnlyList<ClusterNode> nodes, string password,
        IReadOnlyDictionary<string, int> defaults)
    {
        _defaults = defaults;
        _definition = definition;
        _nodes = nodes;
        _primary = nodes.Single(node => node.Definition == definition.Primary);
        _primaryWork = new PrimaryWork(context, definition, options, _primary, password);
        _standbyWork = new StandbyWork(context, definition, options, _primary, password);
        _procedure = new Procedure($"Build of {definition.Name}");
    }

    /// <summary>The whole procedure.</summary>
    public Procedure Make()
    {
        ProcedureStep prepared = AddPrimaryAndClones();
        List<ProcedureStep> started = [];
        foreach (ClusterNode standby in ClusterNode.StandbysFromTheTop(_nodes))
        {
            ClusterNode? upstream = Find(standby.Definition.Upstream);
            started.Add(AddStandby(standby, upstream, prepared));
        }

        ProcedureStep? streaming = AddStreamingCheck(_primary, started);
        foreach (ClusterNode upstream in _nodes.Where(node => node != _primary))
            AddStreamingCheck(upstream, started);
        // Only standbys that stream from the primary itself confirm its commits, so there is no need to wait for cascaded standbys.
        if (_definition.SynchronousStandbyNames is { } names)
            Add(_primary, $"Let commits wait for '{names}'", _primaryWork.SynchronizeAsync, prepared, streaming);
        return _procedure;
    }

    // The standbys of a primary that has never run are copies of its files. This takes no backup, and the start of the primary
    // waits for one copy only. Standbys on other machines are clones of the primary, which runs then.
    private ProcedureStep AddPrimaryAndClones()
    {
        ClusterNode[] absent = [.. ClusterNode.StandbysFromTheTop(_nodes).Where(other => other.State == NodeState.Absent)];
        List<ClusterNode> far = [];
        foreach (ClusterNode node in absent)
        {
            bool isBelowFar = Find(node.Definition.Upstream) is { } above && far.Contains(above);
            if (isBelowFar || node.Definition.Machine != _primary.Definition.Machine)
                far.Add(node);
        }

        ProcedureStep prepared = AddPrimaryAnd([.. _nodes.Where(node => absent.Contains(node) && !far.Contains(node))]);
        foreach (ClusterNode clone in far)
        {
            // A clone has no WAL from before its own backup, so its standbys are made after it.
            ProcedureStep? above = Find(clone.Definition.Upstream) is { } upstream ? _cloned.GetValueOrDefault(upstream) : null;
            _cloned[clone] = Add(
                clone, $"Clone {_primary}", token => _standbyWork.CloneAsync([clone], token), _ready[_primary], above);
        }

        return prepared;
    }

    private ProcedureStep AddPrimaryAnd(ClusterNode[] absent)
    {
        NodeDefinition node = _primary.Definition;
        ProcedureStep? made = _primary.State == NodeState.Absent
            ? Add(_primary, $"Initialize '{node.DataDirectory}' with PostgreSQL {_primary.Instance.Version}", _primaryWork.InitializeAsync)
            : null;
        ProcedureStep configured = Add(
            _primary, $"Configure: {NodeConfiguration.Describe(_definition, node)}", _primaryWork.ConfigureAsync, made);
        if (made is not null && absent.Length > 0
            && NodeConfiguration.CanCopyInitialFiles(_definition, _primary.Instance.RequireDialect(), _defaults))
        {
            return AddPrimaryStart(AddCopies(absent, configured));
        }

        ProcedureStep prepared = AddPrimaryStart(configured);
        // A copy from an earlier run starts at an older WAL position than a new base backup. A standby made from a new backup
        // could become its upstream, and would not have that older WAL.
        if (absent.Length > 0 && _nodes.FirstOrDefault(
            other => other.HasNeverRun && other.Definition.Machine == node.Machine) is { } source)
            AddCopiesOf(source, absent, prepared);
        else
            AddClones(absent, prepared);
        return prepared;
    }

    private ProcedureStep AddPrimaryStart(ProcedureStep after)
    {
        ProcedureStep step = _primary.State == NodeState.Running
            ? after
            : Add(_primary, "Start the server", _primaryWork.StartAsync, after);
        _ready[_primary] = Add(_primary, $"Create {_primaryWork.RolesText}", _primaryWork.CreateRolesAsync, step);
        return _primaryWork.StorageText is { } storage ? Add(_primary, $"Create {storage}", _primaryWork.CreateStorageAsync, step) : step;
    }

    // The other copies are made from the first copy, so that the primary can start in the meantime. The first copy must not
    // start before all copies are made.
    private ProcedureStep AddCopies(ClusterNode[] clones, ProcedureStep after)
    {
        ClusterNode first = clones[0];
        ClusterNode[] others = clones[1..];
        ProcedureStep copied = Add(
            first, $"Copy the files of {_primary}, which has never run",
            token => _standbyWork.CopyAsync(_primary, [first], token), after);
        ProcedureStep last = others.Length == 0
            ? copied
            : _procedure.Add(Names(others), $"Copy the files of {first}", token => _standbyWork.CopyAsync(first, others, token), copied);
        foreach (ClusterNode clone in clones)
            _cloned[clone] = last;
        return copied;
    }

    private void AddCopiesOf(ClusterNode source, ClusterNode[] clones, ProcedureStep after)
    {
        ProcedureStep copied = _procedure.Add(
            Names(clones), $"Copy the files of {source}, which has never run",
            token => _standbyWork.CopyAsync(source, clones, token), after);
        foreach (ClusterNode node in clones.Append(source))
            _cloned[node] = copied;
    }

    // Each clone with tablespaces takes a backup of its own, because a backup contains the tablespace paths of one clone.
    private void AddClones(ClusterNode[] absent, ProcedureStep after)
    {
        bool canShare = _primary.Definition.Tablespaces.Count == 0;
        foreach (ClusterNode[] clones in canShare && absent.Length > 0 ? [absent] : absent.Select(node => new[] { node }))
        {
            string copies = clones.Length > 1 ? ": one base backup, and copies of it" : "";
            ProcedureStep step = _procedure.Add(
                Names(clones), $"Clone {_primary}{copies}", token => _standbyWork.CloneAsync(clones, token), after);
            foreach (ClusterNode clone in clones)
                _cloned[clone] = step;
        }
    }

    private static string Names(IEnumerable<ClusterNode> nodes) => string.Join(", ", nodes);

    private ProcedureStep AddStandby(ClusterNode standby, ClusterNode? upstream, ProcedureStep prepared)
    {
        ProcedureStep upstreamReady = (upstream is null ? null : _ready[upstream]) ?? prepared;
        ProcedureStep step = Add(
            standby, $"Configure: {NodeConfiguration.Describe(_definition, standby.Definition)}",
            token => _standbyWork.ConfigureAsync(standby, upstream, token), _cloned.GetValueOrDefault(standby) ?? prepared);
        if (standby.State != NodeState.Running)
            step = Add(standby, "Start the server", token => _standbyWork.StartAsync(standby, token), step, upstreamReady, prepared);
        if (NodeConfiguration.SlotsOn(_definition, standby.Definition) is { Count: > 0 } slots)
        {
            step = Add(
                standby, $"Create {NodeConfiguration.SlotText(slots)}",
                token => _standbyWork.CreateSlotsAsync(standby, token), step);
        }

        _ready[standby] = step;
        return step;
    }

    private ProcedureStep? AddStreamingCheck(ClusterNode upstream, List<ProcedureStep> started)
    {
        string[] names = [.. _definition.StandbysOf(upstream.Definition).Select(standby => standby.ApplicationName)];
        if (names.Length == 0)
            return null;
        HashSet<string> targets =
            [.. _definition.StandbysOf(upstream.Definition).Select(standby => standby.Name), upstream.Definition.Name];
        return Add(
            upstream, $"Wait until {string.Join(", ", names)} {Plural.Of(names.Length, "streams", "stream")}",
            token => _standbyWork.WaitAsync(upstream, names, token),
            [_ready[upstream], .. started.Where(step => targets.Contains(step.Target))]);
    }

    private ClusterNode? Find(string? name) => _nodes.FirstOrDefault(node => node.Definition.Name == name);

    private ProcedureStep Add(
        ClusterNode node, string description, Func<CancellationToken, Task> run, params IReadOnlyList<ProcedureStep?> after) =>
        _procedure.Add(node.Definition.Name, description, run, after);
}
