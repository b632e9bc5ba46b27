using static PgHa.FindingSeverity;

namespace PgHa;

/// <summary>Checks of which servers are in the cluster, and of their roles.</summary>
internal static class MembershipChecks
{
    public static IReadOnlyList<ClusterCheck> All { get; } =
    [
        new("TwoPrimaries", Critical, "Several members accept writes, and diverge", TwoPrimaries),
        new("NoPrimary", Critical, "No member accepts writes", NoPrimary),
        new("PrimaryUnknown", Unknown, "No member says that it is the primary, and not every member answered", PrimaryUnknown),
        new("ForeignSystem", Critical, "A node is a server of another cluster", ForeignSystem),
        new(
            "MemberDown", Critical, "Nothing answers at a member's address",
            observation => Silent(observation, MemberState.Down, "Look at its log (Get-PgServerLog), and start it (Start-PgInstance).")),
        new(
            "MemberUnknown", Warning, "Something answers at a member's address and does not tell what it is",
            observation => Silent(
                observation, MemberState.Unknown, "See what the error says: a password, pg_hba.conf, or another server on its port.")),
        new("TimelineBehind", Warning, "A standby follows an older timeline than the primary's", TimelineBehind),
        new(
            "MajorVersionsMixed", Critical, "Members are of different major versions, which cannot replicate physically",
            observation => Versions(
                observation, version => version.Major.ToString(),
                "Upgrade with pg_upgrade or logical replication; a physical standby is of its primary's major version.")),
        new(
            "MinorVersionsMixed", Information, "Members are of different minor versions",
            observation => Versions(observation, version => version.ToString(), "Update the standbys first, the primary last.")),
    ];

    private static IEnumerable<Symptom> TwoPrimaries(ClusterObservation observation)
    {
        PgClusterMember[] primaries = [.. observation.Cluster.Primaries];
        if (primaries.Length > 1)
        {
            yield return new Symptom(
                null,
                $"{string.Join(" and ", primaries.Select(member => member.Name))} both accept writes, which diverge with every commit",
                "Decide which of them is right, stop the other at once (Stop-PgInstance), and make it a standby again.");
        }
    }

    private static IEnumerable<Symptom> NoPrimary(ClusterObservation observation)
    {
        PgCluster cluster = observation.Cluster;
        if (!cluster.Primaries.Any() && !cluster.Undecided.Any())
        {
            yield return new Symptom(null, "no member accepts writes", cluster.Members.Any(member => member.Status is not null)
                ? "Start the primary, or promote a standby if it will not return."
                : "Start the primary.");
        }
    }

    // A primary that refuses logins, has no connection left, or is starting still exists: a promotion would make a second one.
    private static IEnumerable<Symptom> PrimaryUnknown(ClusterObservation observation)
    {
        PgCluster cluster = observation.Cluster;
        if (!cluster.Primaries.Any() && cluster.Undecided.ToArray() is { Length: > 0 } undecided)
        {
            yield return new Symptom(
                null, $"who accepts writes is not known: {string.Join(", ", undecided.Select(member => member.Name))} did not say",
                Answers.AdviceOn(undecided[0].ErrorId));
        }
    }

    private static IEnumerable<Symptom> ForeignSystem(ClusterObservation observation) =>
        from member in observation.Cluster.Members
        where !observation.Cluster.IsOfThis(member)
        select new Symptom(
            member.Name,
            $"{member.Name} has the system identifier {member.SystemIdentifier}, "
                + $"and the cluster has {observation.Cluster.SystemIdentifier}",
            "It is a server of another cluster: check host, port and data directory.");

    private static IEnumerable<Symptom> Silent(ClusterObservation observation, MemberState state, string advice) =>
        from member in observation.Cluster.Members
        where member.State == state && member.Status is null && observation.Cluster.IsOfThis(member)
        select new Symptom(member.Name, (member.Error ?? $"{member.Name} does not answer").TrimEnd('.'), advice);

    // An archive-fed standby is reported too, until the next WAL file brings it the new timeline.
    private static IEnumerable<Symptom> TimelineBehind(ClusterObservation observation) =>
        from member in observation.Cluster.Members
        where member.Role == ServerRole.Standby && member.Timeline is not null && observation.Cluster.IsOfThis(member)
            && observation.Cluster.Primary?.Timeline is { } current && member.Timeline!.Value.CompareTo(current) < 0
        select new Symptom(
            member.Name, $"{member.Name} is on timeline {member.Timeline}, and the primary on {observation.Cluster.Primary!.Timeline}",
            "See where they parted with Get-PgTimelineHistory: if the standby went past that, it takes a rewind or a new clone.");

    private static IEnumerable<Symptom> Versions(ClusterObservation observation, Func<ServerVersion, string> text, string advice)
    {
        var versions = observation.Members.Where(member => member.Facts is not null && observation.Cluster.IsOfThis(member.Member))
            .GroupBy(member => text(member.Facts!.Version)).ToArray();
        if (versions.Length > 1)
            yield return new Symptom(null, string.Join("; ", versions.Select(same => $"{string.Join(", ", same)}: {same.Key}")), advice);
    }
}
