using System.Globalization;

namespace PgHa;

/// <summary>A standby's lag over some time, as the server it streams from saw it.</summary>
/// <remarks>
/// See
/// <see href="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW">pg_stat_replication</see>.
/// </remarks>
public sealed record ReplicationLag
{
    /// <summary>The server the standby streams from.</summary>
    public required PgInstance Server { get; init; }

    /// <summary>The standby's application name.</summary>
    public required string ApplicationName { get; init; }

    /// <summary>The number of samples in which it was connected.</summary>
    public int Samples { get; init; }

    /// <summary>The number of samples in which it was not connected.</summary>
    public int Missed { get; init; }

    /// <summary>The time from its first sample to its last.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The bytes between the server's position and what the standby had replayed.</summary>
    public LagDistribution? Bytes { get; init; }

    /// <summary>The milliseconds until WAL was replayed, in the samples where the server knew: zero where all was replayed.</summary>
    public LagDistribution? Milliseconds { get; init; }

    /// <summary>
    /// The bytes of WAL a second that the server wrote, or received if it is a standby
    /// itself; unknown from a single sample.
    /// </summary>
    public double? WalRate { get; init; }

    /// <summary>The bytes of WAL a second that the standby replayed.</summary>
    public double? ReplayRate { get; init; }

    /// <summary>
    /// How long the standby would take to replay the rest at the end, if nothing more were written and it went on at
    /// <see cref="ReplayRate"/>; <see langword="null"/> if it replayed nothing.
    /// </summary>
    public TimeSpan? CatchUpTime { get; init; }

    /// <summary><c>s1: 0 to 16 MB behind, 1.2 MB in the median</c>.</summary>
    public override string ToString() => Bytes is null
        ? $"{ApplicationName}: its lag is not known"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{ApplicationName}: {ByteSize.Format((long)Bytes.Minimum)} to {ByteSize.Format((long)Bytes.Maximum)} behind, "
                + $"{ByteSize.Format((long)Bytes.Median)} in the median");
}
