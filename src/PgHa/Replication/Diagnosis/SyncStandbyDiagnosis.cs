namespace PgHa;

/// <summary>Why listed standbys do not confirm commits.</summary>
internal static class SyncStandbyDiagnosis
{
    /// <param name="primary">The primary, which lists standbys.</param>
    /// <param name="names">What it lists.</param>
    /// <param name="others">What other servers said.</param>
    public static IEnumerable<ReplicationFinding> Of(
        ReplicationStatus primary, SynchronousStandbyNames names, IReadOnlyList<ReplicationStatus> others)
    {
        if (primary.SynchronousCommit is { } level && !level.WaitsForStandbys())
        {
            yield return new ReplicationFinding(
                ReplicationFindingCause.CommitsDoNotWait, primary.Server.Name,
                $"synchronous_commit is '{level.ToSetting()}': commits do not wait for '{names}'");
        }

        if (names.Count > names.Names.Count && !names.Names.Contains(StandbyName.Wildcard))
        {
            yield return new ReplicationFinding(
                ReplicationFindingCause.SyncCountTooHigh, primary.Server.Name,
                $"'{names}' waits for {names.Count} standbys and lists {names.Names.Count}");
        }

        SyncStandbyAssessment assessment = SyncStandbyPlan.Assess(names, primary.Standbys);
        foreach (string missing in assessment.Missing)
            yield return OfMissing(missing, primary, others);

        foreach (string unknown in assessment.Unknown)
        {
            yield return new ReplicationFinding(
                ReplicationFindingCause.SyncStandbyUnknown, unknown,
                $"'{unknown}' is connected, and role '{primary.Server.UserName}' may not see whether it confirms commits: "
                    + "a member of pg_monitor may");
        }

        foreach (ReplicationFinding silent in primary.Standbys.Where(standby => standby.IsSynchronous == true)
            .SelectMany(standby => SenderDiagnosis.OfSilence(standby, primary.ObservedAt)))
            yield return silent;
    }

    private static ReplicationFinding OfMissing(string name, ReplicationStatus primary, IReadOnlyList<ReplicationStatus> others)
    {
        if (primary.Standbys.FirstOrDefault(standby => StandbyName.Matches(name, standby.ApplicationName)) is { } connected)
            return new ReplicationFinding(ReplicationFindingCause.SyncStandbyNotReady, name, NotReady(connected));

        if (name != StandbyName.Wildcard && UpstreamOf(name, primary, others) is { } upstream)
        {
            return new ReplicationFinding(
                ReplicationFindingCause.SyncStandbyCascaded, name,
                $"'{name}' streams from {upstream.Server.Name}: the standby of a standby never confirms a commit");
        }

        string connections = primary.Standbys.Count == 0
            ? "none is connected"
            : $"connected are {string.Join(", ", primary.Standbys.Select(standby => $"'{standby.ApplicationName}'").Distinct())}";
        return new ReplicationFinding(
            ReplicationFindingCause.SyncStandbyMissing, name,
            name == StandbyName.Wildcard ? "no standby is connected" : $"no standby has the application name '{name}': {connections}");
    }

    private static string NotReady(StandbyStatus standby) => standby switch
    {
        { State: "backup" } => $"'{standby.ApplicationName}' is a base backup, not a standby",
        { IsStreaming: true } =>
            $"'{standby.ApplicationName}' streams and does not say what it has flushed, "
                + "as pg_receivewal does without --synchronous",
        _ => $"'{standby.ApplicationName}' is connected and does not stream yet ({standby.State}): it counts when it has caught up",
    };

    private static ReplicationStatus? UpstreamOf(string name, ReplicationStatus primary, IReadOnlyList<ReplicationStatus> others) =>
        others.FirstOrDefault(other =>
            other.Role == ServerRole.Standby && other.IsSameSystem(primary)
            && other.Standbys.Any(standby => StandbyName.AreEqual(name, standby.ApplicationName)));
}
