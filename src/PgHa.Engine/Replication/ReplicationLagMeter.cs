using System.Diagnostics;
using System.Globalization;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Replication;

/// <summary>Samples a server's status over some time, through one connection.</summary>
public static class ReplicationLagMeter
{
    /// <summary>The lag of each standby that streamed from the server.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="instance">The server that standbys stream from.</param>
    /// <param name="duration">How long to look.</param>
    /// <param name="interval">The time between two looks.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="PgHaException">
    /// What <see cref="ServerSession.OpenAsync"/> fails with; <c>ConnectionLost</c>: the server went away.
    /// </exception>
    public static async Task<IReadOnlyList<ReplicationLag>> MeasureAsync(
        EngineContext context, PgInstance instance, TimeSpan duration, TimeSpan interval, CancellationToken cancellationToken)
    {
        IReadOnlyList<ReplicationStatus> samples = await SampleAsync(
            context, instance, duration, interval, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ReplicationLag> lags = ReplicationLags.Of(samples);
        if (lags.Count == 0)
        {
            context.Log.Warn($"{instance}: no standby streamed from it within {Seconds(duration)}. "
                + "A cascaded standby is measured at the server that it streams from.");
        }

        return lags;
    }

    /// <summary>The samples of the server's status.</summary>
    /// <inheritdoc cref="MeasureAsync"/>
    public static async Task<IReadOnlyList<ReplicationStatus>> SampleAsync(
        EngineContext context, PgInstance instance, TimeSpan duration, TimeSpan interval, CancellationToken cancellationToken)
    {
        string activity = $"Measuring the lag of the standbys of {instance}";
        long started = Stopwatch.GetTimestamp();
        ServerSession session = await ServerSession.OpenAsync(context, instance, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            List<ReplicationStatus> samples = [];
            try
            {
                while (true)
                {
                    samples.Add(await ReplicationStatusReader.QueryAsync(session, cancellationToken).ConfigureAwait(false));
                    TimeSpan passed = Stopwatch.GetElapsedTime(started);
                    // The last sample is taken at the end, so that the rates cover the whole time.
                    TimeSpan pause = Min(interval, duration - passed);
                    if (pause <= TimeSpan.Zero)
                        return samples;
                    context.Log.Progress(
                        new EngineProgress(activity, $"{Seconds(passed)} of {Seconds(duration)}", (int)(passed / duration * 100)));
                    await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                context.Log.Progress(new EngineProgress(activity, "", IsCompleted: true));
            }
        }
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");
}
