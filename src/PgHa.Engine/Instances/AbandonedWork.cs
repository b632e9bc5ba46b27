using System.Diagnostics;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Instances;

/// <summary>Programs that a killed PgHa left running. They go on making a directory that nobody will use.</summary>
internal static class AbandonedWork
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Waits, up to the timeout, until no program is making the data directory. After a timeout the next step reports what is in the way.
    /// </summary>
    /// <remarks>Such a program is not ended, because it may be the clone of another user.</remarks>
    public static async Task WaitForEndAsync(EngineContext context, IHost host, string dataDirectory, CancellationToken cancellationToken)
    {
        DirectoryPlace place = await DirectoryPlace.AtAsync(host, dataDirectory, cancellationToken).ConfigureAwait(false);
        string incomplete = place.Beside(NewDataDirectory.IncompleteSuffix);
        if (await host.StatAsync(incomplete, cancellationToken).ConfigureAwait(false) is null)
            return;
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < context.Timeout
            && await NewDataDirectory.WriterOfAsync(host, incomplete, cancellationToken).ConfigureAwait(false) is { } writer)
        {
            context.Log.Step($"Waiting for process {writer.Id}, which writes to '{incomplete}'");
            await Task.Delay(Look, cancellationToken).ConfigureAwait(false);
        }
    }
}
