using System.Text;

namespace PgHa;

/// <summary>Reads libpq's <c>keyword=value</c> form, by the rules of libpq's own <c>conninfo_parse</c>.</summary>
/// <remarks>
/// A message shows what was understood, without its secrets, and nothing of the rest: the second half of
/// a password whose blanks were not quoted looks like a bad keyword, and must not be printed as one.
/// </remarks>
internal sealed class ConninfoParser
{
    private readonly string _text;
    private int _position;
    private ConnectionSettings _settings = ConnectionSettings.Empty;

    private ConninfoParser(string text) => _text = text;

    // NUL stands for the end, as in libpq; a NUL inside the text is refused before anything is read.
    private char Current => _position < _text.Length ? _text[_position] : '\0';

    /// <summary>Reads a whole connection string.</summary>
    /// <exception cref="MalformedTextException">The text is none; the message says where.</exception>
    public static ConnectionSettings Parse(string text) => new ConninfoParser(text).Read();

    private ConnectionSettings Read()
    {
        int nul = _text.IndexOf('\0', StringComparison.Ordinal);
        if (nul >= 0)
            throw Malformed(nul, "a NUL character cannot be part of a connection string");

        SkipSpace();
        while (Current != '\0')
        {
            string keyword = ReadKeyword();
            int valueStart = _position;
            string value = Current == '\'' ? ReadQuoted() : ReadPlain();
            if (keyword == "port" && !PortList.IsValid(value))
                throw Malformed(valueStart, PortList.Expectation);
            _settings = _settings.Set(keyword, value);
            SkipSpace();
        }

        return _settings;
    }

    // Blanks around '=' belong to neither side, so that "host= db1" sets host to db1.
    private string ReadKeyword()
    {
        int start = _position;
        while (Current is not ('=' or '\0') && !CLocale.IsSpace(Current))
            _position++;
        string keyword = _text[start.._position];
        SkipSpace();
        if (Current != '=')
            throw Malformed(_position, AfterSecret ?? $"expected '=' after \"{keyword}\"");
        if (!LibpqKeywords.IsKnown(keyword))
            throw Malformed(start, AfterSecret ?? LibpqKeywords.DescribeUnknown(keyword));
        _position++;
        SkipSpace();
        return keyword;
    }

    private string ReadPlain()
    {
        StringBuilder value = new();
        while (Current != '\0' && !CLocale.IsSpace(Current))
            AppendEscapable(value);
        return value.ToString();
    }

    private string ReadQuoted()
    {
        int quote = _position++;
        StringBuilder value = new();
        while (Current != '\'')
        {
            if (Current == '\0')
                throw Malformed(quote, "the quoted value that begins here does not end");
            AppendEscapable(value);
        }

        _position++;
        return value.ToString();
    }

    // A backslash stands for the character after it; one at the end of the text is dropped.
    private void AppendEscapable(StringBuilder value)
    {
        if (Current == '\\')
            _position++;
        if (Current != '\0')
            value.Append(_text[_position++]);
    }

    private void SkipSpace()
    {
        while (CLocale.IsSpace(Current))
            _position++;
    }

    // Says what is probably wrong without showing what could be the rest of a password.
    private string? AfterSecret => _settings.HasSecrets
        ? "expected a libpq keyword and '='; a password with blanks or quotes must stand in single quotes"
        : null;

    private MalformedTextException Malformed(int position, string expectation) =>
        new("connection string", $"{_settings.ToString()} …".TrimStart(), position, expectation);
}
