namespace PgHa;

/// <summary>One line of a configuration file: its bytes, and what is active in it.</summary>
internal sealed class ConfigurationLine
{
    private readonly int _nameEnd;
    private readonly int _valueStart;
    private readonly int _valueEnd;

    private ConfigurationLine(string raw) => Raw = raw;

    private ConfigurationLine(string raw, ConfigurationEntry entry, int nameEnd, int valueStart, int valueEnd)
        : this(raw) => (Entry, _nameEnd, _valueStart, _valueEnd) = (entry, nameEnd, valueStart, valueEnd);

    /// <summary>The line with its terminator, one character per byte.</summary>
    public string Raw { get; }

    /// <summary>What the server reads; nothing in a blank line or a comment.</summary>
    public ConfigurationEntry? Entry { get; }

    public static ConfigurationLine Parse(string raw, int number)
    {
        ConfigurationScanner scanner = new(raw);
        ConfigurationToken token = scanner.Next();
        if (token == ConfigurationToken.EndOfLine)
            return new ConfigurationLine(raw);
        if (token is not (ConfigurationToken.Identifier or ConfigurationToken.QualifiedIdentifier))
            throw Malformed(raw, scanner.Start, number, "expected the name of a setting");

        string name = RawText.ToText(raw[scanner.Start..scanner.End]);
        int nameEnd = scanner.End;
        token = scanner.Next();
        if (token == ConfigurationToken.EqualsSign)
            token = scanner.Next();
        if (!ConfigurationValue.IsValue(token))
            throw Malformed(raw, scanner.Start, number, ExpectedInsteadOf(token, raw, scanner.Start));

        (int start, int end) = (scanner.Start, scanner.End);
        if (scanner.Next() != ConfigurationToken.EndOfLine)
            throw Malformed(raw, scanner.Start, number, "expected the end of the line, or a comment, after the value");

        string value = ConfigurationValue.Decode(raw.AsSpan(start, end - start));
        return new ConfigurationLine(raw, new ConfigurationEntry(KindOf(name), name, value, number), nameEnd, start, end);
    }

    public static ConfigurationEntryKind KindOf(string name) =>
        Is(name, "include") ? ConfigurationEntryKind.Include
        : Is(name, "include_if_exists") ? ConfigurationEntryKind.IncludeIfExists
        : Is(name, "include_dir") ? ConfigurationEntryKind.IncludeDirectory
        : ConfigurationEntryKind.Setting;

    public bool Sets(string name) => Entry is { Kind: ConfigurationEntryKind.Setting } && Is(Entry.Name, name);

    /// <summary>The line with another value; the very same bytes if it says that already.</summary>
    public string RawWith(string value)
    {
        if (Entry!.Value == value)
            return Raw;

        // In name'value' the quotes are all that separates the two.
        string token = _valueStart == _nameEnd ? ConfigurationValue.QuoteAlways(value) : ConfigurationValue.Quote(value);
        return string.Concat(Raw.AsSpan(0, _valueStart), RawText.FromText(token), Raw.AsSpan(_valueEnd));
    }

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static string ExpectedInsteadOf(ConfigurationToken token, string raw, int position) => token switch
    {
        ConfigurationToken.QualifiedIdentifier => "expected single quotes around a value with a dot",
        ConfigurationToken.Unknown when raw[position] == '\'' => "expected a closing quote before the end of the line",
        ConfigurationToken.EndOfLine => "expected a value",
        _ => "expected a value; one that is neither a number nor an identifier needs single quotes",
    };

    private static MalformedTextException Malformed(string raw, int position, int number, string expectation)
    {
        string line = raw.TrimEnd('\r', '\n');
        string before = RawText.ToText(line[..Math.Min(position, line.Length)]);
        return new MalformedTextException("configuration line", Secrets.Redact(RawText.ToText(line)), before.Length, expectation, number);
    }
}
