using System.Text;
using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>How a value is written in a configuration file.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/config-setting.html">Setting Parameters</see>.</remarks>
public static partial class ConfigurationValue
{
    /// <summary>
    /// The value as a configuration file writes it: bare if it is a number, with or without a unit, or an
    /// identifier such as <c>on</c> or <c>replica</c>; in single quotes otherwise.
    /// </summary>
    /// <exception cref="MalformedTextException">The value holds a NUL character, where the server would end it.</exception>
    public static string Quote(string value) => NeedsNoQuotes().IsMatch(value) ? value : QuoteAlways(value);

    /// <summary>The value of a quoted or bare token.</summary>
    /// <exception cref="MalformedTextException">The text is not one value; the message says where.</exception>
    public static string Unquote(string text)
    {
        string raw = RawText.FromText(text);
        ConfigurationScanner scanner = new(raw);
        ConfigurationToken token = scanner.Next();
        int end = scanner.End;
        if (!IsValue(token) || scanner.Start != 0)
            throw Malformed(raw, 0, "expected a number, an identifier or a string in single quotes");
        return end == raw.Length ? Decode(raw) : throw Malformed(raw, end, "expected the end of the value");
    }

    internal static string QuoteAlways(string value)
    {
        StringBuilder quoted = new("'", value.Length + 2);
        for (int i = 0; i < value.Length; i++)
        {
            _ = value[i] switch
            {
                '\'' => quoted.Append("''"),
                '\\' => quoted.Append(@"\\"),
                '\n' => quoted.Append(@"\n"), // a string ends at the end of its line
                '\r' => quoted.Append(@"\r"),
                '\0' => throw new MalformedTextException("setting value", "…", i, "a value cannot hold a NUL character"),
                char c => quoted.Append(c),
            };
        }

        return quoted.Append('\'').ToString();
    }

    internal static bool IsValue(ConfigurationToken token) => token
        is ConfigurationToken.Identifier or ConfigurationToken.QuotedString
        or ConfigurationToken.Number or ConfigurationToken.UnquotedString;

    /// <summary>The value of a raw token: an octal escape is a byte, so escapes come before the encoding.</summary>
    internal static string Decode(ReadOnlySpan<char> token)
    {
        if (token[0] != '\'')
            return RawText.ToText(token.ToString());

        StringBuilder raw = new(token.Length);
        ReadOnlySpan<char> inner = token[1..^1];
        for (int i = 0; i < inner.Length; i++)
        {
            if (inner[i] == '\'')
                raw.Append(inner[i++]);
            else if (inner[i] != '\\')
                raw.Append(inner[i]);
            else if (inner[++i] is >= '0' and <= '7')
                raw.Append(Octal(inner, ref i));
            else
                raw.Append(Unescape(inner[i]));
        }

        // A C string: the server does not see what follows a NUL.
        string value = raw.ToString();
        int nul = value.IndexOf('\0', StringComparison.Ordinal);
        return RawText.ToText(nul < 0 ? value : value[..nul]);
    }

    private static char Octal(ReadOnlySpan<char> text, ref int i)
    {
        int value = 0;
        int end = Math.Min(i + 3, text.Length);
        for (; i < end && text[i] is >= '0' and <= '7'; i++)
            value = (value * 8) + (text[i] - '0');
        i--;
        return (char)(byte)value;
    }

    private static char Unescape(char c) => c switch
    {
        'b' => '\b',
        'f' => '\f',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        _ => c,
    };

    private static MalformedTextException Malformed(string raw, int position, string expectation) =>
        new("setting value", Secrets.Redact(RawText.ToText(raw)), RawText.ToText(raw[..position]).Length, expectation);

    [GeneratedRegex(@"^(?:[-+]?[0-9]+(?:[A-Za-z]*|\.[0-9]+)|[A-Za-z_][A-Za-z0-9_]*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex NeedsNoQuotes();
}
