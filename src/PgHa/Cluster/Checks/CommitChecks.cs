using static PgHa.FindingSeverity;

namespace PgHa;

/// <summary>Checks of whether commits hang, and of whether they are stored safely when they return.</summary>
internal static class CommitChecks
{
    public static IReadOnlyList<ClusterCheck> All { get; } =
    [
        OfCommits(
            ReplicationFindingCause.CommitsHang, Critical, "Too few synchronous standbys confirm: commits hang",
            "Bring a standby back, or let commits go on without (Disable-PgSyncStandby)."),
        OfCommits(
            ReplicationFindingCause.SyncCountTooHigh, Critical, "Commits wait for more standbys than are listed",
            "Correct it with Enable-PgSyncStandby -Count."),
        OfCommits(
            ReplicationFindingCause.DuplicateApplicationName, Warning, "Several standbys share a name in synchronous_standby_names",
            "Give each an application name of its own (Set-PgRecoveryConf -ApplicationName)."),
        OfCommits(
            ReplicationFindingCause.SyncStandbyMissing, Warning, "No standby has a name that synchronous_standby_names lists",
            "Start the standby, or take the name out (Disable-PgSyncStandby)."),
        OfCommits(
            ReplicationFindingCause.SyncStandbyCascaded, Warning, "A listed standby streams from another standby and never confirms",
            "List a direct standby of the primary."),
        OfCommits(
            ReplicationFindingCause.SyncStandbyNotReady, Warning, "A listed standby is connected and does not confirm",
            "Wait until it has caught up (Wait-PgReplication)."),
        OfCommits(ReplicationFindingCause.SyncStandbyUnknown, Warning, "Whether a listed standby confirms is not known",
            "Use a role that sees it: a superuser, or a member of pg_monitor."),
        OfCommits(
            ReplicationFindingCause.CommitsDoNotWait, Warning, "Standbys are listed, and synchronous_commit waits for none",
            "Set synchronous_commit to on, or higher."),
        new("NoSpareSyncStandby", Information, "When one synchronous standby goes, commits hang", NoSpare),
        ClusterCheck.OfMember(
            "CommitsNotFlushed", Warning, "Commits are confirmed before they are on the primary's own disk (synchronous_commit=off)",
            "Set synchronous_commit to on, unless the last moments of work may be lost in a crash.",
            member => member.Member.Role == ServerRole.Primary && member.Member.Status?.SynchronousCommit == CommitLevel.Off
                ? "confirms commits that a crash would lose (synchronous_commit=off)"
                : null),
    ];

    private static ClusterCheck OfCommits(ReplicationFindingCause cause, FindingSeverity severity, string description, string advice) =>
        new(cause.ToString(), severity, description, observation =>
            from primary in observation.Cluster.Primaries
            where primary.Status is not null
            let others = observation.Cluster.Members.Where(member => member != primary)
                .Select(member => member.Status)
                .OfType<ReplicationStatus>()
                .ToArray()
            from finding in SynchronousReplicationStatuses.Of(primary.Status!, others).Findings
            where finding.Cause == cause
            select new Symptom(primary.Name, finding.Text, advice));

    private static IEnumerable<Symptom> NoSpare(ClusterObservation observation) =>
        from primary in observation.Cluster.Primaries
        let status = primary.Status!
        let names = status.SynchronousStandbyNames
        where names is not null && status.SynchronousCommit?.WaitsForStandbys() != false
        let listed = status.Standbys.Where(standby => names.Covers(standby.ApplicationName)).ToArray()
        where listed.All(standby => standby.IsStreaming is not null)
        let ready = listed.Count(standby => standby.IsStreaming == true)
        where ready == names.Count
        select new Symptom(
            primary.Name,
            $"commits on {primary.Name} wait for {names.Count} of {ready} standbys that can confirm: when one goes, they hang",
            "List one more standby than must confirm.");
}
