using System.Globalization;
using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.Procedures;
using PgHa.Engine.Recovery;
using PgHa.Engine.Servers;

namespace PgHa.Engine.PrimaryChange;

/// <summary>
/// Promotes a standby after the primary has died, if no acknowledged commit is lost, or if the caller accepts the loss.
/// </summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/warm-standby-failover.html">Failover</see>.</remarks>
public sealed class Failover
{
    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public Failover(EngineContext context) => _context = context;

    /// <summary>Makes sure that the primary is dead, chooses the candidate, and plans the steps.</summary>
    /// <param name="cluster">The cluster, just discovered.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException">
    /// <c>PrimaryRuns</c>; <c>PrimaryNotFenced</c>: the primary's host is out of reach, and the caller does not say that the primary
    /// stays down; <c>DiskFull</c>: the primary went down because its disk is full, and a failover makes no room; <c>NoCandidate</c>,
    /// <c>NodeNotFound</c>, <c>NotACandidate</c>; <c>TimelineDiffers</c>; <c>CandidateDoesNotArchive</c>; <c>DataLossPossible</c>;
    /// <c>ReplicationLoginUnknown</c>.
    /// </exception>
    public async Task<Procedure> PlanAsync(PgCluster cluster, FailoverOptions options, CancellationToken cancellationToken)
    {
        cluster = await MemberVersions.CompleteAsync(_context, cluster, cancellationToken).ConfigureAwait(false);
        RequireNoPrimary(cluster);
        // Without an answer from any member, asking whether the primary is fenced would lead nowhere.
        if (cluster.Members.All(member => member.Status is null))
            throw NoCandidate(cluster);
        PgClusterMember? old = DeadPrimaryOf(cluster);
        bool isReachable = await RequireDeadAsync(cluster, old, options, cancellationToken).ConfigureAwait(false);
        // Nobody can write until the failover is through, so what it has to know is read side by side.
        Dictionary<string, Task<StandbyLogin?>> ownLogins = cluster.Members
            .Where(member => member is { Status: not null, Server.DataDirectory: not null })
            .ToDictionary(member => member.Name, member => StandbyLogin.OfAsync(_context, member.Server!, cancellationToken));
        Task<DeadPrimary> read = new DeadPrimaryReader(_context).ReadAsync(cluster, old, isReachable, cancellationToken);
        await Task.WhenAll(
            isReachable && !options.PrimaryIsFenced ? RequireRoomForWalAsync(old!.Server!, cancellationToken) : Task.CompletedTask,
            read).ConfigureAwait(false);
        DeadPrimary dead = read.Result;

        IReadOnlyList<FailoverCandidate> candidates = FailoverCandidate.Rank(cluster, dead.Names);
        FailoverCandidate chosen = Choose(cluster, candidates, options.Candidate, dead);
        // A standby that has more WAL first sends it to the chosen one. So the chosen one counts as having that WAL too.
        FailoverCandidate furthest = candidates
            .Where(candidate => candidate.Member.Timeline == chosen.Member.Timeline)
            .MaxBy(candidate => candidate.ReceivedLsn)!;
        FailoverCandidate fed = furthest.ReceivedLsn > chosen.ReceivedLsn ? chosen with { ReceivedLsn = furthest.ReceivedLsn } : chosen;
        foreach (FailoverCandidate candidate in candidates)
            _context.Log.Step($"Candidate {candidate}");
        RequireNoLoss(FailoverLoss.Of(fed, candidates, dead), options);

        RequireArchive(chosen.Member, dead, options);

        // If the old primary's setting is unknown, the candidate's own setting is used.
        SynchronousStandbyNames? names = dead.AreNamesKnown ? dead.Names : chosen.Member.Status!.SynchronousStandbyNames;
        Handover handover = Handover.Of(cluster, old, chosen.Member, names);
        string[] able =
        [
            .. Able(handover).Select(sibling => sibling.ApplicationName),
            .. chosen.Member.Status!.Standbys.Where(standby => standby.IsStreaming == true).Select(standby => standby.ApplicationName),
        ];
        // A slot for a server that may never come back would keep WAL until the disk is full.
        handover = handover with
        {
            Names = RemainingNames.Of(handover.Names, able),
            Returning = handover.Returning is { } returning ? returning with { SlotName = null } : null,
        };
        if (!dead.AreNamesKnown)
        {
            _context.Log.Warn(
                $"What commits on {dead.Name} waited for is not known: on {chosen.Member.Name} they will wait for "
                + $"{(handover.Names is { } waited ? $"'{waited}'" : "no standby")} (Enable-PgSyncStandby).");
        }
        else if (names is not null && handover.Names is null)
        {
            _context.Log.Warn(
                $"Commits waited for '{names}', of which nobody is left: on {chosen.Member.Name} they will wait for no standby "
                + "(Enable-PgSyncStandby).");
        }

        foreach (string left in handover.LeftOnOldArchive)
            _context.Log.Warn(left);
        Dictionary<string, StandbyLogin> logins = await LoginsAsync(handover, ownLogins, options.Login).ConfigureAwait(false);
        var slotSteps = new SlotHandoverSteps(
            _context, handover, SlotHandover.Of(handover, dead.StandbySlots, dead.LogicalSlots), mayLose: true);
        slotSteps.Warn(isFailover: true);
        if (dead.LogicalSlots is null)
        {
            _context.Log.Warn(
                $"Whether {dead.Name} had logical slots of which {chosen.Member.Name} has no copy is not known, "
                + "because its files are out of reach. The consumer of such a slot needs a new slot and a new copy of its tables.");
        }

        return new FailoverSteps(
            cluster, handover, [.. Able(handover)], slotSteps, new HandoverWork(_context, chosen.Member.Server!, logins),
            fed == chosen ? null : furthest, isReachable, options.PrimaryIsFenced).Make();
    }

