namespace PgHa;

/// <summary>One thing that is wrong with a base backup, or good to know of it.</summary>
/// <param name="Cause">What it is, for scripts.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Backup">The directory of the backup.</param>
/// <param name="File">The file it is about; <see langword="null"/> for the backup as a whole.</param>
/// <param name="Evidence">What was seen: one sentence without a full stop.</param>
/// <param name="Advice">What to do, as imperative sentences; <see langword="null"/> where there is nothing to add.</param>
public sealed record BackupFinding(
    BackupFindingCause Cause, FindingSeverity Severity, string Backup, string? File, string Evidence, string? Advice)
{
    /// <summary>The evidence.</summary>
    public override string ToString() => Evidence;
}
