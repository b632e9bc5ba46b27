namespace PgHa;

/// <summary>How wide a text is at most in any of the usual sans-serif fonts, so that nothing ever overlaps.</summary>
internal static class TextWidth
{
    /// <summary>The width in the unit of the font's size.</summary>
    public static double Of(string text, double size, bool isBold = false) => text.Sum(Em) * size * (isBold ? 1.08 : 1);

    // Verdana and DejaVu Sans are the widest that browsers fall back to.
    private static double Em(char c) => c switch
    {
        ' ' or 'i' or 'l' or 'j' or '.' or ',' or ':' or ';' or '\'' or '|' or '!' => 0.42,
        'm' or 'w' or 'M' or 'W' or '@' or '%' => 1.06,
        >= 'A' and <= 'Z' => 0.82,
        >= '\x20' and < '\x7F' => 0.67,
        '·' or '…' => 0.67,
        _ => 1.1,
    };
}
