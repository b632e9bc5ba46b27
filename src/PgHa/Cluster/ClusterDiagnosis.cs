namespace PgHa;

/// <summary>What the members of a cluster, seen together, show to be wrong.</summary>
internal static class ClusterDiagnosis
{
    private static readonly ReplicationFindingCause[] CriticalCauses =
        [ReplicationFindingCause.CommitsHang, ReplicationFindingCause.SlotLost, ReplicationFindingCause.NotStreaming, ReplicationFindingCause.SlotMissing];

    /// <summary>The findings, the most urgent first.</summary>
    public static IReadOnlyList<ClusterFinding> Of(PgCluster cluster) =>
    [
        .. OfPrimaries(cluster)
            .Concat(cluster.Members.SelectMany(member => OfMember(cluster, member)))
            .OrderByDescending(finding => finding.Severity),
    ];

    private static IEnumerable<ClusterFinding> OfPrimaries(PgCluster cluster)
    {
        PgClusterMember[] primaries = [.. cluster.Primaries];
        if (primaries.Length > 1)
        {
            yield return new ClusterFinding("TwoPrimaries", FindingSeverity.Critical, null,
                $"{string.Join(" and ", primaries.Select(member => member.Name))} both accept writes, which diverge with every commit",
                "Decide which of them is right, stop the other at once (Stop-PgInstance), and make it a standby again.");
        }
        else if (primaries.Length == 0)
        {
            yield return new ClusterFinding("NoPrimary", FindingSeverity.Critical, null, "no member accepts writes",
                "Start the primary, or promote a standby if it will not return.");
        }
    }

    private static IEnumerable<ClusterFinding> OfMember(PgCluster cluster, PgClusterMember member)
    {
        if (!cluster.IsOfThis(member))
        {
            yield return new ClusterFinding("ForeignSystem", FindingSeverity.Critical, member.Name,
                $"{member.Name} has the system identifier {member.SystemIdentifier}, and the cluster has {cluster.SystemIdentifier}",
                "It is a server of another cluster: check host, port and data directory.");
            yield break;
        }

        if (member.State is MemberState.Down or MemberState.Unknown)
        {
            yield return new ClusterFinding(member.State == MemberState.Down ? "MemberDown" : "MemberUnknown",
                member.State == MemberState.Down ? FindingSeverity.Critical : FindingSeverity.Warning, member.Name,
                (member.Error ?? $"{member.Name} does not answer").TrimEnd('.'), "Look at its log (Get-PgServerLog), and start it (Start-PgInstance).");
        }

        foreach (ReplicationFinding finding in member.Status?.Findings ?? [])
        {
            yield return new ClusterFinding(finding.Cause.ToString(),
                CriticalCauses.Contains(finding.Cause) ? FindingSeverity.Critical
                    : finding.Cause == ReplicationFindingCause.ReplayDelayed ? FindingSeverity.Information : FindingSeverity.Warning,
                member.Name, finding.Text, null);
        }
    }
}
