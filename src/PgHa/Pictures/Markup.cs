namespace PgHa;

/// <summary>Text in HTML and SVG.</summary>
internal static class Markup
{
    /// <summary>
    /// The text with the characters of markup escaped; a control character that XML cannot contain becomes a question mark.
    /// </summary>
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
