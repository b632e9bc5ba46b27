using System.Globalization;

namespace PgHa;

/// <summary>What could be lost if a standby takes over from a dead primary: acknowledged commits that it never received.</summary>
/// <param name="IsProvenNone">Whether the candidate certainly has every acknowledged commit.</param>
/// <param name="Reason">Why that is certain, or what is at risk, in a sentence without a full stop.</param>
internal sealed record FailoverLoss(bool IsProvenNone, string Reason)
{
    /// <summary>Assesses a candidate.</summary>
    /// <param name="candidate">The standby that takes over, with all the WAL that it will have by then.</param>
    /// <param name="all">The standbys that answer.</param>
    /// <param name="primary">What is known of the dead primary.</param>
    /// <remarks>
    /// If k of n listed standbys confirm each commit, any n − k + 1 of them include one that has it. A candidate with as
    /// much WAL as the furthest of those has it too.
    /// </remarks>
    public static FailoverLoss Of(FailoverCandidate candidate, IReadOnlyList<FailoverCandidate> all, DeadPrimary primary)
    {
        // Positions on different timelines cannot be compared.
        if (primary.EndOfWal is { } end && candidate.Member.Timeline == end.Timeline && candidate.ReceivedLsn >= end.Lsn)
            return new(true, $"{candidate.Member.Name} has all WAL that the disk of {primary.Name} has: up to {end.Lsn}");
        if (primary.AnswersAsStandby
            && all.All(standby => standby.Member.Timeline == candidate.Member.Timeline
                && candidate.ReceivedLsn >= standby.ReceivedLsn))
        {
            return new(
                true,
                "every member answers as a standby, so the former primary is one of them, "
                    + $"and {candidate.Member.Name} has at least as much WAL as each");
        }

        string? notListed = null;
        if (primary.Names is { } names && Confirms(primary.CommitLevel) && !names.Names.Contains(StandbyName.Wildcard))
        {
            FailoverCandidate[] listed = [.. all.Where(standby => names.Covers(FailoverCandidate.NameOf(standby.Member)))];
            int needed = names.Names.Count - names.Count + 1;
            if (listed.Length >= needed
                && listed.All(standby => standby.Member.Timeline == candidate.Member.Timeline
                    && candidate.ReceivedLsn >= standby.ReceivedLsn))
            {
                return new(true, string.Create(
                    CultureInfo.InvariantCulture,
                    $"each commit was confirmed by {names.Count} of '{names}'; "
                        + $"{listed.Length} of them answer, {needed} are needed to be sure, "
                        + $"and {candidate.Member.Name} has at least as much WAL as each"));
            }

            notListed = string.Create(
                CultureInfo.InvariantCulture,
                $"commits waited for '{names}', and {listed.Length} of the {needed} of them answer that it takes to be sure");
        }

        return new(false, Risk(candidate, all, primary, notListed));
    }

    private static string Risk(FailoverCandidate candidate, IReadOnlyList<FailoverCandidate> all, DeadPrimary primary, string? notListed)
    {
        if (primary.EndOfWal is { } end && end.Timeline != candidate.Member.Timeline)
            return $"{candidate.Member.Name} is on timeline {candidate.Member.Timeline}, and {primary.Name} was on {end.Timeline}";
        if (primary.EndOfWal is { } beyond)
        {
            return $"{candidate.Member.Name} has WAL up to {candidate.ReceivedLsn}, "
                + $"and the disk of {primary.Name} up to {beyond.Lsn}: "
                + $"{ByteSize.Format(beyond.Lsn - candidate.ReceivedLsn)} would be lost";
        }

        if (all.Where(standby => standby.Member.Timeline == candidate.Member.Timeline
                && standby.ReceivedLsn > candidate.ReceivedLsn)
            .MaxBy(standby => standby.ReceivedLsn) is { } further)
        {
            return $"{candidate.Member.Name} has WAL up to {candidate.ReceivedLsn}, "
                + $"and {further.Member.Name} up to {further.ReceivedLsn}: "
                + $"{ByteSize.Format(further.ReceivedLsn - candidate.ReceivedLsn)} would be lost";
        }

        return $"{candidate.Member.Name} has WAL up to {candidate.ReceivedLsn}; "
            + $"how much further {primary.Name} was is not known"
            + $"{(notListed is not null ? $": {notListed}" : WhatCommitsWaitedFor(primary))}";
    }

