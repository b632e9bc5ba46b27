using PgHa.Engine.Cluster;
using PgHa.Engine.Instances.Control;
using PgHa.Engine.Machines;
using PgHa.Engine.Procedures;
using PgHa.Engine.Recovery;
using PgHa.Engine.Replication;

namespace PgHa.Engine.PrimaryChange;

/// <summary>Makes a standby the primary, and the primary its standby, without losing a transaction.</summary>
/// <remarks>
/// Until the promotion every step is undone if one fails, and the old primary runs again. See
/// <see href="https://www.postgresql.org/docs/current/warm-standby-failover.html">Failover</see>.
/// </remarks>
public sealed class Switchover
{
    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public Switchover(EngineContext context) => _context = context;

    /// <summary>Checks everything that could make the switchover fail, and plans the steps.</summary>
    /// <param name="cluster">The cluster, just discovered.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>
    /// The procedure. If the member is the primary already, the procedure has the remaining steps of an earlier run, or none.
    /// </returns>
    /// <exception cref="PgHaException">
    /// <c>NodeNotFound</c>, <c>NoPrimary</c>, <c>PrimaryUnknown</c>, <c>TwoPrimaries</c>; <c>SwitchoverRefused</c>, which lists
    /// several of these: <c>CandidateAnswersNoSql</c>, <c>NotADirectStandby</c>, <c>CandidateNotStreaming</c>, <c>TimelineDiffers</c>,
    /// <c>ReplayPaused</c>, <c>ReplayDelayed</c>, <c>LagTooHigh</c>, <c>HostAccessRequired</c>, <c>TooFewWalSenders</c>,
    /// <c>TooFewSlots</c>, <c>WalLevelTooLow</c>, <c>StandbySettingsTooLow</c>, <c>ArchivingFails</c>, <c>ArchiveBacklog</c>,
    /// <c>CandidateDoesNotArchive</c>, <c>TooFewSyncStandbys</c>, <c>FailoverSlotsNotCopied</c>; or that the old primary cannot
    /// replicate from the candidate (<see cref="ReplicationProbe.ProveAsync"/>).
    /// </exception>
    public async Task<Procedure> PlanAsync(PgCluster cluster, SwitchoverOptions options, CancellationToken cancellationToken)
    {
        AutomationJob.RequireHost(cluster.Name);
        cluster = await MemberVersions.CompleteAsync(_context, cluster, cancellationToken).ConfigureAwait(false);
        PgClusterMember candidate = cluster.Find(options.Candidate) ?? throw NodeNames.NotFound(cluster, options.Candidate);
        PgClusterMember old = OnlyPrimary(cluster);
        if (candidate == old)
        {
            // An earlier run may have stopped halfway: then the remaining steps are still to be done.
            _context.Log.Step($"{candidate.Name} is the primary already.");
            return await new HandoverCompletion(_context, cluster, candidate).PlanAsync(
                $"Switchover of {cluster.Name} to {candidate.Name}", cancellationToken).ConfigureAwait(false);
        }

        Handover handover = Handover.Of(cluster, old, candidate, old.Status!.SynchronousStandbyNames);
        ClusterObservation observation = await new ClusterObserver(_context).ObserveAsync(cluster, cancellationToken).ConfigureAwait(false);
        SlotHandover slots = SlotHandover.Of(handover, old.Status.SynchronizedStandbySlots);
        OperationProblem.Throw(
            [
                .. SwitchoverRules.Check(
                    observation, handover, new(options.MaxLagBytes, options.AllowNoArchive) { Restarted = options.Restarted }),
                .. options.AllowSlotLoss ? [] : slots.Problems(old.Name, candidate.Name),
            ],
            ErrorIds.SwitchoverRefused, $"{candidate.Name} cannot take over from {old.Name}");
        await ServerControls.RequireAsync(_context, [old.Server!], ControlAct.Restart, cancellationToken).ConfigureAwait(false);
        Dictionary<string, StandbyLogin> logins = await LoginsAsync(handover, options, cancellationToken).ConfigureAwait(false);
        await RequireLoginsAsync(cluster, candidate.Server!, logins, cancellationToken).ConfigureAwait(false);
        Warn(handover);
        var slotSteps = new SlotHandoverSteps(_context, handover, slots, options.AllowSlotLoss);
        slotSteps.Warn(isFailover: false);
        return new SwitchoverSteps(_context, cluster, handover, new HandoverWork(_context, candidate.Server!, logins), slotSteps).Make();
    }

