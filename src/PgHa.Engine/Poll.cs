namespace PgHa.Engine;

/// <summary>Looks again and again until something is so, or until a deadline.</summary>
/// <remarks>The last look begins after the deadline, or ends after it. So what came in time is never missed.</remarks>
internal static class Poll
{
    /// <summary>Returns when the look says yes.</summary>
    /// <param name="look">Whether it is so.</param>
    /// <param name="pause">The time between two looks.</param>
    /// <param name="deadline">How long it may take.</param>
    /// <param name="late">What to throw after that: what was waited for, and what the last look saw.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public static Task UntilAsync(
        Func<Task<bool>> look, TimeSpan pause, Deadline deadline, Func<PgHaException> late, CancellationToken cancellationToken) =>
        UntilAsync(look, pause, deadline, () => Task.FromResult(late()), cancellationToken);

    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, TimeSpan, Deadline, Func{PgHaException}, CancellationToken)"/>
    public static Task UntilAsync(
        Func<Task<bool>> look, TimeSpan pause, Deadline deadline, Func<Task<PgHaException>> late, CancellationToken cancellationToken) =>
        UntilAsync(look, _ => Task.Delay(pause, cancellationToken), deadline, late);

    /// <summary>Returns when the look says yes; the caller makes the pauses.</summary>
    /// <param name="look">Whether it is so.</param>
    /// <param name="pauseAsync">Waits before the next look; it is told how much time is left.</param>
    /// <param name="deadline">How long it may take.</param>
    /// <param name="late">What to throw after that: what was waited for, and what the last look saw.</param>
    public static async Task UntilAsync(
        Func<Task<bool>> look, Func<TimeSpan, Task> pauseAsync, Deadline deadline, Func<Task<PgHaException>> late)
    {
        if (!await TryUntilAsync(look, pauseAsync, deadline).ConfigureAwait(false))
            throw await late().ConfigureAwait(false);
    }

    /// <summary>Whether the look has said yes before the deadline.</summary>
    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, TimeSpan, Deadline, Func{PgHaException}, CancellationToken)"/>
    public static Task<bool> TryUntilAsync(
        Func<Task<bool>> look, TimeSpan pause, Deadline deadline, CancellationToken cancellationToken) =>
        TryUntilAsync(look, _ => Task.Delay(pause, cancellationToken), deadline);

    /// <summary>Waits for the pause, but not longer than the time that is left.</summary>
    public static Task PauseAsync(TimeSpan pause, TimeSpan left, CancellationToken cancellationToken) =>
        Task.Delay(pause < left ? pause : left, cancellationToken);

    private static async Task<bool> TryUntilAsync(Func<Task<bool>> look, Func<TimeSpan, Task> pauseAsync, Deadline deadline)
    {
        while (!await look().ConfigureAwait(false))
        {
            if (deadline.HasPassed)
                return false;
            await pauseAsync(deadline.Left).ConfigureAwait(false);
        }

        return true;
    }
}
