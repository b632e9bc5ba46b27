using System.Globalization;
using System.Text;

namespace PgHa.Engine.Archiving;

/// <summary>Reads what <see cref="SshArchiveScripts.List"/> printed.</summary>
internal static class SshArchiveListing
{
    /// <summary>The entries, in the order of the script.</summary>
    public static IReadOnlyList<ArchiveEntry> Read(ReadOnlySpan<byte> output)
    {
        List<ArchiveEntry> entries = [];
        // The first line is empty: it tells an empty directory from none.
        ReadOnlySpan<byte> rest = output[1..];
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)'\n');
            string[] words = Encoding.UTF8.GetString(rest[..end]).Split(' ', 5);
            int bytes = (int)Number(words[3]);
            rest = rest[(end + 1)..];
            entries.Add(new ArchiveEntry(
                words[4], words[0] == "d", Number(words[1]), DateTimeOffset.FromUnixTimeSeconds(Number(words[2])),
                bytes > 0 ? rest[..bytes].ToArray() : null));
            rest = rest[bytes..];
        }

        return entries;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
