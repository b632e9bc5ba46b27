using System.Collections.Concurrent;
using System.Text;

namespace PgHa.Engine.Machines.Shell;

/// <summary>Files that one program has read together, for readers that ask for one after the other.</summary>
/// <remarks>
/// A file with a line like the header of the next one would be cut short there. Only the server's own user could write such a file, who
/// could as well write into the next one.
/// </remarks>
internal sealed class FilesAhead
{
    private readonly ConcurrentDictionary<string, byte[]?> _contents = new(StringComparer.Ordinal);

    private FilesAhead()
    {
    }

    /// <summary>
    /// Takes apart what <see cref="ShellScripts.ReadAll"/> has printed without a failure. If the headers are not those that are expected,
    /// nothing is known, and each file is read by itself.
    /// </summary>
    public static FilesAhead Read(byte[] output, IReadOnlyList<string> paths)
    {
        var ahead = new FilesAhead();
        int line = Array.IndexOf(output, (byte)'\n');
        if (line != paths.Count)
            return ahead;
        string[] present = [.. paths.Where((_, i) => output[i] == '+')];
        ReadOnlySpan<byte> rest = output.AsSpan(line + 1);
        for (int i = 0; i < present.Length; i++)
        {
            byte[] header = Header(present[i], isFirst: i == 0);
            if (!rest.StartsWith(header))
                return new FilesAhead();
            rest = rest[header.Length..];
            int length = i + 1 < present.Length ? rest.IndexOf(Header(present[i + 1], isFirst: false)) : rest.Length;
            if (length < 0)
                return new FilesAhead();
            ahead._contents[present[i]] = rest[..length].ToArray();
            rest = rest[length..];
        }

        foreach (string missing in paths.Except(present))
            ahead._contents[missing] = null;
        return ahead;
    }

    /// <summary>Tells what is known about a file, once.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its content; <see langword="null"/> if there is no such file.</param>
    /// <returns>Whether anything is known.</returns>
    public bool TryTake(string path, out byte[]? content) => _contents.TryRemove(path, out content);

    private static byte[] Header(string path, bool isFirst) => Encoding.UTF8.GetBytes($"{(isFirst ? "" : "\n")}==> {path} <==\n");
}
