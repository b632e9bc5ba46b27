namespace PgHa;

/// <summary>Makes the state of synchronous replication from what servers told about themselves.</summary>
public static class SynchronousReplicationStatuses
{
    /// <summary>The state of a primary's commits.</summary>
    /// <param name="primary">The primary.</param>
    /// <param name="others">The status of other servers. A standby's status shows whether a listed name streams from that standby.</param>
    public static SynchronousReplicationStatus Of(ReplicationStatus primary, IReadOnlyList<ReplicationStatus> others)
    {
        var status = new SynchronousReplicationStatus
        {
            Server = primary.Server,
            WouldHang = false,
            StandbyNames = primary.SynchronousStandbyNames,
            CommitLevel = primary.SynchronousCommit,
        };
        if (primary.SynchronousStandbyNames is not { } names)
            return status;

        return status with
        {
            Standbys =
            [
                .. primary.Standbys.Where(standby => names.Covers(standby.ApplicationName))
                    // A standby that does not count has no priority yet.
                    .OrderBy(standby => standby.SyncPriority is > 0 and { } priority ? priority : int.MaxValue),
            ],
            WouldHang = !status.Waits ? false : SyncStandbyPlan.Assess(names, primary.Standbys).WouldHang,
            Findings =
            [
                .. SynchronousDiagnosis.Of(primary)
                    .Concat(SyncStandbyDiagnosis.Of(primary, names, others))
                    .OrderBy(finding => finding.Cause),
            ],
        };
    }

    /// <summary>Whether one of the servers is the primary of a standby, as far as their system identifiers tell.</summary>
    public static bool HasPrimaryOf(ReplicationStatus standby, IReadOnlyList<ReplicationStatus> statuses) =>
        statuses.Any(other => other.Role == ServerRole.Primary && other.IsSameSystem(standby));
}
