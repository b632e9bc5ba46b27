using PgHa.Engine.Machines;

namespace PgHa.Engine.Cloning;

/// <summary>All files below a directory.</summary>
internal static class DirectoryTree
{
    /// <summary>The paths of the files, relative to the directory and with slashes, and their sizes; links are followed.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> FilesAsync(
        IHost host, string directory, CancellationToken cancellationToken)
    {
        Dictionary<string, long> files = new(StringComparer.Ordinal);
        Stack<string> directories = new([""]);
        while (directories.TryPop(out string? below))
        {
            foreach (DirectoryEntry entry in await host.ListEntriesAsync(
                HostPath.Combine(directory, below), cancellationToken).ConfigureAwait(false) ?? [])
            {
                string path = below.Length == 0 ? entry.Name : $"{below}/{entry.Name}";
                if (entry.Status.IsDirectory)
                    directories.Push(path);
                else
                    files[path] = entry.Status.Length;
            }
        }

        return files;
    }
}
