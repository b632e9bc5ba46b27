namespace PgHa;

/// <summary>A rule and where it is.</summary>
/// <param name="LineNumber">The line in the file, from 1; of several joined by backslashes the first.</param>
/// <param name="Rule">What it says.</param>
public sealed record HbaFileRule(int LineNumber, HbaRule Rule);
