using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.Versioning;
using PgHa.Engine.Machines.Local;

namespace PgHa.Engine.Machines.Shell;

/// <summary>The idle shells of one user of a machine. A shell that has been idle for a while is ended.</summary>
[UnsupportedOSPlatform("windows")]
[SuppressMessage("Design", "CA1001", Justification = "There is one of these for a user, and it lives as long as the process.")]
internal sealed class StandingShells
{
    private readonly Func<CancellationToken, Task<StandingShell>> _open;
    private readonly TimeSpan _patience;
    private readonly ConcurrentStack<StandingShell> _idle = new();
    private readonly Timer _end;

    /// <summary>Shells that are opened so, and ended when they have been idle for so long.</summary>
    public StandingShells(Func<CancellationToken, Task<StandingShell>> open, TimeSpan patience)
    {
        _open = open;
        _patience = patience;
        _end = new Timer(_ => LetGo());
    }

    /// <summary>Runs a script on a shell that is free, or on a new one.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled, and ended.</exception>
    /// <exception cref="IOException">The shell was ended from outside.</exception>
    public async Task<ProgramRunner.Outcome> RunAsync(ShellRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StandingShell shell = Take() ?? await _open(cancellationToken).ConfigureAwait(false);
        try
        {
            return await shell.RunAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (shell.IsUsable)
            {
                _idle.Push(shell);
                _end.Change(_patience, Timeout.InfiniteTimeSpan);
            }
            else
            {
                shell.Dispose();
            }
        }
    }

    /// <summary>Ends the idle shells.</summary>
    public void LetGo()
    {
        while (_idle.TryPop(out StandingShell? shell))
            shell.Dispose();
    }

    private StandingShell? Take()
    {
        while (_idle.TryPop(out StandingShell? shell))
        {
            if (!shell.HasEnded)
                return shell;
            shell.Dispose();
        }

        return null;
    }
}
