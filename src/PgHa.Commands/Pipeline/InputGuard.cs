namespace PgHa.Commands;

/// <summary>Turns the failure of one input into a non-terminating error, so that the work on the others continues.</summary>
internal static class InputGuard
{
    public static async Task RunAsync(object? input, ICommandOutput output, Func<Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // A failure after a cancellation is not reported as an error: drivers and programs report a cancellation in many ways.
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e) when (e is not TerminatingFailure)
        {
            output.WriteError(e, input);
        }
    }
}
