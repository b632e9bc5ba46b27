using System.Globalization;
using System.Runtime.Versioning;

namespace PgHa.Engine.Machines.Ssh;

/// <summary>The folder of a connection's socket, which nobody else may enter.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ControlFolder : IDisposable
{
    // A socket's path has at most 103 characters on some systems, and ssh adds 17 while it makes one.
    private const int LongestPath = 80;

    private readonly string _directory;

    private ControlFolder(string directory)
    {
        _directory = directory;
        AppDomain.CurrentDomain.ProcessExit += Remove;
    }

    /// <summary>The socket's path.</summary>
    public string ControlPath => $"{_directory}/s";

    /// <summary>Makes a folder in it for a socket.</summary>
    public string NewFolder(int number) => Directory.CreateDirectory(
        string.Create(CultureInfo.InvariantCulture, $"{_directory}/{number}"),
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;

    /// <summary>Makes one.</summary>
    public static ControlFolder Create()
    {
        // Its mode is 0700.
        DirectoryInfo directory = Directory.CreateTempSubdirectory("pgha-");
        if (directory.FullName.Length <= LongestPath)
            return new ControlFolder(directory.FullName);
        directory.Delete();
        string path = $"/tmp/pgha-{Guid.NewGuid():N}";
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new ControlFolder(path);
    }

    /// <summary>Removes it with the socket.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= Remove;
        Remove(null, EventArgs.Empty);
    }

    private void Remove(object? sender, EventArgs e)
    {
        try
        {
            Directory.Delete(_directory, recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Something swept it away already.
        }
    }
}
