namespace PgHa;

/// <summary>Finds the names that a misspelt name may stand for.</summary>
internal static class NearestNames
{
    private const int MaxNames = 3;

    /// <summary>At most three names, the nearest first; none if all are far from it.</summary>
    public static IReadOnlyList<string> Of(string name, IEnumerable<string> candidates)
    {
        int tolerance = Math.Max(2, name.Length / 3);
        return
        [
            .. candidates
                .Select(candidate => (Name: candidate, Distance: Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant())))
                .Where(candidate => candidate.Distance <= tolerance)
                .OrderBy(candidate => candidate.Distance)
                .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
                .Select(candidate => candidate.Name)
                .Take(MaxNames),
        ];
    }

    // Levenshtein's: the least number of characters to insert, delete or replace.
    private static int Distance(string left, string right)
    {
        int[] previous = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int[] current = new int[right.Length + 1];
            current[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int replace = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(replace, 1 + Math.Min(previous[j], current[j - 1]));
            }

            previous = current;
        }

        return previous[^1];
    }
}
