using PgHa.Engine.Cluster;
using PgHa.Engine.Instances;
using PgHa.Engine.Instances.Control;
using PgHa.Engine.Procedures;
using PgHa.Engine.Recovery;
using PgHa.Engine.Replication;

namespace PgHa.Engine.Operation;

/// <summary>Restarts the servers of a cluster one after the other: the standbys, then the primary, by a switchover.</summary>
public sealed class RollingRestart
{
    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public RollingRestart(EngineContext context) => _context = context;

    /// <summary>Says what will be done: the restarts of standbys, and the switchover that restarts the primary.</summary>
    /// <param name="cluster">The cluster, just discovered.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException">
    /// <c>NoPrimary</c>, <c>TwoPrimaries</c>; <c>NoCandidate</c>; <c>HostAccessRequired</c>; <c>StandbySettingsTooLow</c>: a standby
    /// would be down; <c>SettingsUnknown</c>; and what <see cref="Switchover.PlanAsync"/> fails with.
    /// </exception>
    public async Task<RollingRestartPlan> PlanAsync(PgCluster cluster, RollingRestartOptions options, CancellationToken cancellationToken)
    {
        PgClusterMember primary = Switchover.OnlyPrimary(cluster);
        ClusterObservation observation = await new ClusterObserver(_context).ObserveAsync(cluster, cancellationToken).ConfigureAwait(false);
        HashSet<string>? pending = options.PendingOnly
            ? [
                .. observation.Members
                    .Where(member => member.Settings?.Any(setting => setting.PendingRestart) == true)
                    .Select(member => member.Member.Name),
            ]
            : null;
        PgClusterMember[] restarted =
        [
            .. cluster.Members.Where(member => member.Role == ServerRole.Standby && pending?.Contains(member.Name) != false),
        ];
        string? candidate = pending?.Contains(primary.Name) == false ? null : options.Candidate ?? Best(cluster, primary).Name;
        OperationProblem.Throw(
            TransactionRoom.OfRollingRestart(observation, primary.Name, [.. restarted.Select(member => member.Name)], candidate),
            "RestartRefused", $"{cluster.Name} cannot be restarted");
        await ServerControls.RequireAsync(
            _context, restarted.Select(member => member.Server).OfType<PgInstance>(), ControlAct.Restart, cancellationToken)
            .ConfigureAwait(false);
        var standbys = new Procedure($"Restart of the standbys of {cluster.Name}");
        ProcedureStep? last = null;
        foreach (PgClusterMember member in restarted)
            last = AddRestart(standbys, cluster, member, last);

        if (candidate is null)
            return new RollingRestartPlan(standbys, null, null);
        SwitchoverOptions switchover = new() { Candidate = candidate, AllowNoArchive = options.AllowNoArchive };
        Procedure change = await new Switchover(_context).PlanAsync(
            cluster, switchover with { Restarted = [.. restarted.Select(member => member.Name)] }, cancellationToken).ConfigureAwait(false);
        return new RollingRestartPlan(standbys, switchover, change);
    }

    /// <summary>Carries it out.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="look">Looks at the cluster again: the switchover is planned anew after the restarts.</param>
    /// <param name="cancellationToken">Cancels; a restart that has begun is finished.</param>
    /// <exception cref="PgHaException">A step failed; what is left is done by running it again.</exception>
    public async Task RunAsync(RollingRestartPlan plan, Func<CancellationToken, Task<PgCluster>> look, CancellationToken cancellationToken)
    {
        if (!plan.Standbys.IsEmpty)
            await new ProcedureRunner(_context).RunAsync(plan.Standbys, cancellationToken).ConfigureAwait(false);
        if (plan.SwitchoverOptions is not { } options)
            return;
        var switchover = new Switchover(_context);
        await switchover.RunAsync(
            await switchover.PlanAsync(
                await look(cancellationToken).ConfigureAwait(false), options, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
    }

    private ProcedureStep AddRestart(Procedure procedure, PgCluster cluster, PgClusterMember member, ProcedureStep? after)
    {
        if (member.Server is not { DataDirectory: not null } server)
        {
            throw new PgHaException(
                "HostAccessRequired", PgHaErrorKind.InvalidArgument,
                $"The files of {member.Name} are not on this machine, and only its host can restart it.",
                "Run it where the servers are.", member.Name);
        }

        ProcedureStep restarted = procedure.Add(
            member.Name, $"Restart the server{_context.Owners.By(server)}", token => RestartAsync(server, token), after);
        return cluster.Find(member.Upstream) is { Server: { } upstream }
            ? procedure.Add(
                member.Name, $"Wait until it streams from {member.Upstream}",
                token => StreamingWait.UntilStreamingAsync(_context, upstream, [FailoverCandidate.NameOf(member)], token), restarted)
            : restarted;
    }

    private async Task RestartAsync(PgInstance standby, CancellationToken cancellationToken)
    {
        // The primary may just have been restarted with a lower setting, such as max_connections. The standby can restart only after
        // it has replayed that change.
        await StandbyRoom.AwaitAsync(_context, standby, _context.Timeout, cancellationToken).ConfigureAwait(false);
        await new InstanceControl(_context).RestartAsync(standby, StopMode.Fast, cancellationToken).ConfigureAwait(false);
    }

    private static PgClusterMember Best(PgCluster cluster, PgClusterMember primary) =>
        FailoverCandidate.Rank(cluster, primary.Status!.SynchronousStandbyNames)
            .Select(ranked => ranked.Member)
            .FirstOrDefault(member => member.Upstream == primary.Name && member.State == MemberState.Streaming)
            ?? throw new PgHaException(
                "NoCandidate", PgHaErrorKind.InvalidState,
                $"No standby of {primary.Name} streams and answers queries, so none can take over while it restarts.",
                "Bring one back first. Restart-PgInstance restarts the primary alone, and interrupts the cluster for that long.",
                primary.Name);
}

/// <summary>How a cluster is restarted.</summary>
public sealed record RollingRestartOptions
{
    /// <summary>The candidate: the name of the standby that shall become the primary. By default, the best one.</summary>
    public string? Candidate { get; init; }

    /// <summary>Only servers with settings that wait for a restart.</summary>
    public bool PendingOnly { get; init; }

    /// <summary>Whether the candidate may archive nothing where the old primary did.</summary>
    public bool AllowNoArchive { get; init; }
}

/// <summary>A restart of a cluster.</summary>
/// <param name="Standbys">The restarts of the standbys.</param>
/// <param name="SwitchoverOptions">The switchover after them; <see langword="null"/> if the primary is not restarted.</param>
/// <param name="Switchover">What it will do.</param>
public sealed record RollingRestartPlan(Procedure Standbys, SwitchoverOptions? SwitchoverOptions, Procedure? Switchover)
{
    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => Standbys.IsEmpty && Switchover is null;

    /// <summary>The steps as trees.</summary>
    public override string ToString() => string.Join(
        Environment.NewLine,
        new[] { Standbys.IsEmpty ? null : Standbys, Switchover }
            .OfType<Procedure>()
            .Select(procedure => procedure.ToString().TrimEnd()));
}
