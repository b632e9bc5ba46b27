using System.Net;
using System.Net.Sockets;

namespace PgHa.Quickstart;

/// <summary>The folder and the ports that the six servers take.</summary>
internal static class ClusterPlace
{
    /// <summary>How many servers there are.</summary>
    public const int NodeCount = 6;

    /// <summary>Checks what can be checked before anything is built.</summary>
    /// <exception cref="QuickstartException">A port is taken or impossible, or the folder is not empty.</exception>
    public static void Check(string? root, int port)
    {
        if (port is < 1024 or > 65536 - NodeCount)
        {
            throw new QuickstartException(
                $"--port {port}: the six nodes need ports from 1024 to 65535.", "Name the first of six with --port.");
        }

        foreach (int taken in Enumerable.Range(port, NodeCount).Where(IsTaken))
        {
            throw new QuickstartException(
                $"Port {taken} is taken. The six nodes listen on the ports {port} to {port + NodeCount - 1} of 127.0.0.1.",
                "Name the first of six free ports with --port. A cluster that --keep left running is removed as it printed then.");
        }

        // Everything below the folder is removed at the end, so nothing may be there that is not ours.
        if (File.Exists(root))
            throw new QuickstartException($"'{root}' is a file.", "Name a new folder with --root.");
        if (root is not null && !IsClean(root))
            throw new QuickstartException($"'{root}' is not empty.", "Name a new folder with --root.");
    }

    /// <summary>Creates the folder, open for the user that runs the servers.</summary>
    /// <exception cref="QuickstartException">It can't be created.</exception>
    public static string Create(string? root)
    {
        try
        {
            return root is null ? CreateTemporary() : Directory.CreateDirectory(root).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new QuickstartException(
                $"{(root is null ? $"A folder in {Path.GetTempPath()}" : $"'{root}'")} can't be created: {e.Message}",
                "Name a folder that you may create with --root.");
        }
    }

    /// <summary>Whether nothing of the cluster is left in the folder, or the folder itself is gone.</summary>
    public static bool IsClean(string root) => !Directory.Exists(root) || !Directory.EnumerateFileSystemEntries(root).Any();

    private static string CreateTemporary()
    {
        string folder = Directory.CreateTempSubdirectory("pgha-quickstart-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }

        return folder;
    }

    private static bool IsTaken(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
        try
        {
            listener.Start();
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
