using System.Buffers;

namespace PgHa;

/// <summary>One word of a rule, without its quotes.</summary>
/// <param name="Text">The word.</param>
/// <param name="IsQuoted">Whether it begins with a quote, which takes a keyword's meaning away.</param>
/// <param name="Start">Where it begins in the line.</param>
internal readonly record struct HbaToken(string Text, bool IsQuoted, int Start)
{
    private static readonly SearchValues<char> Special = SearchValues.Create(" \t\r,#\"");

    public bool IsKeyword(string keyword) => !IsQuoted && Text == keyword;

    public bool StartsWith(char prefix) => !IsQuoted && Text.Length > 1 && Text[0] == prefix;

    public static string Quote(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string QuoteIfNeeded(string text) => text.Length == 0 || text.AsSpan().ContainsAny(Special) ? Quote(text) : text;
}
