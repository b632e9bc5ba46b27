using System.ComponentModel;
using System.Diagnostics;

namespace PgHa.Quickstart;

/// <summary>Interrupts a program as Ctrl+C does.</summary>
internal static class Interruption
{
    /// <summary>Sends SIGINT, except on Windows, where the terminal has informed the program.</summary>
    public static void Send(Process process)
    {
        if (OperatingSystem.IsWindows())
            return;
        try
        {
            Process.Start("kill", ["-INT", $"{process.Id}"])?.Dispose();
        }
        catch (Win32Exception)
        {
            // Without the program kill the process runs to its own end.
        }
    }
}
