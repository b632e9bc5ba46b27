using System.Globalization;

namespace PgHa;

/// <summary>The state of clusters as a monitoring plugin prints it.</summary>
/// <param name="Line">The line: a state, what is wrong, and performance data.</param>
/// <param name="ExitCode">0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.</param>
/// <remarks>
/// See <see href="https://www.monitoring-plugins.org/doc/guidelines.html">Monitoring Plugins Development Guidelines</see>.
/// </remarks>
public sealed record NagiosReport(string Line, int ExitCode)
{
    private static readonly string[] States = ["OK", "WARNING", "CRITICAL", "UNKNOWN"];

    /// <summary>The report of one cluster.</summary>
    public static NagiosReport Of(PgCluster cluster, IReadOnlyList<ClusterFinding> findings)
    {
        ClusterFinding[] bad = [.. findings.Where(finding => finding.Severity > FindingSeverity.Information)];
        // A critical finding is certain, so it comes before an unknown one, although UNKNOWN has the higher exit code.
        int code = bad.Any(finding => finding.Severity == FindingSeverity.Critical)
            ? 2
            : bad.Select(finding => (int)finding.Severity).DefaultIfEmpty(0).Max();
        string text = bad.Length == 0
            ? $"{cluster.Name}: {Plural.Count(cluster.Members.Count, "member")}, "
                + $"primary {cluster.Primary?.Name}"
            : $"{cluster.Name}: {string.Join("; ", bad.AsEnumerable())}";
        return new NagiosReport($"PGHA {States[code]} - {Clean(text)} | {PerformanceData(cluster, bad)}", code);
    }

    /// <summary>The report on clusters that could not be examined.</summary>
    public static NagiosReport Unknown(string reason) => new($"PGHA UNKNOWN - {Clean(reason)}", 3);

    private static string PerformanceData(PgCluster cluster, ClusterFinding[] bad) => string.Join(' ',
    [
        string.Create(CultureInfo.InvariantCulture, $"members={cluster.Members.Count};;;0"),
        string.Create(CultureInfo.InvariantCulture, $"findings={bad.Length};;;0"),
        .. cluster.Members.Where(member => member.LagBytes is not null)
            .Select(member => string.Create(CultureInfo.InvariantCulture, $"{Label($"lag_{member.Name}")}={member.LagBytes}B;;;0")),
    ]);

    private static string Label(string name) => $"'{name.Replace('=', '_').Replace("'", "''", StringComparison.Ordinal)}'";

    // Monitoring systems take the text after a bar for performance data, and do not show the text after a line break.
    private static string Clean(string text) => text.Replace('|', '/').ReplaceLineEndings(" ");
}
