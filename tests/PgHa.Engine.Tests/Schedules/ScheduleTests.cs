using System.Globalization;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Schedules;

/// <summary>Rounds of what operators do and what befalls servers at the same time, as seeds have them.</summary>
/// <remarks>PGHA_TEST_SCHEDULES is how many, PGHA_TEST_FIRST_SEED the first seed.</remarks>
[TakesMinutes]
public sealed class ScheduleTests
{
    private const int UsualCount = 5;

    public static TheoryData<int> Seeds =>
        [.. Enumerable.Range(Number("PGHA_TEST_FIRST_SEED", 1), Number("PGHA_TEST_SCHEDULES", UsualCount))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public Task Whatever_happens_meanwhile_there_is_one_primary_in_the_end_and_no_acknowledged_commit_is_lost(int seed) =>
        ScheduleRun.RunAsync(seed, async () => await LocalScheduledCluster.BuildAsync());

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int number) ? number : otherwise;
}
