namespace PgHa.Engine.Servers;

/// <summary>Waiting for a connection that is being opened.</summary>
internal static class Opening
{
    /// <summary>
    /// The open connection. When cancelled, the attempt is left to its own timeout, and what it still opens is closed: the
    /// driver does not heed cancellation while it negotiates TLS, which a server behind a broken network never answers.
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
