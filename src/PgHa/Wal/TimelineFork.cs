namespace PgHa;

/// <summary>The last position two histories have in common.</summary>
/// <param name="Timeline">The last timeline of both.</param>
/// <param name="Lsn">
/// Where at least one of them left it; <see langword="null"/> if both still are on it, so that nothing forked.
/// </param>
public sealed record TimelineFork(TimelineId Timeline, Lsn? Lsn);
