using System.Text;

namespace PgHa;

/// <summary>The mount points in Linux's table of a process's mounts, <c>/proc/self/mountinfo</c>.</summary>
/// <remarks>See <see href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">proc_pid_mountinfo(5)</see>.</remarks>
internal static class MountPoints
{
    private const int PathField = 4;
    private const int OctalDigits = 3;

    /// <summary>The directories; none of an empty table.</summary>
    public static IReadOnlySet<string> Parse(string table) => table.Split('\n')
        .Select(line => line.Split(' '))
        .Where(fields => fields.Length > PathField)
        .Select(fields => Unescape(fields[PathField]))
        .ToHashSet(StringComparer.Ordinal);

    // Blanks, tabs, line breaks and backslashes stand there as octal numbers.
    private static string Unescape(string path)
    {
        if (!path.Contains('\\', StringComparison.Ordinal))
            return path;
        byte[] bytes = Encoding.UTF8.GetBytes(path);
        List<byte> plain = [];
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '\\' && i + OctalDigits < bytes.Length)
            {
                plain.Add((byte)(((bytes[i + 1] - '0') << 6) | ((bytes[i + 2] - '0') << 3) | (bytes[i + 3] - '0')));
                i += OctalDigits;
            }
            else
            {
                plain.Add(bytes[i]);
            }
        }

        return Encoding.UTF8.GetString([.. plain]);
    }
}
