using PgHa.Engine.Procedures;

namespace PgHa.Engine.Cluster;

/// <summary>
/// Changes a cluster to match its definition, with the steps that disturb it least: reload before restart, standbys before the
/// primary.
/// </summary>
/// <remarks>It changes only what differs, so a second run has nothing to do.</remarks>
public sealed class ClusterSync
{
    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public ClusterSync(EngineContext context) => _context = context;

    /// <summary>Plans the steps.</summary>
    /// <param name="observation">The cluster, observed with its definition.</param>
    /// <param name="options">How much the cluster may be disturbed.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException">
    /// <c>UnexpectedPrimary</c>, <c>NotPrimary</c>, <c>ForeignSystemIdentifier</c>: another server has the place of the primary or of a
    /// node, and a person has to decide. <c>PrimaryMissing</c>: the primary has no data directory. <c>StandbyUnknown</c>: the
    /// primary is down, and a standby does not tell whether it was promoted. <c>StandbySettingsTooLow</c>: a standby would be
    /// down in the end. Also the failures of looking for missing nodes.
    /// </exception>
    public async Task<ClusterSyncPlan> PlanAsync(
        ClusterObservation observation, ClusterSyncOptions options, CancellationToken cancellationToken)
    {
        IReadOnlyList<ClusterDrift> drifts = ClusterComparison.Compare(observation);
        RequireRightServers(drifts);
        RequirePrimary(observation, drifts);
        RequireKnownStandbys(observation, drifts);
        OperationProblem.Throw(
            SyncRoom.Check(observation, drifts, options.AllowPrimaryRestart), ErrorIds.SyncRefused,
            $"{observation.Cluster.Name} is not touched");
        ClusterDefinition definition = observation.Cluster.Definition!;
        List<ClusterNode> nodes = [];
        var inspector = new NodeInspector(_context, definition, new ClusterBuildOptions { ServerUser = options.ServerUser });
        foreach (MemberObservation seen in observation.Members.Where(member => member.Member.Node is not null))
        {
            NodeDefinition node = seen.Member.Node!;
            nodes.Add(seen.HasDataDirectory == false
                ? (await inspector.InspectAsync(node, cancellationToken).ConfigureAwait(false)).Node
                : new ClusterNode(
                    node, seen.Member.Server!, seen.Member.State == MemberState.Down ? NodeState.Stopped : NodeState.Running));
        }

        string? password = options.Passwords.GetValueOrDefault(definition.ReplicationRole)
            ?? await ReplicationPassword.OfNodesAsync(
                _context, nodes.Where(node => node.Instance.DataDirectory is not null), definition.ReplicationRole,
                cancellationToken).ConfigureAwait(false);
        return new ClusterSyncSteps(_context, observation, drifts, options, nodes, password).Make();
    }

    /// <summary>Runs the steps.</summary>
    /// <exception cref="PgHaException">
    /// A step failed. The message names the step, and the steps that are done. Another run continues from there.
    /// </exception>
    public Task RunAsync(ClusterSyncPlan plan, CancellationToken cancellationToken) =>
        new ProcedureRunner(_context).RunAsync(plan.Procedure, cancellationToken);

    // A new primary would be another system, which no standby can follow.
    private static void RequirePrimary(ClusterObservation observation, IReadOnlyList<ClusterDrift> drifts)
    {
        string primary = observation.Cluster.Definition!.Primary.Name;
        if (drifts.FirstOrDefault(drift => drift.Kind == DriftKind.NodeMissing && drift.Node == primary) is not { } missing)
            return;
        throw new PgHaException(
            ErrorIds.PrimaryMissing, PgHaErrorKind.Refused,
            $"{missing.Cluster} is not touched: the primary {primary} has no data directory '{missing.Expected}'.",
            "Bring it back, or promote a standby (Invoke-PgPromotion) and correct the definition. "
                + "A cluster that is not there at all is built by New-PgCluster.",
            primary);
    }

    // There may have been a failover from a stopped primary. Started again, it would be a second primary beside the new one.
    private static void RequireKnownStandbys(ClusterObservation observation, IReadOnlyList<ClusterDrift> drifts)
    {
        string primary = observation.Cluster.Definition!.Primary.Name;
        MemberObservation[] unknown =
        [
            .. observation.Members.Where(seen => seen.Member is { Node: not null, Status: null } && seen.Member.Name != primary
                && seen.Recovery is null && seen.HasDataDirectory != false),
        ];
        if (unknown.Length == 0 || !drifts.Any(drift => drift.Kind == DriftKind.NodeDown && drift.Node == primary))
            return;
        throw new PgHaException(
            ErrorIds.StandbyUnknown, PgHaErrorKind.Refused,
            $"{observation.Cluster.Name} is not touched: the primary {primary} is down, "
                + $"and whether {string.Join(", ", unknown.Select(seen => seen.Member.Name))} is a primary by now cannot be told.",
            "See to it that every node answers; or, if you are sure that none was promoted, start the primary yourself (Start-PgInstance).",
            primary);
    }

    // With a wrong server in a node's place, a change would go to the wrong server, or make two primaries diverge further.
    private static void RequireRightServers(IReadOnlyList<ClusterDrift> drifts)
    {
        if (drifts.FirstOrDefault(drift => drift.Kind is DriftKind.UnexpectedPrimary or DriftKind.NotPrimary or DriftKind.ForeignSystem)
            is not { } wrong)
        {
            return;
        }

        throw new PgHaException(
            wrong.Kind switch
            {
                DriftKind.UnexpectedPrimary => ErrorIds.UnexpectedPrimary,
                DriftKind.NotPrimary => ErrorIds.NotPrimary,
                _ => ErrorIds.ForeignSystemIdentifier,
            },
            PgHaErrorKind.Refused, $"{wrong.Cluster} is not touched: {wrong}.",
            wrong.Kind == DriftKind.ForeignSystem
                ? "Check host, port and data directory of the node."
                : "After a failover, correct the definition to have the new primary (Export-PgCluster), "
                    + "or make the old one primary again; two primaries: stop the wrong one at once.",
            wrong.Node);
    }
}
