namespace PgHa;

/// <summary>All checks of a cluster.</summary>
public static class ClusterChecks
{
    /// <summary>The checks, by theme.</summary>
    public static IReadOnlyList<ClusterCheck> All { get; } =
    [
        .. MembershipChecks.All,
        .. LinkChecks.All,
        .. CommitChecks.All,
        .. WalChecks.All,
        .. ConfigurationChecks.All,
        .. AccessChecks.All,
        .. FailoverChecks.All,
        .. HealthChecks.All,
        .. ServiceChecks.All,
    ];

    /// <summary>What the checks find, the most urgent first.</summary>
    /// <param name="observation">The cluster.</param>
    /// <param name="without">The ids of checks that are left out.</param>
    public static IReadOnlyList<ClusterFinding> Run(ClusterObservation observation, IReadOnlyCollection<string>? without = null) =>
    [
        .. All.Where(check => without?.Contains(check.Id, StringComparer.OrdinalIgnoreCase) != true)
            .SelectMany(check => check.Run(observation))
            .OrderByDescending(finding => finding.Severity == FindingSeverity.Critical).ThenByDescending(finding => finding.Severity),
    ];
}
