using System.Globalization;
using System.Runtime.InteropServices;

namespace PgHa.TestServers;

/// <summary>A running server, found by the <c>postmaster.pid</c> of its data directory.</summary>
internal sealed record Postmaster(int ProcessId, string DataDirectory)
{
    private const int Quit = 3;
    private const int Ruthless = 9;

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(10);

    private bool IsRunning => Directory.Exists($"/proc/{ProcessId}");

    /// <summary>The servers whose data directories are below a directory.</summary>
    public static IEnumerable<Postmaster> Under(string directory)
    {
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            MaxRecursionDepth = 4,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.ReparsePoint
        };
        foreach (string pidFile in Directory.EnumerateFiles(directory, "postmaster.pid", options))
        {
            if (Read(pidFile) is { } postmaster)
                yield return postmaster;
        }
    }

    /// <summary>Ends it without a checkpoint, and its children with it.</summary>
    public async Task KillAsync()
    {
        _ = Kill(ProcessId, Quit);
        DateTime deadline = DateTime.UtcNow + Moment;
        while (IsRunning && DateTime.UtcNow < deadline)
            await Task.Delay(20);
        if (IsRunning)
            _ = Kill(ProcessId, Ruthless);
    }

    private static Postmaster? Read(string pidFile)
    {
        try
        {
            string line = File.ReadLines(pidFile).FirstOrDefault(string.Empty);
            if (!int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int processId))
                return null;
            // A crashed server leaves its file, and its process id may be somebody else's by now:
            // only a server works in its data directory.
            string dataDirectory = Path.GetDirectoryName(pidFile)!;
            return File.ResolveLinkTarget($"/proc/{processId}/cwd", returnFinalTarget: false)?.FullName == dataDirectory
                ? new Postmaster(processId, dataDirectory)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // .NET sends no signal but SIGKILL, after which a server's children linger.
    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
