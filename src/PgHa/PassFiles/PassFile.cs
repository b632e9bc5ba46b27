using System.Globalization;

namespace PgHa;

/// <summary>
/// libpq's password file. It is immutable: a change returns a new document, and every byte
/// outside the change stays as it is.
/// </summary>
/// <remarks>
/// libpq ignores the file unless its mode is 0600, and silently passes over lines with too few fields; so does this class.
/// See <see href="https://www.postgresql.org/docs/current/libpq-pgpass.html">The Password File</see>.
/// </remarks>
public sealed class PassFile
{
    // libpq's default is compiled in: that of PostgreSQL, of Debian, or of Red Hat.
    private static readonly string[] DefaultSocketDirectories = ["/tmp", "/var/run/postgresql", "/run/postgresql"];

    private readonly List<string> _lines;
    private readonly List<PassFileEntry?> _entries;

    private PassFile(List<string> lines)
    {
        _lines = lines;
        _entries = [.. lines.Select(line => PassFileEntry.Read(RawText.ToText(line.TrimEnd('\r', '\n'))))];
    }

    /// <summary>A file without a line.</summary>
    public static PassFile Empty { get; } = new([]);

    /// <summary>Reads a file's bytes.</summary>
    public static PassFile Parse(ReadOnlySpan<byte> bytes) => new(RawText.SplitLines(RawText.FromBytes(bytes)));

    /// <summary>Reads a file's text.</summary>
    public static PassFile Parse(string text) => new(RawText.SplitLines(RawText.FromText(text)));

    /// <summary>The entries in order.</summary>
    public IReadOnlyList<PassFileEntry> Entries => _entries.OfType<PassFileEntry>().ToArray();

    /// <summary>The entry whose password libpq uses, which is the first that fits; <see langword="null"/> if none does.</summary>
    /// <param name="host">The host of the conninfo; empty, or a default directory of the Unix socket, counts as <c>localhost</c>.</param>
    /// <param name="port">The TCP port, which also names the Unix socket.</param>
    /// <param name="database">The database; <see cref="PassFileKey.Replication"/> for a replication connection.</param>
    /// <param name="user">The role.</param>
    public PassFileEntry? Find(string host, int port, string database, string user)
    {
        string lookedUp = host.Length == 0 || DefaultSocketDirectories.Contains(host) ? "localhost" : host;
        PassFileKey key = new(lookedUp, port.ToString(CultureInfo.InvariantCulture), database, user);
        return _entries.Find(entry => entry?.Key.Covers(key) == true);
    }

    /// <summary>Makes sure that libpq finds this password for the key.</summary>
    /// <remarks>
    /// An entry with the same key is replaced, and later ones with that key are removed. If an entry before it matches all
    /// that the key matches, the new entry comes before that one. A new entry that no other one covers comes last. The same
    /// document is returned if it says so already.
    /// </remarks>
    /// <exception cref="MalformedTextException">A field holds a line break or a NUL character, which the file can't.</exception>
    public PassFile Set(PassFileEntry entry)
    {
        int shadow = _entries.FindIndex(other => other?.Key.Covers(entry.Key) == true);
        bool isThere = shadow >= 0 && _entries[shadow]!.Key == entry.Key && _entries[shadow]!.HasPasswordOf(entry);
        if (isThere && _entries.Count(other => other?.Key == entry.Key) == 1)
            return this;

        // Everything before the shadow has another key, so the index holds after the removal.
        List<string> lines = WithoutKey(entry.Key);
        RawText.InsertLine(lines, shadow < 0 ? lines.Count : shadow, RawText.FromText(entry.ToLine()));
        return new PassFile(lines);
    }

    /// <summary>Removes every entry with exactly this key; returns the same document if there is none.</summary>
    public PassFile Remove(PassFileKey key) => _entries.Exists(entry => entry?.Key == key) ? new PassFile(WithoutKey(key)) : this;

    /// <summary>The file's bytes, passwords included.</summary>
    public byte[] ToBytes() => RawText.ToBytes(string.Concat(_lines));

    /// <summary>The entries with their passwords masked, a line each.</summary>
    public override string ToString() => string.Concat(Entries.Select(entry => $"{entry}\n"));

    private List<string> WithoutKey(PassFileKey key) => [.. _lines.Where((_, index) => _entries[index]?.Key != key)];
}
