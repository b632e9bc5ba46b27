namespace PgHa;

/// <summary>Classifies characters as the C code of the server and libpq does, not as .NET's Unicode tables do.</summary>
internal static class CLocale
{
    /// <summary>What <c>isspace</c> takes for white space: blank, tab, line feed, vertical tab, form feed, carriage return.</summary>
    public static bool IsSpace(char c) => c is ' ' or (>= '\t' and <= '\r');
}
