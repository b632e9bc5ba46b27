using System.Text.RegularExpressions;

namespace PgHa.Engine.Instances;

/// <summary>Recognises the postmaster of a server by its command line.</summary>
internal static partial class PostmasterCommand
{
    /// <summary>Whether it is a postmaster; its children's titles begin with <c>postgres:</c>.</summary>
    public static bool IsPostmaster(string commandLine) => Program().IsMatch(commandLine);

    /// <summary>The data directory on the command line, where <c>pg_ctl</c> and the distributions' services put it.</summary>
    public static string? DataDirectoryOf(string commandLine) =>
        IsPostmaster(commandLine) && DirectoryOption().Match(commandLine) is { Success: true } match ? match.Groups["path"].Value : null;

    /// <summary>Whether it is the shell that <c>pg_ctl</c> starts a directory's server with, and that becomes the server.</summary>
    public static bool IsLaunchOf(string commandLine, string dataDirectory) =>
        commandLine.Contains($"postgres\" -D \"{dataDirectory}\"", StringComparison.Ordinal);

    [GeneratedRegex("""^"?(?:[^"]*[/\\])?(?:postgres|postmaster|edb-postgres)(?:\.exe)?"?(?: |$)""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Program();

    // The list of processes has lost the quotes: a path with blanks ends where the next option starts.
    [GeneratedRegex("""\s-D\s*"?(?<path>[^"]+?)"?(?=\s+-|\s*$)""", RegexOptions.CultureInvariant)]
    private static partial Regex DirectoryOption();
}
