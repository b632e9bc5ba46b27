using System.Text;

namespace PgHa.Tests;

/// <summary>Generated inputs, the same in every run: a failure names the seed that repeats it.</summary>
internal static class Generated
{
    public static TheoryData<int> Seeds(int count) => new(Enumerable.Range(1, count));

    public static T Pick<T>(this Random random, params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];

    /// <summary>Whole characters: half a surrogate pair is no text.</summary>
    public static string Text(this Random random, string alphabet, int maxLength)
    {
        Rune[] characters = [.. alphabet.EnumerateRunes()];
        return string.Concat(random.Repeat(maxLength, () => random.Pick(characters)));
    }

    public static IEnumerable<T> Repeat<T>(this Random random, int maxCount, Func<T> make) =>
        Enumerable.Range(0, random.Next(maxCount + 1)).Select(_ => make()).ToList();
}
