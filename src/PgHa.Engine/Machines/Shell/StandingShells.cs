using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.Versioning;
using PgHa.Engine.Machines.Local;

namespace PgHa.Engine.Machines.Shell;

/// <summary>The idle shells of one user. A shell that has been idle for a while is ended.</summary>
[UnsupportedOSPlatform("windows")]
[SuppressMessage("Design", "CA1001", Justification = "There is one of these for a user, and it lives as long as the process.")]
internal sealed class StandingShells
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ShellLauncher _launcher;
    private readonly ConcurrentStack<StandingShell> _idle = new();
    private readonly Timer _end;

    public StandingShells(ShellLauncher launcher)
    {
        _launcher = launcher;
        _end = new Timer(_ => LetGo());
    }

    /// <summary>Runs a script of <see cref="ShellScripts"/> on a shell that is free, or on a new one.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled, and ended.</exception>
    /// <exception cref="IOException">The shell was ended from outside.</exception>
    public async Task<ProgramRunner.Outcome> RunAsync(
        string script, IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StandingShell shell = Take();
        try
        {
            return await shell.RunAsync(script, arguments, input, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (shell.IsUsable)
            {
                _idle.Push(shell);
                _end.Change(Patience, Timeout.InfiniteTimeSpan);
            }
            else
            {
                shell.Dispose();
            }
        }
    }

    private StandingShell Take()
    {
        while (_idle.TryPop(out StandingShell? shell))
        {
            if (!shell.HasEnded)
                return shell;
            shell.Dispose();
        }

        return new StandingShell(_launcher);
    }

    private void LetGo()
    {
        while (_idle.TryPop(out StandingShell? shell))
            shell.Dispose();
    }
}
