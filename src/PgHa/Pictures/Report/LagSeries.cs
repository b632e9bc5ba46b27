namespace PgHa;

/// <summary>A standby's lag, sample by sample.</summary>
/// <param name="Standby">The standby's application name.</param>
/// <param name="Points">The time since the first sample, and the bytes not replayed then.</param>
public sealed record LagSeries(string Standby, IReadOnlyList<KeyValuePair<TimeSpan, long>> Points)
{
    /// <summary>The series of every standby in samples of the servers that standbys stream from.</summary>
    /// <param name="samples">The samples of each server, in their order.</param>
    public static IReadOnlyList<LagSeries> Of(IEnumerable<IReadOnlyList<ReplicationStatus>> samples)
    {
        List<LagSeries> all = [];
        foreach (IReadOnlyList<ReplicationStatus> ofServer in samples)
        {
            DateTimeOffset? start = ofServer.Count > 0 ? ofServer[0].ObservedAt : null;
            foreach (IGrouping<string, (ReplicationStatus Sample, StandbyStatus Row)> rows in ofServer
                .SelectMany(sample => sample.Standbys.Select(row => (sample, row)))
                .Where(one => one.row is { State: "streaming" or "catchup", LagBytes: not null } && one.sample.ObservedAt is not null)
                .GroupBy(one => one.row.ApplicationName))
            {
                all.Add(new LagSeries(
                    rows.Key,
                    rows.Select(one => KeyValuePair.Create((one.Sample.ObservedAt - start)!.Value, one.Row.LagBytes!.Value)).ToArray()));
            }
        }

        return all;
    }
}
