namespace PgHa;

/// <summary>What the report of a cluster is made of.</summary>
/// <param name="Cluster">The cluster as it was.</param>
/// <param name="Findings">What the checks found, the most urgent first.</param>
/// <param name="Lag">The lag over the sampled time.</param>
/// <param name="Differences">The settings that differ between the servers.</param>
public sealed record ClusterReport(
    PgCluster Cluster, IReadOnlyList<ClusterFinding> Findings, IReadOnlyList<LagSeries> Lag, IReadOnlyList<SettingDifference> Differences)
{
    /// <summary>The report as one HTML page that needs nothing else: no network, no script.</summary>
    public string ToHtml() => HtmlReport.Of(this);
}
