namespace PgHa;

/// <summary>One thing that is wrong with an archive, or good to know of it.</summary>
/// <param name="Cause">What it is, for scripts.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="ArchiveDirectory">The archive.</param>
/// <param name="File">The file it is about, or the first of them; <see langword="null"/> for the archive as a whole.</param>
/// <param name="Evidence">What was seen: one sentence without a full stop.</param>
/// <param name="Advice">What to do, as imperative sentences; <see langword="null"/> where there is nothing to add.</param>
public sealed record ArchiveFinding(
    ArchiveFindingCause Cause, FindingSeverity Severity, string ArchiveDirectory, string? File, string Evidence, string? Advice)
{
    /// <summary>The evidence.</summary>
    public override string ToString() => Evidence;
}