    /// <summary>Carries it out.</summary>
    /// <exception cref="PgHaException">A step failed; the message says which, what was undone, and how things stand.</exception>
    public Task RunAsync(Procedure procedure, CancellationToken cancellationToken) =>
        new ProcedureRunner(_context).RunAsync(procedure, cancellationToken);

    // Each login is tried once from each machine that it will be used on.
    private async Task RequireLoginsAsync(
        PgCluster cluster, PgInstance candidate, Dictionary<string, StandbyLogin> logins, CancellationToken cancellationToken)
    {
        IEnumerable<(PgInstance Server, StandbyLogin Login)> used = logins.Select(entry => (cluster.Find(entry.Key)!.Server!, entry.Value));
        foreach ((PgInstance server, StandbyLogin login) in used.DistinctBy(one => (one.Server.Machine, one.Login)))
        {
            IHost host = await _context.HostOfAsync(server, cancellationToken).ConfigureAwait(false);
            await new ReplicationProbe(_context).ProveFromAsync(
                host, login.On(candidate), senders: 1, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The one primary.</summary>
    internal static PgClusterMember OnlyPrimary(PgCluster cluster) => cluster.Primary ?? (cluster.Primaries.Any()
        ? throw new PgHaException(
            ErrorIds.TwoPrimaries, PgHaErrorKind.InvalidState,
            $"{cluster.Name} has several primaries: {string.Join(", ", cluster.Primaries.Select(member => member.Name))}.",
            "Decide which of them is right, and stop the others at once (Stop-PgInstance).")
        : cluster.Undecided.FirstOrDefault() is { } undecided ? throw new PgHaException(
            ErrorIds.PrimaryUnknown, PgHaErrorKind.InvalidState,
            $"{cluster.Name}: {undecided.Name} did not say whether it is the primary: {undecided.Error}",
            Answers.AdviceOn(undecided.ErrorId))
        : throw new PgHaException(
            ErrorIds.NoPrimary, PgHaErrorKind.InvalidState, $"{cluster.Name} has no primary that answers.",
            "Start it (Start-PgInstance), or, if it is lost, promote a standby with Invoke-PgFailover."));

    private async Task<Dictionary<string, StandbyLogin>> LoginsAsync(
        Handover handover, SwitchoverOptions options, CancellationToken cancellationToken)
    {
        Dictionary<string, StandbyLogin> logins = [];
        // The old primary will stream from the candidate with the login that the candidate has used so far.
        Task<StandbyLogin?> candidateLogin = StandbyLogin.OfAsync(_context, handover.Candidate.Server!, cancellationToken);
        StandbyLogin?[] siblingLogins = await Task.WhenAll(
            handover.Siblings.Select(sibling => StandbyLogin.OfAsync(_context, sibling.Member.Server!, cancellationToken)))
            .ConfigureAwait(false);
        foreach ((HandoverFollower sibling, StandbyLogin? own) in handover.Siblings.Zip(siblingLogins))
        {
            if (own is not null)
                logins[sibling.Member.Name] = own.Or(options.Login);
        }

        StandbyLogin? candidate = await candidateLogin.ConfigureAwait(false);
        // A credential gives only the role and its password. The other options of the connection, such as sslmode, are still the
        // candidate's.
        StandbyLogin? login = candidate is not null && options.Login is not null
            ? options.Login with { Options = candidate.Options }
            : options.Login ?? candidate;
        logins[handover.Old!.Name] = login ?? throw new PgHaException(
            ErrorIds.ReplicationLoginUnknown, PgHaErrorKind.InvalidState,
            $"The files of {handover.Candidate.Name} do not say as which role it streams.",
            "Name the role with -ReplicationCredential.", handover.Candidate.Name);
        return logins;
    }

    private void Warn(Handover handover)
    {
        foreach (HandoverFollower sibling in
            handover.Siblings.Where(sibling => sibling.Member.State is MemberState.Down or MemberState.Unknown))
        {
            _context.Log.Warn(
                $"{sibling} is {sibling.Member.State}: it is not told of the new primary. "
                + $"When it is back, use Repair-PgStandby {sibling} -Upstream {handover.Candidate.Name}.");
        }

        foreach (string left in handover.LeftOnOldArchive)
            _context.Log.Warn(left);
    }
}
