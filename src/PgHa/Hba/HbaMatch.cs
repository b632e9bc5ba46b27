namespace PgHa;

/// <summary>The line that decides on a connection, which is the first that is about it.</summary>
/// <param name="Outcome">Whether there is one.</param>
/// <param name="LineNumber">The line in the file; 0 if there is none.</param>
/// <param name="Rule">
/// The rule that takes the connection, or may take it; <see langword="null"/> for an include and where there is none.
/// </param>
public sealed record HbaMatch(HbaOutcome Outcome, int LineNumber, HbaRule? Rule)
{
    /// <summary>The outcome, the line and its rule, for a message.</summary>
    public override string ToString() =>
        Outcome == HbaOutcome.NoMatch ? "no rule matches" : $"{Outcome} by line {LineNumber}: {Rule?.ToString() ?? "included rules"}";
}
