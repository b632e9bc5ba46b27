namespace PgHa.Engine.Tests.Schedules;

/// <summary>
/// A cluster under a writer that remembers what was acknowledged. A schedule knows no more of it, so that its servers may be anywhere.
/// </summary>
internal interface IScheduledCluster : IAsyncDisposable
{
    /// <summary>The names of the servers.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Lets the fault of a round befall its victim; returns when it is over, where it is one that passes.</summary>
    Task StrikeAsync(ScheduledRound round);

    /// <summary>Does what the operator does in a round, until its end or until PgHa is killed.</summary>
    /// <exception cref="PgHaException">It was refused, or failed.</exception>
    Task ActAsync(ScheduledRound round);

    /// <summary>Does what the commands advise until one primary has all others streaming from it.</summary>
    Task<string> HealAsync();

    /// <summary>Asserts that the primary has all that was acknowledged, and that never two servers took writes at the same time.</summary>
    Task AssertNothingLostAsync(string primary);
}
