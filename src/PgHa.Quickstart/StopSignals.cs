using System.Runtime.InteropServices;

namespace PgHa.Quickstart;

/// <summary>Ends the demonstration when the terminal is closed, as Ctrl+C does, so that the servers are removed.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly PosixSignalRegistration? _hangup;

    /// <summary>Begins to listen.</summary>
    /// <param name="interrupted">The token that Ctrl+C and SIGTERM cancel.</param>
    public StopSignals(CancellationToken interrupted)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        if (!OperatingSystem.IsWindows())
            _hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, HangUp);
    }

    /// <summary>Is cancelled by each of the signals.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Whether the terminal may be gone, so that nothing can be written to it.</summary>
    public bool IsHungUp { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _hangup?.Dispose();
        _stop.Dispose();
    }

    private void HangUp(PosixSignalContext signal)
    {
        signal.Cancel = true;
        IsHungUp = true;
        // Writing to a closed terminal fails. Output to a file or a pipe still works.
        if (!Console.IsOutputRedirected)
            Console.SetOut(TextWriter.Null);
        if (!Console.IsErrorRedirected)
            Console.SetError(TextWriter.Null);
        _stop.Cancel();
    }
}
