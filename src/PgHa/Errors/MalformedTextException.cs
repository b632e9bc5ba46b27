namespace PgHa;

/// <summary>A text that should be an LSN, a conninfo string, an HBA line or the like, and is not.</summary>
/// <remarks>
/// It derives from <see cref="FormatException"/>, so that PowerShell's casts and .NET's
/// parsers report it the way they report any other bad text.
/// </remarks>
public sealed class MalformedTextException : FormatException
{
    /// <summary>Says what was expected, what was found, and where.</summary>
    /// <param name="kind">What the text should have been: "LSN", "connection string", "HBA rule".</param>
    /// <param name="text">The text; pass a redacted one if it could hold a password.</param>
    /// <param name="position">The index of the first character that does not fit; the length if it ends too soon.</param>
    /// <param name="expectation">What would have been right.</param>
    /// <param name="line">The line in the file, from 1, or 0 if the text is no file.</param>
    public MalformedTextException(string kind, string text, int position, string expectation, int line = 0)
        : base($"'{text}' is not a valid {kind}: at {(line > 0 ? $"line {line}, " : "")}character {position + 1}: {expectation}.")
    {
        Kind = kind;
        Position = position;
        Line = line;
    }

    /// <summary>What the text should have been.</summary>
    public string Kind { get; }

    /// <summary>The index, from 0, of the first character that does not fit.</summary>
    public int Position { get; }

    /// <summary>The line in the file, from 1; 0 if the text is no file.</summary>
    public int Line { get; }
}
