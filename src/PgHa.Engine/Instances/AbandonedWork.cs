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
        await Poll.TryUntilAsync(
            async () =>
            {
                HostProcess? writer = await NewDataDirectory.WriterOfAsync(host, incomplete, cancellationToken).ConfigureAwait(false);
                if (writer is not null)
                    context.Log.Step($"Waiting for process {writer.Id}, which writes to '{incomplete}'");
                return writer is null;
            },
            Look, Deadline.In(context.Timeout), cancellationToken).ConfigureAwait(false);
    }
}