    private static string WhatCommitsWaitedFor(DeadPrimary primary) => primary switch
    {
        { AreNamesKnown: false } => ", nor is whether its commits waited for a standby",
        { Names: null } => ", and its commits waited for no standby",
        { CommitLevel: null } => $": '{primary.Names}' was listed, and whether commits waited (synchronous_commit) is not known",
        { CommitLevel: { } level } when !Confirms(level) =>
            $", and its commits waited for no standby (synchronous_commit = {level.ToSetting()})",
        _ => $": commits waited for '{primary.Names}', which may be any standby",
    };

    // With local or off a commit is acknowledged before any standby has it.
    private static bool Confirms(CommitLevel? level) => level is CommitLevel.On or CommitLevel.RemoteApply or CommitLevel.RemoteWrite;
}

/// <summary>What is known of a primary that does not answer any more.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Names">
/// What its commits waited for; <see langword="null"/> if for nothing, or if <paramref name="AreNamesKnown"/> is not set.
/// </param>
/// <param name="CommitLevel">What they waited for there; <see langword="null"/> if that is not known.</param>
/// <param name="EndOfWal">The end of the WAL on its disk; <see langword="null"/> if its disk is out of reach.</param>
/// <param name="Archived">Whether it archived its WAL; <see langword="null"/> if that is not known.</param>
/// <param name="AnswersAsStandby">Whether it is one of the standbys that answer, because a change of the primary stopped halfway.</param>
/// <param name="AreNamesKnown">Whether it is known what its commits waited for.</param>
internal sealed record DeadPrimary(
    string Name, SynchronousStandbyNames? Names, CommitLevel? CommitLevel, WalEnd? EndOfWal,
    bool? Archived = null, bool AnswersAsStandby = false, bool AreNamesKnown = true)
{
    /// <summary><c>synchronized_standby_slots</c>; <see langword="null"/> if it is not known, or not there (17).</summary>
    public string? StandbySlots { get; init; }

    /// <summary>The names of its logical slots; <see langword="null"/> if they are not known.</summary>
    public IReadOnlyList<string>? LogicalSlots { get; init; }

    /// <summary>
    /// A standby that streams, or may stream, from a server that is not known to be a standby: that
    /// server is a primary, and runs.
    /// </summary>
    public static PgClusterMember? WitnessOfPrimary(PgCluster cluster) =>
        cluster.Members.FirstOrDefault(
            member => member.Status?.Receiver?.MayStream == true
                && cluster.Find(member.Upstream) is not { Role: ServerRole.Standby });

    /// <summary>
    /// Whether no member can be a primary: every member answers as a standby, and follows another standby that answers. A
    /// member that does not answer might be one.
    /// </summary>
    public static bool HasNone(PgCluster cluster) =>
        cluster.Members.All(
            member => member is { Role: ServerRole.Standby, Status: not null }
                && cluster.Find(member.Upstream) is { Role: ServerRole.Standby, Status: not null });

    /// <summary>
    /// Whether the former primary of a cluster must be one of its standbys: all of them answer,
    /// and each follows another of them.
    /// </summary>
    /// <remarks>If a member follows no other one, as an archive-fed member does, the primary may be a server that is not known.</remarks>
    public static bool IsAmongStandbys(PgCluster cluster) =>
        cluster.Members.All(
            member => member is { Role: ServerRole.Standby, IsHot: true, Status: not null }
                && cluster.Find(member.Upstream) is { Role: ServerRole.Standby });
}

/// <summary>Where the WAL of a server ends.</summary>
/// <param name="Timeline">Its timeline.</param>
/// <param name="Lsn">The position.</param>
internal sealed record WalEnd(TimelineId Timeline, Lsn Lsn);
