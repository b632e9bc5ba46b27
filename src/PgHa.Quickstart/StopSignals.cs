using System.Runtime.InteropServices;

namespace PgHa.Quickstart;

/// <summary>Makes a terminal that closes end the demonstration as Ctrl+C does, which removes the servers.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly PosixSignalRegistration? _hangup;

    /// <summary>Begins to listen.</summary>
    /// <param name="interrupted">What Ctrl+C and the signal to terminate cancel.</param>
    public StopSignals(CancellationToken interrupted)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        if (!OperatingSystem.IsWindows())
            _hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, HangUp);
    }

    /// <summary>Is cancelled by each of the signals.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Whether the terminal may be gone, where nothing can be written any more.</summary>
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
        // Writing to a terminal that is gone fails. A file or a pipe still takes what is said.
        if (!Console.IsOutputRedirected)
            Console.SetOut(TextWriter.Null);
        if (!Console.IsErrorRedirected)
            Console.SetError(TextWriter.Null);
        _stop.Cancel();
    }
}
