using System.Diagnostics;
using System.Globalization;

namespace PgHa.Engine.Machines.Local;

/// <summary>The processes of systems without <c>/proc</c>.</summary>
internal static class ProcessListing
{
    /// <summary>The command that lists them on macOS and the BSDs.</summary>
    public static HostCommand Command { get; } = new("ps", "-axo", "pid=,ppid=,user=,command=", "-ww");

    /// <summary>Reads what <see cref="Command"/> printed.</summary>
    public static IReadOnlyList<HostProcess> Parse(string listing)
    {
        var processes = new List<HostProcess>();
        foreach (string line in listing.Split('\n'))
        {
            string[] columns = line.Split(' ', 4, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (columns.Length == 4)
            {
                processes.Add(new HostProcess(
                    int.Parse(columns[0], CultureInfo.InvariantCulture), int.Parse(columns[1], CultureInfo.InvariantCulture),
                    columns[2], columns[3]));
            }
        }

        return processes;
    }

    /// <summary>Windows tells a process's name to everybody, but neither parent, user nor command line.</summary>
    public static IReadOnlyList<HostProcess> OfWindows()
    {
        var processes = new List<HostProcess>();
        foreach (Process process in Process.GetProcesses())
        {
            using (process)
                processes.Add(new HostProcess(process.Id, 0, "", process.ProcessName));
        }

        return processes;
    }
}
