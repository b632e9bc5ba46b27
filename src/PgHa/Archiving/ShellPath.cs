namespace PgHa;

/// <summary>Paths in <c>archive_command</c> and <c>restore_command</c>, in which the server interprets percent signs.</summary>
internal static class ShellPath
{
    /// <summary>A path in single quotes for <c>/bin/sh</c>, with each percent sign doubled for the server.</summary>
    public static string Quote(string path)
    {
        // The server takes no setting with a line break in it.
        if (path.AsSpan().ContainsAny("\r\n\0"))
            throw NotUsable(path, "has a line break or NUL in it");
        string doubled = path.Replace("%", "%%", StringComparison.Ordinal);
        return $"'{doubled.Replace("'", """'\''""", StringComparison.Ordinal)}'";
    }

    /// <summary>The path that <see cref="Quote"/> quoted; <see langword="null"/> if it made no such text.</summary>
    public static string? Unquote(string quoted)
    {
        if (quoted.Length < 2 || quoted[0] != '\'' || quoted[^1] != '\'')
            return null;
        string path = quoted[1..^1]
            .Replace("""'\''""", "'", StringComparison.Ordinal)
            .Replace("%%", "%", StringComparison.Ordinal);
        return path.AsSpan().ContainsAny("\r\n\0") || Quote(path) != quoted ? null : path;
    }

    /// <summary>A path for double quotes in <c>cmd.exe</c>.</summary>
    public static string CheckedForCmd(string path) =>
        // cmd.exe expands %name% even in quotes, and knows no escape for it on a command line.
        path.AsSpan().ContainsAny("\"%\r\n\0")
            ? throw NotUsable(path, "has a character in it that cmd.exe cannot quote (% or \")")
            : path.TrimEnd('\\');

    /// <summary>The failure of a path that cannot be written into a command.</summary>
    public static PgHaException NotUsable(string path, string why) => new(
        ErrorIds.ArchivePathNotUsable, PgHaErrorKind.InvalidArgument, $"The archive directory '{path}' {why}.",
        "Choose another directory for the archive.");
}
