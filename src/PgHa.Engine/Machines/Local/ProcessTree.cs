using System.Diagnostics;
using System.Runtime.Versioning;

namespace PgHa.Engine.Machines.Local;

/// <summary>Ends a program that PgHa started, and what that program started.</summary>
internal static class ProcessTree
{
    // PgHa must end within a second of Ctrl+C. This leaves half of it for the kill.
    private static readonly TimeSpan InterruptGrace = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan KillGrace = TimeSpan.FromMilliseconds(300);

    /// <summary>Interrupts the program as Ctrl+C does, then kills what is left of it.</summary>
    /// <remarks>
    /// The interrupt comes first because PostgreSQL's programs clean up on it: initdb removes its half-made data
    /// directory, pg_ctl stops the server it was starting.
    /// </remarks>
    /// <param name="process">The process that was started.</param>
    /// <param name="behindLauncher">Whether the program is that process's child rather than itself.</param>
    public static async Task EndAsync(Process process, bool behindLauncher)
    {
        IReadOnlyList<ProcessTable.Entry> tree = OperatingSystem.IsLinux() ? ProcessTable.Tree(process.Id) : [];
        if (!OperatingSystem.IsWindows())
        {
            // On SIGINT runuser would kill its child only after two seconds. So the signal goes to the child directly.
            int program = behindLauncher ? tree.FirstOrDefault(entry => entry.ParentId == process.Id)?.Id ?? process.Id : process.Id;
            _ = Libc.Signal(program, Libc.Interrupt);
            await ExitedWithinAsync(process, InterruptGrace).ConfigureAwait(false);
        }

        if (!process.HasExited)
        {
            if (OperatingSystem.IsLinux())
                tree = ProcessTable.Tree(process.Id);
            else
                process.Kill(entireProcessTree: true);
        }

        if (OperatingSystem.IsLinux() && tree.Count > 0)
            await KillAsync(tree).ConfigureAwait(false);
        await ExitedWithinAsync(process, KillGrace).ConfigureAwait(false);
    }

    // The killed processes must be gone before the caller deletes the files that they were writing.
    [UnsupportedOSPlatform("windows")]
    private static async Task KillAsync(IReadOnlyList<ProcessTable.Entry> tree)
    {
        // A server that pg_ctl started has a session of its own and is not killed: its children would go on for a while and keep
        // its shared memory.
        ProcessTable.Entry[] doomed = [.. tree.Where(entry => entry.SessionId == tree[0].SessionId && ProcessTable.IsAlive(entry))];
        foreach (ProcessTable.Entry entry in doomed)
            _ = Libc.Signal(entry.Id, Libc.Kill);
        await Poll.TryUntilAsync(
            () => Task.FromResult(!doomed.Any(ProcessTable.IsAlive)), TimeSpan.FromMilliseconds(5), Deadline.In(KillGrace),
            CancellationToken.None).ConfigureAwait(false);
    }

    private static async Task ExitedWithinAsync(Process process, TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