    /// <summary>Carries it out.</summary>
    /// <exception cref="PgHaException">A step failed; the message says which, what was undone, and how things stand.</exception>
    public Task RunAsync(Procedure procedure, CancellationToken cancellationToken) =>
        new ProcedureRunner(_context).RunAsync(procedure, cancellationToken);

    // A standby that still receives WAL proves that the primary runs, even if PgHa cannot reach the primary.
    private static void RequireNoPrimary(PgCluster cluster)
    {
        string? runs = cluster.Primaries.FirstOrDefault() is { } primary
            ? $"{primary.Name} is the primary of {cluster.Name}, and answers."
            : DeadPrimary.WitnessOfPrimary(cluster) is { } witness
                ? $"{witness.Name} receives WAL from {witness.Upstream ?? "its upstream"} at this moment: "
                    + "the primary runs, and only PgHa cannot reach it."
                : null;
        if (runs is not null)
        {
            throw new PgHaException(
                ErrorIds.PrimaryRuns, PgHaErrorKind.Refused, $"{runs} Nothing was changed.",
                "Use Switch-PgPrimary, which loses nothing. If it must go at once, stop it first (Stop-PgInstance).", cluster.Name);
        }
    }

    /// <summary>The member that the standbys followed; <see langword="null"/> if the server that they followed is no member.</summary>
    private static PgClusterMember? DeadPrimaryOf(PgCluster cluster) => cluster.Members
        .Where(member =>
            member.Status is null && member.State is MemberState.Down or MemberState.Unknown && cluster.StandbysOf(member).Any())
        .MaxBy(member => cluster.StandbysOf(member).Count());

    // If PgHa reaches the primary's machine, its processes show whether it is dead, whatever else the network does. Otherwise the
    // caller has to say so.
    private async Task<bool> RequireDeadAsync(
        PgCluster cluster, PgClusterMember? old, FailoverOptions options, CancellationToken cancellationToken)
    {
        if (old?.Server is { DataDirectory: not null } server
            && await ServerFiles.AreThereAsync(_context, server, cancellationToken).ConfigureAwait(false) == true)
        {
            InstanceStatus status = await new InstanceControl(_context).GetStatusAsync(server, cancellationToken).ConfigureAwait(false);
            if (!status.HasProcess)
                return true;

            throw new PgHaException(
                ErrorIds.PrimaryRuns, PgHaErrorKind.Refused,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{old.Name} does not answer, but its server runs (process {status.Pid?.ProcessId}): {old.Error} Nothing was changed."),
                "If it hangs, end it first (Stop-PgInstance -Mode Immediate): it must not come back to life beside a new primary.",
                old.Name);
        }

        // An earlier change of the primary stopped halfway: every member answers as a standby, so no primary can run.
        if (old is null && DeadPrimary.HasNone(cluster))
            return false;
        return options.PrimaryIsFenced ? false : throw new PgHaException(
            ErrorIds.PrimaryNotFenced, PgHaErrorKind.Refused,
            $"{old?.Name ?? $"The primary of {cluster.Name}"} does not answer, and its host cannot be looked at: "
                + "it may run, and would be a second primary. Nothing was changed.",
            "If its machine can be reached, name it too, by its data directory (Get-PgCluster node21, /srv/pg/node20 | Invoke-PgFailover) "
                + "and its machine. "
                + "Otherwise make sure that it is off and stays off, and say so with -PrimaryIsFenced.",
            cluster.Name);
    }

