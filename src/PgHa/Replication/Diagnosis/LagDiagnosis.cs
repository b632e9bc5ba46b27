using System.Globalization;

namespace PgHa;

/// <summary>Says where a lag is and what else is wrong, from what servers told about themselves.</summary>
/// <remarks>
/// The reasoning is the documentation's own: a gap between what an upstream wrote and what it sent means that it is
/// under heavy load; between sent and received, network latency or a standby under heavy load. See
/// <see href="https://www.postgresql.org/docs/current/warm-standby.html#STREAMING-REPLICATION-MONITORING">Monitoring</see>.
/// </remarks>
public static class LagDiagnosis
{
    /// <summary>From how many bytes on a gap is a finding: a WAL segment of the usual size. Less is the traffic of a busy server.</summary>
    public const long SignificantBytes = 16 << 20;

    /// <summary>From what age on a gap of any size is a finding.</summary>
    public static readonly TimeSpan SignificantAge = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a standby may be silent: one and a half times the default interval of its reports
    /// (<c>wal_receiver_status_interval</c>).
    /// </summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    /// <summary>The findings about a server, the most urgent first.</summary>
    /// <param name="status">The server.</param>
    /// <param name="upstream">The server it streams from, if that was asked too.</param>
    public static IReadOnlyList<ReplicationFinding> Of(ReplicationStatus status, ReplicationStatus? upstream = null) =>
    [
        .. new[]
        {
            SynchronousDiagnosis.Of(status),
            StandbyDiagnosis.Of(status, upstream),
            status.Slots.SelectMany(SlotDiagnosis.Of),
            SlotSyncDiagnosis.Of(status, upstream),
            status.Standbys.SelectMany(standby => SenderDiagnosis.Of(standby, status.ObservedAt)),
        }
        .SelectMany(findings => findings)
        .OrderBy(finding => finding.Cause),
    ];

    /// <summary>Whether a gap is worth a finding.</summary>
    internal static bool IsSignificant(long? bytes, TimeSpan? age = null) =>
        bytes >= SignificantBytes || (bytes > 0 && age >= SignificantAge);

    /// <summary>An age in whole seconds, or minutes where they are many.</summary>
    internal static string Describe(TimeSpan age)
    {
        (double number, string unit) = age < TimeSpan.FromMinutes(2) ? (age.TotalSeconds, "s")
            : age < TimeSpan.FromHours(2) ? (age.TotalMinutes, "min")
            : (age.TotalHours, "h");
        return string.Create(CultureInfo.InvariantCulture, $"{number:0} {unit}");
    }
}
