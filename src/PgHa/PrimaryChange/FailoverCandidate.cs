namespace PgHa;

/// <summary>A standby that could become the primary after the primary failed.</summary>
/// <param name="Member">The standby.</param>
/// <param name="ReceivedLsn">The end of the WAL that it has, received or restored.</param>
/// <param name="Reasons">What speaks for and against it, in words.</param>
internal sealed record FailoverCandidate(PgClusterMember Member, Lsn ReceivedLsn, IReadOnlyList<string> Reasons)
{
    /// <summary>Whether its replay is delayed or paused: its owner may not want such a standby as the primary.</summary>
    /// <remarks><see langword="null"/> if the delay is not known.</remarks>
    public bool? IsHeldBack =>
        Member.Status?.Receiver?.IsReplayPaused == true || Member.ApplyDelay > TimeSpan.Zero ? true
        : Member.ApplyDelay is null ? null : false;

    /// <summary>The candidates, the best first: by timeline, by the WAL that they have, then by their purpose.</summary>
    /// <remarks>
    /// A standby that answers no queries is no candidate: it cannot be asked for the WAL that it has, nor whether
    /// it has room for other standbys.
    /// </remarks>
    /// <param name="cluster">The cluster, without its primary.</param>
    /// <param name="names">The standbys that commits waited for.</param>
    public static IReadOnlyList<FailoverCandidate> Rank(PgCluster cluster, SynchronousStandbyNames? names) =>
    [
        .. cluster.Members
            .Where(member => cluster.IsOfThis(member)
                && member is { Role: ServerRole.Standby, IsHot: true, Server: not null }
                && LsnOf(member) is not null)
            .Select(member => new FailoverCandidate(member, LsnOf(member)!.Value, [.. ReasonsOf(member, names)]))
            .OrderByDescending(candidate => candidate.Member.Timeline?.Value ?? 0)
            .ThenByDescending(candidate => candidate.ReceivedLsn)
            .ThenBy(candidate => candidate.IsHeldBack != false)
            .ThenBy(candidate => candidate.IsHeldBack == true)
            .ThenBy(candidate => candidate.Member.Status!.ArchiveMode is null)
            .ThenByDescending(candidate => names?.Covers(NameOf(candidate.Member)) == true)
            .ThenBy(candidate => candidate.Member.Name, StringComparer.Ordinal),
    ];

    /// <summary>
    /// The candidate that takes over if none is named: the first, unless the primary archived and another
    /// one can continue the archiving.
    /// </summary>
    /// <remarks>
    /// The chosen one fetches the WAL that it lacks from the first. An archive that ends would
    /// end recovery to a point in time.
    /// </remarks>
    /// <param name="ranked">The candidates as <see cref="Rank"/> has them.</param>
    /// <param name="archived">Whether the dead primary archived, or may have.</param>
    /// <returns><see langword="null"/> if there is none.</returns>
    public static FailoverCandidate? Choose(IReadOnlyList<FailoverCandidate> ranked, bool archived)
    {
        if (ranked.Count == 0)
            return null;
        FailoverCandidate first = ranked[0];
        return archived
            ? ranked.FirstOrDefault(candidate => candidate is { IsHeldBack: false, Member.Status.ArchiveMode: not null }
                && candidate.Member.Timeline == first.Member.Timeline) ?? first
            : first;
    }

    /// <summary>The end of the WAL that a standby has; <see langword="null"/> if that is not known.</summary>
    public static Lsn? LsnOf(PgClusterMember member) =>
        member.Status?.Receiver is not { } receiver ? null
        : receiver.ReceivedLsn is { } received && !(receiver.ReplayedLsn > received) ? received
        : receiver.ReplayedLsn;

    /// <summary>The name that an upstream knows a member by.</summary>
    public static string NameOf(PgClusterMember member) => member.ApplicationName ?? member.Node?.ApplicationName ?? member.Name;

    /// <summary><c>node23: timeline 1, 0/3000148, synchronous</c>.</summary>
    public override string ToString() =>
        $"{Member.Name}: timeline {Member.Timeline?.ToString() ?? "unknown"}, "
        + $"{string.Join(", ", Reasons.Prepend(ReceivedLsn.ToString()))}";

    private static IEnumerable<string> ReasonsOf(PgClusterMember member, SynchronousStandbyNames? names)
    {
        if (names?.Covers(NameOf(member)) == true)
            yield return "synchronous";
        if (member.Status!.ArchiveMode is not null)
            yield return "archives";
        if (member.Status.Receiver?.IsReplayPaused == true)
            yield return "replay is paused";
        if (member.ApplyDelay is not { } delay)
            yield return "whether it replays later on purpose is not known";
        else if (delay > TimeSpan.Zero)
            yield return $"replays {LagDiagnosis.Describe(delay)} later";
    }
}
