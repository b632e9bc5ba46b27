namespace PgHa.Pester;

/// <summary>One line of the test report: a test, or what went wrong with a whole file.</summary>
/// <param name="Name">The file's name and the test's.</param>
/// <param name="Failure">Why it failed, beginning with <c>file:line</c>; <see langword="null"/> if it passed.</param>
/// <param name="SkipReason">Why it was skipped; <see langword="null"/> if it ran.</param>
/// <param name="Seconds">How long it took in Pester; the report's own times are those of passing it on.</param>
public sealed record PesterOutcome(string Name, string? Failure = null, string? SkipReason = null, double Seconds = 0);
