using System.Globalization;
using System.Runtime.Versioning;

namespace PgHa.Engine.Machines.Shell;

/// <summary>Reads what the shell scripts print of directories and files.</summary>
[UnsupportedOSPlatform("windows")]
internal static class ShellListing
{
    private const string NameStart = ShellHost.NameStart;

    /// <summary>The entries of a directory that a script has listed.</summary>
    public static List<DirectoryEntry> Entries(string listing)
    {
        List<DirectoryEntry> entries = [];
        foreach (string line in listing.Length == 0 ? [] : listing[..^1].Split('\n'))
        {
            if (line.Split(' ', 6) is [_, _, _, _, _, var name] fields && name.StartsWith(NameStart, StringComparison.Ordinal))
                entries.Add(new DirectoryEntry(name[NameStart.Length..], ReadStatus(fields)));
            // The line belongs to the name before it, which contains a line break.
            else if (entries.Count > 0)
                entries[^1] = entries[^1] with { Name = $"{entries[^1].Name}\n{line}" };
        }

        return entries;
    }

    /// <summary>The status that a script has printed: mode, size, time, owner by name and by number.</summary>
    public static FileStatus ReadStatus(string[] fields)
    {
        const int TypeBits = 0xF000;
        const int DirectoryType = 0x4000;
        int mode = int.Parse(fields[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        bool isDirectory = (mode & TypeBits) == DirectoryType;
        return new FileStatus(
            isDirectory,
            isDirectory ? 0 : long.Parse(fields[1], CultureInfo.InvariantCulture),
            (UnixFileMode)(mode & ~TypeBits),
            fields[3] == "UNKNOWN" ? fields[4] : fields[3],
            DateTimeOffset.FromUnixTimeSeconds(long.Parse(fields[2], CultureInfo.InvariantCulture)));
    }
}
