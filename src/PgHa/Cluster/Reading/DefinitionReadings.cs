namespace PgHa;

/// <summary>Collects what the readers of one definition find: the line of each place, and the problems.</summary>
internal sealed class DefinitionReadings
{
    private readonly List<DefinitionProblem> _problems = [];
    private readonly Dictionary<string, int> _lines = [];

    /// <summary>Remembers where a place is.</summary>
    public void Locate(string place, int line) => _lines[place] = line;

    /// <summary>Notes a problem at a place, unless a larger part around that place could not be read at all.</summary>
    public void Add(string place, string text)
    {
        if (!_problems.Any(problem => problem.Place != place && IsWithin(place, problem.Place)))
            _problems.Add(new DefinitionProblem(place, text, LineOf(place)));
    }

    /// <summary>
    /// All problems: the readers', and those that the rules found. A rule's problem at a place that could not be read is left out, because
    /// it is about a value that nobody gave.
    /// </summary>
    public IReadOnlyList<DefinitionProblem> With(IEnumerable<DefinitionProblem> found)
    {
        string[] unread = [.. _problems.Select(problem => problem.Place)];
        return
        [
            .. _problems
                .Concat(found
                    .Where(problem => !unread.Any(place => IsWithin(problem.Place, place)))
                    .Select(problem => problem with { Line = LineOf(problem.Place) }))
                .Distinct()
                .OrderBy(problem => problem.Line),
        ];
    }

    // A place that was not written has the line of the nearest place around it.
    private int LineOf(string place)
    {
        for (string around = place; around.Length > 0; around = around[..Math.Max(0, around.LastIndexOfAny(['.', '[']))])
        {
            if (_lines.TryGetValue(around, out int line))
                return line;
        }

        return _lines.GetValueOrDefault("");
    }

    private static bool IsWithin(string place, string outer) =>
        place.StartsWith(outer, StringComparison.Ordinal) && (place.Length == outer.Length || place[outer.Length] is '.' or '[');
}
