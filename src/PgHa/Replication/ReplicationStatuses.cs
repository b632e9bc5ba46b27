namespace PgHa;

/// <summary>Completes what several servers said about themselves with what they said about each other.</summary>
public static class ReplicationStatuses
{
    /// <summary>
    /// Finds each standby's upstream, takes from it what a standby without SQL cannot tell, measures the lag against
    /// the primary where that was asked too, and says what is wrong.
    /// </summary>
    /// <returns>The same servers in the same order.</returns>
    public static IReadOnlyList<ReplicationStatus> Relate(IReadOnlyList<ReplicationStatus> statuses)
    {
        List<ReplicationStatus> related = [.. statuses];
        for (int i = 0; i < related.Count; i++)
        {
            ReplicationStatus status = related[i];
            ReplicationStatus? upstream = UpstreamOf(status, statuses);
            if (upstream is not null)
                status = FromUpstream(status with { Upstream = upstream.Server }, upstream);
            status = WithLag(status, upstream, PrimaryOf(status, statuses));
            related[i] = status with { Findings = LagDiagnosis.Of(status, upstream) };
        }

        return related;
    }

    private static ReplicationStatus? UpstreamOf(ReplicationStatus standby, IReadOnlyList<ReplicationStatus> statuses)
    {
        if (standby.Role != ServerRole.Standby)
            return null;
        var others = statuses.Where(other => other.Server != standby.Server && standby.IsSameSystem(other));
        return others.FirstOrDefault(other => IsAddressOf(other.Server, standby.Receiver))
            ?? others.FirstOrDefault(other => RowOf(standby, other) is not null);
    }

    // With two primaries of one cluster it is not known which of them the standby lags behind.
    private static ReplicationStatus? PrimaryOf(ReplicationStatus standby, IReadOnlyList<ReplicationStatus> statuses)
    {
        ReplicationStatus[] primaries = [.. statuses.Where(other => other.Role == ServerRole.Primary && standby.IsSameSystem(other))];
        return primaries is [{ } only] ? only : null;
    }

    private static bool IsAddressOf(PgInstance server, ReceiverStatus? receiver) =>
        receiver is { SenderHost: { } host }
        && (receiver.SenderPort ?? PgInstance.DefaultPort) == server.Port
        && (string.Equals(host, server.Host, StringComparison.OrdinalIgnoreCase) || (Loopback.Is(host) && Loopback.Is(server.Host)));

    // A server's name is its standby's application_name, unless the standby says otherwise in its conninfo.
    private static StandbyStatus? RowOf(ReplicationStatus standby, ReplicationStatus upstream) =>
        upstream.Standbys.FirstOrDefault(row => row.ApplicationName == (standby.Receiver?.ApplicationName ?? standby.Server.Name));

    private static ReplicationStatus FromUpstream(ReplicationStatus standby, ReplicationStatus upstream)
    {
        if (standby.State != ServerState.StandbyWithoutSql || RowOf(standby, upstream) is not { } row)
            return standby;
        ReceiverStatus receiver = standby.Receiver ?? new ReceiverStatus();
        return standby with
        {
            SystemIdentifier = standby.SystemIdentifier ?? upstream.SystemIdentifier,
            Timeline = upstream.Timeline ?? standby.Timeline,
            CurrentLsn = row.ReplayedLsn ?? standby.CurrentLsn,
            ObservedAt = upstream.ObservedAt,
            Receiver = receiver with
            {
                State = row.State,
                HasUpstream = true,
                SenderHost = upstream.Server.Host,
                SenderPort = upstream.Server.Port,
                SlotName = row.SlotName,
                SenderLsn = row.UpstreamLsn,
                ReceivedLsn = row.FlushedLsn,
                ReplayedLsn = row.ReplayedLsn,
            },
        };
    }

    private static ReplicationStatus WithLag(ReplicationStatus status, ReplicationStatus? upstream, ReplicationStatus? primary)
    {
        if (status is not { Role: ServerRole.Standby, CurrentLsn: { } replayed })
            return status;

        long? bytes = (primary?.CurrentLsn ?? status.Receiver?.EndOfKnownWal) is { } end ? Math.Max(0, end - replayed) : null;
        return status with { LagBytes = bytes, LagTime = TimeBehind(status, bytes, upstream is null ? null : RowOf(status, upstream)) };
    }

    private static TimeSpan? TimeBehind(ReplicationStatus status, long? bytes, StandbyStatus? row)
    {
        if (bytes is null or 0)
        {
            // The age of the last commit does not matter: there is nothing newer.
            return bytes is null ? null : TimeSpan.Zero;
        }

        // While nothing is replayed, the upstream's value stands still. Otherwise it is the better one: after an idle hour,
        // the standby would show an hour's lag for a single record on its way.
        bool isHeldBack = status.Receiver is { IsReplayPaused: true } or { ApplyDelay.Ticks: > 0 };
        TimeSpan? sinceLastCommit = status.Receiver?.ReplayLagBytes > 0 ? status.ObservedAt - status.Receiver.LastReplayedCommit : null;
        return isHeldBack ? sinceLastCommit : row?.ReplayLag ?? sinceLastCommit;
    }
}
