using System.Diagnostics;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Schedules;

/// <summary>Carries out the rounds of a seed, brings the cluster back to order, and checks it.</summary>
internal static class ScheduleRun
{
    public static async Task RunAsync(int seed, Func<Task<IScheduledCluster>> build)
    {
        long started = Stopwatch.GetTimestamp();
        await using IScheduledCluster cluster = await build();
        List<string> failures = [];
        foreach (ScheduledRound round in Schedule.Of(seed, cluster.Names))
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{round}");
            string?[] outcomes = await Task.WhenAll(
                OutcomeAsync(-round.Delay, () => cluster.ActAsync(round)),
                OutcomeAsync(round.Delay, () => cluster.StrikeAsync(round)));
            failures.AddRange(outcomes.OfType<string>());
        }

        string primary = await cluster.HealAsync();
        await cluster.AssertNothingLostAsync(primary);
        ReliabilityReport.Add(new
        {
            Kind = "schedule",
            Seed = seed,
            Rounds = Schedule.Of(seed, cluster.Names).Select(round => $"{round}"),
            Failures = failures,
            Primary = primary,
            Seconds = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 1),
        });
    }

    // A refusal, and a failure that says what to do next, are as good as success: what they leave behind is what counts.
    private static async Task<string?> OutcomeAsync(TimeSpan delay, Func<Task> act)
    {
        try
        {
            if (delay > TimeSpan.Zero)
                await Task.Delay(delay, TestCluster.Deadline);
            await act();
            return null;
        }
        catch (PgHaException e)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"  {e.ErrorId}: {e.Message}");
            Assert.False(string.IsNullOrEmpty(e.Advice), e.Message);
            return e.ErrorId;
        }
    }
}
