namespace PgHa.Engine.Machines;

/// <summary>Quoting for the POSIX shell.</summary>
public static class ShellQuoting
{
    /// <summary>
    /// Quotes a value as one word of a POSIX shell, whatever it contains; without quotes where it needs none.
    /// </summary>
    /// <exception cref="ArgumentException">The value holds a NUL, which no argument can.</exception>
    public static string Quote(string value)
    {
        if (value.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A shell word cannot hold a NUL character.", nameof(value));
        return value.Length > 0 && value.All(IsPlain) ? value : $"'{value.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }

    // '=' and '~' are left out: at a word's start they can mean an assignment or a home directory.
    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-' or ':' or ',' or '+' or '@';
}
