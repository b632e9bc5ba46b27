using System.Globalization;
using System.Runtime.Versioning;

namespace PgHa.Engine.Machines.Local;

/// <summary>Finds the process that listens on a port, in Linux's <c>/proc</c>.</summary>
/// <remarks>A user sees the sockets of its own processes, root everyone's.</remarks>
[SupportedOSPlatform("linux")]
internal static class ListeningSockets
{
    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>The process that listens on a TCP port of any address; <see langword="null"/> if it cannot be seen.</summary>
    public static int? OwnerOf(int port)
    {
        HashSet<string> sockets =
        [
            .. SocketTable.Listening(Tables.Where(File.Exists).SelectMany(File.ReadLines))
                .Where(listener => listener.Port == port).Select(listener => $"socket:[{listener.Socket}]"),
        ];
        return sockets.Count == 0 ? null : ProcessIds().Where(id => Holds(id, sockets)).Cast<int?>().FirstOrDefault();
    }

    private static IEnumerable<int> ProcessIds() =>
        Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(HostPath.Name(path), CultureInfo.InvariantCulture, out int id) ? id : 0)
            .Where(id => id > 0);

    private static bool Holds(int processId, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries($"/proc/{processId}/fd")
                .Any(fd => new FileInfo(fd).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // another user's, or it has ended
        }
    }
}
