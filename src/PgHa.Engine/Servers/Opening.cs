namespace PgHa.Engine.Servers;

/// <summary>Waiting for a connection that is being opened.</summary>
internal static class Opening
{
    /// <summary>
    /// Waits for the connection. After a cancellation the attempt goes on up to its own timeout, and a connection that it still opens is
    /// closed. The driver ignores a cancellation while it negotiates TLS, and a server behind a broken network never answers.
    /// </summary>
    public static async Task<T> AwaitAsync<T>(Task<T> opening, CancellationToken cancellationToken)
        where T : IAsyncDisposable
    {
        try
        {
            return await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _ = CloseAsync(opening);
            throw;
        }
    }

    private static async Task CloseAsync<T>(Task<T> opening)
        where T : IAsyncDisposable
    {
        await opening.ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        if (opening.IsCompletedSuccessfully)
            await opening.Result.DisposeAsync().ConfigureAwait(false);
    }
}
