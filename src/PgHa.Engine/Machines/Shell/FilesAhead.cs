using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace PgHa.Engine.Machines.Shell;

/// <summary>Files that one shell has read together, for readers that ask for one after the other.</summary>
internal sealed class FilesAhead
{
    private readonly ConcurrentDictionary<string, byte[]?> _contents = new(StringComparer.Ordinal);

    private FilesAhead()
    {
    }

    /// <summary>A mark that is in none of the files.</summary>
    public static string NewMark() => RandomNumberGenerator.GetHexString(32);

    /// <summary>Reads what <see cref="ShellScripts.ReadAll"/> has printed. A file that it could not read is left out.</summary>
    public static FilesAhead Read(ReadOnlySpan<byte> output, string mark, IReadOnlyList<string> paths)
    {
        var ahead = new FilesAhead();
        byte[] end = Encoding.ASCII.GetBytes($"{mark} ");
        foreach (string path in paths)
        {
            int length = output.IndexOf(end);
            ReadOnlySpan<byte> rest = output[(length + end.Length)..];
            int line = rest.IndexOf((byte)'\n');
            if (rest[..line].SequenceEqual("0"u8))
                ahead._contents[path] = output[..length].ToArray();
            else if (rest[..line].SequenceEqual("-"u8))
                ahead._contents[path] = null;
            output = rest[(line + 1)..];
        }

        return ahead;
    }

    /// <summary>Tells what is known about a file, once.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its content; <see langword="null"/> if there is no such file.</param>
    /// <returns>Whether anything is known.</returns>
    public bool TryTake(string path, out byte[]? content) => _contents.TryRemove(path, out content);
}
