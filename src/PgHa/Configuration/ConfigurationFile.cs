using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>
/// A <c>postgresql.conf</c>, <c>postgresql.auto.conf</c> or <c>recovery.conf</c>. It is immutable: a change returns a new
/// document, and every byte outside the change stays as it is.
/// </summary>
/// <remarks>
/// The grammar is the server's own; see
/// <see href="https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-CONFIGURATION-FILE">Parameter
/// Interaction via the Configuration File</see>. Bytes are kept whatever their encoding; a value is UTF-8, or
/// Latin-1 where its bytes are no UTF-8.
/// </remarks>
public sealed class ConfigurationFile
{
    private readonly ConfigurationLine[] _lines;

    private ConfigurationFile(IEnumerable<string> lines)
    {
        _lines = [.. lines.Select((raw, index) => ConfigurationLine.Parse(raw, index + 1))];
        Entries = [.. _lines.Select(line => line.Entry).OfType<ConfigurationEntry>()];
    }

    /// <summary>A file without a line.</summary>
    public static ConfigurationFile Empty { get; } = new([]);

    /// <summary>Reads a file's bytes.</summary>
    /// <exception cref="MalformedTextException">The server would not read the file; the message says where.</exception>
    public static ConfigurationFile Parse(ReadOnlySpan<byte> bytes) => new(RawText.SplitLines(RawText.FromBytes(bytes)));

    /// <summary>Reads a file's text.</summary>
    /// <exception cref="MalformedTextException">The server would not read the file; the message says where.</exception>
    public static ConfigurationFile Parse(string text) => new(RawText.SplitLines(RawText.FromText(text)));

    /// <summary>The active lines in order; no comments.</summary>
    public IReadOnlyList<ConfigurationEntry> Entries { get; }

    /// <summary>
    /// The value that this file gives a setting; the last line wins. <see langword="null"/> if no line sets it. Included
    /// files are not read: <see cref="ConfigurationSource"/> reads them.
    /// </summary>
    public string? this[string name] => LastIndexOf(name) is int index and >= 0 ? _lines[index].Entry!.Value : null;

    /// <summary>Whether this file sets it, comments aside.</summary>
    public bool Contains(string name) => LastIndexOf(name) >= 0;

    /// <summary>The exact text, with whatever passwords it holds; for comparing. To write the file, use <see cref="ToBytes"/>.</summary>
    public string Text => string.Concat(_lines.Select(line => RawText.ToText(line.Raw)));

    /// <summary>Gives a setting its one value in this file.</summary>
    /// <remarks>
    /// The last active line is changed in place and keeps its spacing and comment; earlier ones are removed. Without an
    /// active line, a new line follows the commented-out default, or the last line if the file has no such default. The
    /// same document is returned if it says so already.
    /// </remarks>
    /// <exception cref="MalformedTextException">The name is no setting's, or the value holds a NUL character.</exception>
    public ConfigurationFile Set(string name, string value)
    {
        RequireSettingName(name);
        int last = LastIndexOf(name);
        List<string> lines = RawLines();
        if (last < 0)
        {
            RawText.InsertLine(lines, IndexForNew(name), RawText.FromText($"{name} = {ConfigurationValue.Quote(value)}"));
            return new ConfigurationFile(lines);
        }

        lines[last] = _lines[last].RawWith(value);
        for (int i = last - 1; i >= 0; i--)
        {
            if (_lines[i].Sets(name))
                lines.RemoveAt(i);
        }

        return Changed(lines);
    }

    /// <summary>Gives several settings their values, in the order given.</summary>
    /// <inheritdoc cref="Set(string, string)"/>
    public ConfigurationFile Set(IEnumerable<KeyValuePair<string, string>> settings) =>
        settings.Aggregate(this, (file, setting) => file.Set(setting.Key, setting.Value));

    /// <summary>Removes every active line that sets it; returns the same document if there is none.</summary>
    public ConfigurationFile Remove(string name) =>
        Changed([.. _lines.Where(line => !line.Sets(name)).Select(line => line.Raw)]);

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes() => RawText.ToBytes(string.Concat(RawLines()));

    /// <summary>The text with passwords masked.</summary>
    public override string ToString() => Secrets.Redact(Text);

    private ConfigurationFile Changed(List<string> lines) => lines.SequenceEqual(RawLines()) ? this : new ConfigurationFile(lines);

    private List<string> RawLines() => [.. _lines.Select(line => line.Raw)];

    private int LastIndexOf(string name) => Array.FindLastIndex(_lines, line => line.Sets(name));

    // After "#name = default", and after the indented comments that explain the default in PostgreSQL's sample.
    private int IndexForNew(string name)
    {
        Regex commentedOut = new($@"^[ \t]*#[ \t]*{Regex.Escape(name)}[ \t]*=", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        int index = Array.FindIndex(_lines, line => commentedOut.IsMatch(line.Raw));
        if (index < 0)
            return _lines.Length;
        do index++;
        while (index < _lines.Length && IsIndentedComment(_lines[index].Raw));
        return index;
    }

    private static bool IsIndentedComment(string raw) => raw[0] is ' ' or '\t' && raw.TrimStart(' ', '\t').StartsWith('#');

    private static void RequireSettingName(string name)
    {
        ConfigurationScanner scanner = new(name);
        bool isName = scanner.Next() is ConfigurationToken.Identifier or ConfigurationToken.QualifiedIdentifier;
        if (!isName || scanner.Start != 0)
            throw new MalformedTextException("setting name", name, 0, "expected an identifier, such as wal_level");
        if (scanner.End != name.Length)
            throw new MalformedTextException("setting name", name, scanner.End, "expected the end of the name");
        if (ConfigurationLine.KindOf(name) != ConfigurationEntryKind.Setting)
            throw new MalformedTextException("setting name", name, 0, "it is a directive, which a setting cannot be named after");
    }
}
