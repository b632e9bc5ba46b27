namespace PgHa;

/// <summary>What the readers of one definition find: the line of each place, and what could not be read.</summary>
internal sealed class DefinitionReadings
{
    private readonly List<DefinitionProblem> _problems = [];
    private readonly Dictionary<string, int> _lines = [];

    /// <summary>Remembers where a place is.</summary>
    public void Locate(string place, int line) => _lines[place] = line;

    /// <summary>Notes what is wrong at a place, unless a larger part that it belongs to could not be read at all.</summary>
    public void Add(string place, string text)
    {
        if (!_problems.Any(problem => problem.Place != place && IsWithin(place, problem.Place)))
            _problems.Add(new DefinitionProblem(place, text, LineOf(place)));
    }

    /// <summary>
    /// All problems: the readers', and those that the rules found. What the rules say about a place that could not be read is
    /// about a value that nobody gave, and left out.
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

    // Where a place was not written at all, the nearest around it was.
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
