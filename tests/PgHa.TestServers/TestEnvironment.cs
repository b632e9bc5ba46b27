using System.Globalization;
using PgHa.Provisioning.Sources;

namespace PgHa.TestServers;

/// <summary>What the environment variables ask of the tests.</summary>
public static class TestEnvironment
{
    /// <summary>Whether this is a CI run, where a missing server is a failure and not a skip.</summary>
    public static bool IsCi => Environment.GetEnvironmentVariable("CI") is "true" or "1";

    /// <summary>Names the majors to test, such as <c>11,15</c> or <c>10-19</c>.</summary>
    public const string MajorsVariable = "PGHA_TEST_MAJORS";

    // The newest one of the machine, or 15 where it has none, and the newest release that has every tool.
    private static string DefaultMajors =>
        $"{InstalledPackages.Majors.Where(major => major < NewestWithTools).DefaultIfEmpty(15).Max()},{NewestWithTools}";

    private const int NewestWithTools = 18;

    private static readonly string? Asked =
        Environment.GetEnvironmentVariable(MajorsVariable) is { Length: > 0 } asked ? asked : null;

    internal static IReadOnlyList<int> Majors { get; } = ParseMajors(Asked ?? DefaultMajors);

    internal static IReadOnlyList<int> MajorsOfScenarios { get; } = ScenariosOn(Majors, Asked is not null);

    /// <summary>The majors of long scenarios: those that the run names, and where it names none the newest of the default ones.</summary>
    internal static IReadOnlyList<int> ScenariosOn(IReadOnlyList<int> majors, bool named) => named ? majors : [majors.Max()];

    internal static IReadOnlyList<int> ParseMajors(string text)
    {
        var majors = new SortedSet<int>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = part.Split('-', 2);
            if (!TryMajor(ends[0], out int first) || !TryMajor(ends[^1], out int last) || first > last)
            {
                throw new FormatException(
                    $"{MajorsVariable}: '{part}' is neither a major such as 15 nor a range such as 10-19.");
            }

            for (int major = first; major <= last; major++)
                majors.Add(major);
        }

        return [.. majors];
    }

    private static bool TryMajor(string text, out int major) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out major) && major is >= 10 and < 100;
}
