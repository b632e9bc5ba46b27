namespace PgHa;

/// <summary>The failure that lists everything that is wrong with a definition.</summary>
internal static class InvalidDefinition
{
    /// <summary>The error id.</summary>
    public const string ErrorId = ErrorIds.InvalidClusterDefinition;

    /// <summary>The failure of a definition.</summary>
    /// <param name="source">The definition's file; <see langword="null"/> if it is in no file.</param>
    /// <param name="problems">All problems.</param>
    public static PgHaException Of(string? source, IReadOnlyList<DefinitionProblem> problems)
    {
        string subject = source is null ? "The cluster definition" : $"The cluster definition '{source}'";
        // Each problem has a dash, because PowerShell shows line breaks in the errors of a script as blanks.
        string message = problems is [{ } only]
            ? $"{subject} is not valid: {only}."
            : $"{subject} has {problems.Count} problems:{string.Concat(problems.Select(problem => $"{Environment.NewLine}- {problem}"))}.";
        return new PgHaException(
            ErrorId, PgHaErrorKind.InvalidArgument, message, "See about_PgHa_ClusterDefinition for what a definition says.");
    }

    /// <summary>The failure of a text that cannot be read at all.</summary>
    public static PgHaException Of(string? source, int line, string text) => Of(source, [new DefinitionProblem("definition", text, line)]);
}