    // With free space the primary can start again, and nothing is lost. Besides, a slot or a failing archive that has filled its disk
    // would mostly fill the candidate's disk too.
    private async Task RequireRoomForWalAsync(PgInstance dead, CancellationToken cancellationToken)
    {
        IHost host = await _context.HostOfAsync(dead, cancellationToken).ConfigureAwait(false);
        ControlData control = await ControlFile.ReadAsync(host, dead, cancellationToken).ConfigureAwait(false);
        string wal = HostPath.Combine(dead.DataDirectory!, dead.RequireDialect().WalDirectory);
        if (await host.FreeSpaceAsync(wal, cancellationToken).ConfigureAwait(false) is not { } free || free >= control.WalSegmentSize.Bytes)
            return;
        throw new PgHaException(
            ErrorIds.DiskFull, PgHaErrorKind.Refused,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{dead} is down, and the file system of '{wal}' has {free >> 20} MB left, "
                    + $"less than one more WAL file needs. Nothing was changed."),
            "Make room and start it (Start-PgInstance): nothing is lost then. "
                + "To fail over all the same, see to it that it stays down, and say so with -PrimaryIsFenced.",
            dead.ToString());
    }

    private static FailoverCandidate Choose(PgCluster cluster, IReadOnlyList<FailoverCandidate> candidates, string? named, DeadPrimary dead)
    {
        if (named is null)
            return FailoverCandidate.Choose(candidates, dead.Archived != false) ?? throw NoCandidate(cluster);

        if (cluster.Find(named) is null)
            throw NodeNames.NotFound(cluster, named);
        FailoverCandidate chosen = candidates.FirstOrDefault(candidate => candidate.Member.Name == named) ?? throw new PgHaException(
            ErrorIds.NotACandidate, PgHaErrorKind.InvalidState, $"{named} is no standby that answers queries at this moment.",
            $"Candidates are: {string.Join("; ", candidates)}.", named);
        return chosen.Member.Timeline == candidates[0].Member.Timeline ? chosen : throw new PgHaException(
            ErrorIds.TimelineDiffers, PgHaErrorKind.Refused,
            $"{named} is on timeline {chosen.Member.Timeline}, and {candidates[0].Member.Name} on {candidates[0].Member.Timeline}.",
            $"Choose {candidates[0].Member.Name}.", named);
    }

    private static PgHaException NoCandidate(PgCluster cluster)
    {
        IEnumerable<string> silent =
            cluster.Members.Where(member => member.Error is not null).Select(member => $" {member.Name}: {member.Error}");
        return new PgHaException(
            ErrorIds.NoCandidate, PgHaErrorKind.InvalidState,
            $"{cluster.Name} has no standby that answers queries. Nothing was changed.{string.Concat(silent)}",
            "Start one (Start-PgInstance; hot_standby = on), or bring the primary back.", cluster.Name);
    }

    private void RequireArchive(PgClusterMember chosen, DeadPrimary dead, FailoverOptions options)
    {
        if (dead.Archived == false || chosen.Status!.ArchiveMode is not null)
            return;
        OperationProblem problem = SwitchoverRules.DoesNotArchive(dead.Name, chosen.Name);
        if (dead.Archived == true && !options.AllowNoArchive)
            OperationProblem.Throw([problem], problem.Id, $"{chosen.Name} cannot take over");
        _context.Log.Warn(dead.Archived == true
            ? problem.Message
            : $"{chosen.Name} archives nothing, and whether {dead.Name} did is not known (Enable-PgArchiving).");
    }

    private void RequireNoLoss(FailoverLoss loss, FailoverOptions options)
    {
        if (loss.IsProvenNone)
        {
            _context.Log.Step($"No acknowledged commit is lost: {loss.Reason}.");
            return;
        }

        if (!options.AllowDataLoss)
        {
            throw new PgHaException(
                ErrorIds.DataLossPossible, PgHaErrorKind.Refused, $"Acknowledged commits may be lost: {loss.Reason}. Nothing was changed.",
                "Bring the old primary back if you can (Start-PgInstance), or accept the loss with -AllowDataLoss.");
        }

        _context.Log.Warn($"Acknowledged commits may be lost: {loss.Reason}.");
    }

    private static IEnumerable<HandoverFollower> Able(Handover handover) =>
        handover.Siblings.Where(sibling => sibling.Member is { Status: not null, Server.DataDirectory: not null });

    private async Task<Dictionary<string, StandbyLogin>> LoginsAsync(
        Handover handover, Dictionary<string, Task<StandbyLogin?>> own, StandbyLogin? given)
    {
        Dictionary<string, StandbyLogin> logins = [];
        foreach (PgClusterMember standby in
            Able(handover).Select(sibling => sibling.Member).Append(handover.Candidate).Where(member => own.ContainsKey(member.Name)))
        {
            if (await own[standby.Name].ConfigureAwait(false) is { } login)
                logins[standby.Name] = login.Or(given);
        }

        if (handover.Old is { } old && logins.Values.FirstOrDefault() is { } any)
            logins[old.Name] = logins.GetValueOrDefault(handover.Candidate.Name) ?? any;
        foreach (HandoverFollower sibling in handover.Siblings.Where(sibling => !Able(handover).Contains(sibling)))
        {
            _context.Log.Warn(
                $"{sibling} is not told of the new primary: {sibling.Member.Error ?? "its files are not here."} "
                + $"When it is back, use Repair-PgStandby {sibling} -Upstream {handover.Candidate.Name}.");
        }

        return logins;
    }
}
