namespace PgHa;

/// <summary>Something that stands in the way of an operation.</summary>
/// <param name="Id">The stable id of the error.</param>
/// <param name="Message">What it is, as a sentence.</param>
/// <param name="Advice">What to do about it.</param>
internal sealed record OperationProblem(string Id, string Message, string Advice)
{
    /// <summary>Throws one exception for all problems together.</summary>
    /// <param name="problems">The problems; nothing happens without any.</param>
    /// <param name="id">The id where there are several.</param>
    /// <param name="operation">What was to be done: "node23 cannot become the primary".</param>
    /// <exception cref="PgHaException">There is a problem.</exception>
    public static void Throw(IReadOnlyList<OperationProblem> problems, string id, string operation)
    {
        if (problems.Count == 0)
            return;
        throw new PgHaException(
            problems.Count == 1 ? problems[0].Id : id, PgHaErrorKind.Refused,
            $"{operation}: {string.Join(' ', problems.Select(problem => problem.Message))} Nothing was changed.",
            string.Join(' ', problems.Select(problem => problem.Advice).Distinct()));
    }
}
