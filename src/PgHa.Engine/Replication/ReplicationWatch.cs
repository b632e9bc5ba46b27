using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace PgHa.Engine.Replication;

/// <summary>Asks servers for their status again and again.</summary>
/// <remarks>Each look uses new connections, so that a server that restarts only misses one answer.</remarks>
public static class ReplicationWatch
{
    /// <summary>Snapshots until there are enough of them, the time is up, or it is cancelled.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="instances">The servers.</param>
    /// <param name="interval">The time from the start of one look to the start of the next.</param>
    /// <param name="count">How many looks; <see langword="null"/> for any number.</param>
    /// <param name="duration">How long; <see langword="null"/> for ever.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async IAsyncEnumerable<ReplicationSnapshot> SnapshotsAsync(
        EngineContext context,
        IReadOnlyList<PgInstance> instances,
        TimeSpan interval,
        int? count,
        TimeSpan? duration,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        for (int taken = 1; ; taken++)
        {
            long look = Stopwatch.GetTimestamp();
            yield return await TakeAsync(context, instances, cancellationToken).ConfigureAwait(false);
            TimeSpan pause = interval - Stopwatch.GetElapsedTime(look);
            if (taken == count || Stopwatch.GetElapsedTime(started) + pause > duration)
                yield break;
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<ReplicationSnapshot> TakeAsync(
        EngineContext context, IReadOnlyList<PgInstance> instances, CancellationToken cancellationToken)
    {
        IReadOnlyList<ReplicationStatusAnswer> answers = await ReplicationStatusReader.ReadAsync(
            context, instances, cancellationToken).ConfigureAwait(false);
        return new ReplicationSnapshot
        {
            ObservedAt = DateTimeOffset.Now,
            Servers = [.. answers.Select(answer => answer.Status).OfType<ReplicationStatus>()],
            Failures = [.. answers.Where(answer => answer.Status is null).Select(answer => answer.Failure!)],
        };
    }
}
