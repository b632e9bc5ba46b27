namespace PgHa;

/// <summary>Characters as the server's and libpq's C code classifies them, whatever .NET knows of Unicode.</summary>
internal static class CLocale
{
    /// <summary>What <c>isspace</c> takes for white space: blank, tab, line feed, vertical tab, form feed, carriage return.</summary>
    public static bool IsSpace(char c) => c is ' ' or (>= '\t' and <= '\r');
}
