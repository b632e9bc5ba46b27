namespace PgHa;

/// <summary>Makes measurements of lag from samples of a server's status.</summary>
public static class ReplicationLags
{
    /// <summary>The lag of each standby that was seen, by name.</summary>
    /// <param name="samples">What one server said, the oldest first.</param>
    public static IReadOnlyList<ReplicationLag> Of(IReadOnlyList<ReplicationStatus> samples) =>
    [
        .. samples.SelectMany(sample => Keyed(sample))
            .GroupBy(seen => seen.Key, seen => (seen.Sample, seen.Standby))
            .Select(group => OfStandby([.. group], samples.Count))
            .OrderBy(lag => lag.ApplicationName, StringComparer.Ordinal),
    ];

    // A standby that reconnects is another process of the same name. Of those that share a name, the one that has been
    // connected longest comes first in every sample.
    private static IEnumerable<((string Name, int Place) Key, ReplicationStatus Sample, StandbyStatus Standby)> Keyed(
        ReplicationStatus sample) =>
        sample.Standbys.Where(standby => standby.State != "backup")
            .GroupBy(standby => standby.ApplicationName)
            .SelectMany(same => same.OrderBy(standby => standby.BackendStart)
                .Select((standby, place) => ((same.Key, place), sample, standby)));

    private static ReplicationLag OfStandby(IReadOnlyList<(ReplicationStatus Sample, StandbyStatus Standby)> seen, int samples)
    {
        (ReplicationStatus Sample, StandbyStatus Standby) first = seen[0], last = seen[^1];
        TimeSpan duration = (last.Sample.ObservedAt - first.Sample.ObservedAt) ?? TimeSpan.Zero;
        double? written = Rate(last.Standby.UpstreamLsn - first.Standby.UpstreamLsn, duration);
        double? replayed = Rate(last.Standby.ReplayedLsn - first.Standby.ReplayedLsn, duration);
        return new ReplicationLag
        {
            Server = last.Sample.Server,
            ApplicationName = last.Standby.ApplicationName,
            Samples = seen.Count,
            Missed = samples - seen.Count,
            Duration = duration,
            Bytes = LagDistribution.Of(seen.Select(one => (double?)one.Standby.LagBytes).OfType<double>()),
            Milliseconds = LagDistribution.Of(seen.Select(one => Time(one.Standby)?.TotalMilliseconds).OfType<double>()),
            WalRate = written,
            ReplayRate = replayed,
            CatchUpTime = CatchUp(last.Standby.LagBytes, replayed),
        };
    }

    // The server forgets the time of a standby that has had nothing to replay for a while.
    private static TimeSpan? Time(StandbyStatus standby) => standby.LagBytes == 0 ? TimeSpan.Zero : standby.ReplayLag;

    private static double? Rate(long? bytes, TimeSpan duration) =>
        duration > TimeSpan.Zero && bytes is { } known ? Math.Max(0, known) / duration.TotalSeconds : null;

    // Only the standby's rate counts, not what it is above the server's: under a steady load both are the same but for chance.
    private static TimeSpan? CatchUp(long? behind, double? rate) => (behind, rate) switch
    {
        (0, _) => TimeSpan.Zero,
        ({ } bytes, > 0 and { } perSecond) when bytes / perSecond < TimeSpan.MaxValue.TotalSeconds =>
            TimeSpan.FromSeconds(bytes / perSecond),
        _ => null,
    };
}
