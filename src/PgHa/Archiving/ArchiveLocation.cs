using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>
/// The directory of an archive, or its <c>ssh://</c> location, from the commands that fill it and read it: PgHa's own, and the
/// documentation's plain <c>cp</c>.
/// </summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-ARCHIVING-WAL">Setting Up WAL
/// Archiving</see>.
/// </remarks>
public static partial class ArchiveLocation
{
    /// <summary>
    /// The directory or location that an <c>archive_command</c> copies to; <see langword="null"/> if that cannot be told.
    /// </summary>
    public static string? OfArchiveCommand(string? command) =>
        FileArchive.OfOwnArchiveCommand(command)?.Location ?? DirectoryIn(PlainArchiving(), command);

    /// <summary>
    /// The directory or location that a <c>restore_command</c> copies from; <see langword="null"/> if that cannot be told.
    /// </summary>
    public static string? OfRestoreCommand(string? command) =>
        FileArchive.OfOwnRestoreCommand(command)?.Location ?? DirectoryIn(PlainRestoring(), command);

    // A command that tests in one directory and copies into another is not understood.
    private static string? DirectoryIn(Regex plain, string? command)
    {
        if (command is null || plain.Match(command) is not { Success: true } match)
            return null;
        string directory = match.Groups["to"].Value;
        return match.Groups["test"] is { Success: true } test && test.Value != directory
            ? null
            : directory.Replace("%%", "%", StringComparison.Ordinal);
    }

    [GeneratedRegex("""
        ^\s*(?:(?:test\s|\[)\s*!\s+-[ef]\s+(?:"(?<test>/[^"]+)/%f"|'(?<test>/[^']+)/%f'|(?<test>/[^\s"';&|]+)/%f)\s*\]?\s*&&\s*)?
        (?:/(?:usr/)?bin/)?cp\s+(?:-\S+\s+)*["']?%p["']?\s+
        (?:"(?<to>/[^"]+)/%f"|'(?<to>/[^']+)/%f'|(?<to>/[^\s"';&|]+)/%f)\s*(?:<\s*/dev/null\s*)?$
        """, RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex PlainArchiving();

    [GeneratedRegex("""
        ^\s*(?:/(?:usr/)?bin/)?cp\s+(?:-\S+\s+)*(?:"(?<to>/[^"]+)/%f"|'(?<to>/[^']+)/%f'|(?<to>/[^\s"';&|]+)/%f)\s+["']?%p["']?\s*$
        """, RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex PlainRestoring();
}
