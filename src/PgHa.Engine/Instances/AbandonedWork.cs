using System.Diagnostics;
using PgHa.Engine.Hosts;

namespace PgHa.Engine.Instances;

/// <summary>Programs that a PgHa that was killed left running: they go on making a directory that nobody will use.</summary>
internal static class AbandonedWork
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits, as long as the context says, until no program makes the data directory; whoever makes it next says what is in its way then.</summary>
    /// <remarks>Such a program is not ended: it could as well be another person's clone, which has the right to go on.</remarks>
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
