namespace PgHa.Commands;

/// <summary>Makes the failure of one input an error of that input, so that the others go on.</summary>
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
            // What fails because it was cancelled is not worth an error: drivers and programs report it in many ways.
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e) when (e is not TerminatingFailure)
        {
            output.WriteError(e, input);
        }
    }
}
