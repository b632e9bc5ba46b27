namespace PgHa;

/// <summary>Text in HTML and SVG.</summary>
internal static class Markup
{
    /// <summary>The text with what markup would take for its own replaced; what XML has no way to write is a question mark.</summary>
    public static string Escape(string text) => string.Concat(text.Select(c => c switch
    {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        '\'' => "&#39;",
        < ' ' and not ('\t' or '\n' or '\r') => "?",
        _ => c.ToString(),
    }));
}
