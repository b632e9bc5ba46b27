namespace PgHa;

/// <summary>Whether commits on a primary return.</summary>
internal static class SynchronousDiagnosis
{
    public static IEnumerable<ReplicationFinding> Of(ReplicationStatus status)
    {
        if (status is not { Role: ServerRole.Primary, SynchronousStandbyNames: { } names })
            yield break;

        SyncStandbyAssessment assessment = SyncStandbyPlan.Assess(names, status.Standbys);
        if (assessment.WouldHang == true && status.SynchronousCommit is null or > CommitLevel.Local)
        {
            yield return new ReplicationFinding(
                ReplicationFindingCause.CommitsHang,
                status.Server.Name,
                $"commits hang: {assessment.Required} of '{names}' must confirm and {assessment.Acknowledging.Count} can"
                + (assessment.Missing.Count == 0 ? "" : $"; not streaming: {string.Join(", ", assessment.Missing)}"));
        }

        foreach (string name in SyncStandbyPlan.Ambiguous(names, status.Standbys))
        {
            yield return new ReplicationFinding(
                ReplicationFindingCause.DuplicateApplicationName,
                name,
                $"several standbys call themselves '{name}', and a commit that one of them confirms may be missing on the others");
        }
    }
}
