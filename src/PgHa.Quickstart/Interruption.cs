using System.ComponentModel;
using System.Diagnostics;

namespace PgHa.Quickstart;

/// <summary>Asks a program to end as Ctrl+C does.</summary>
internal static class Interruption
{
    /// <summary>Sends the signal, where there is such a thing. On Windows the terminal has told the program.</summary>
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
            // Without a program named kill it goes on to its own end.
        }
    }
}
