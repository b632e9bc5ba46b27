using System.Text.RegularExpressions;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Servers;

/// <summary>Recognises the postmaster of a server: by the program that the process runs, and by its working directory.</summary>
/// <remarks>
/// The command line alone proves nothing: that of a supervisor contains the server's. It is used only where the system does not
/// tell which program a process runs.
/// </remarks>
internal static partial class PostmasterCommand
{
    /// <summary>Whether it is a postmaster; its children's titles begin with <c>postgres:</c>.</summary>
    public static bool IsPostmaster(HostProcess process) =>
        (process.Program is null || ProgramName().IsMatch(process.Program)) && MayBePostmaster(process.CommandLine);

    /// <summary>Whether a command line may be a postmaster's.</summary>
    public static bool MayBePostmaster(string commandLine) => Command().IsMatch(commandLine);

    /// <summary>The data directory of a postmaster; <see langword="null"/> if the process is none, or does not tell.</summary>
    public static string? DataDirectoryOf(HostProcess process) => !IsPostmaster(process) ? null
        : DirectoryOption().Match(process.CommandLine) is { Success: true } match && HostPath.IsAbsolute(match.Groups["path"].Value)
            ? match.Groups["path"].Value
            : process.WorkingDirectory;

    /// <summary>Whether it is the shell with which <c>pg_ctl</c> starts a server, and which becomes the server at once.</summary>
    public static bool IsLaunchOf(string commandLine, string dataDirectory) =>
        Launch().Match(commandLine) is { Success: true } match && match.Groups["path"].Value == dataDirectory;

    [GeneratedRegex(@"^(?:postgres|postmaster|edb-postgres)(?:\.exe)?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex ProgramName();

    [GeneratedRegex(
        """^"?(?:[^"]*[/\\])?(?:postgres|postmaster|edb-postgres)(?:\.exe)?"?(?: |$)""",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Command();

    // The process list shows no quotes. So a path with blanks is read up to the next option.
    [GeneratedRegex("""\s-D\s*"?(?<path>[^"]+?)"?(?=\s+-|\s*$)""", RegexOptions.CultureInvariant)]
    private static partial Regex DirectoryOption();

    [GeneratedRegex("""^(?:\S*/)?sh -c (?:exec )?"[^"]*postgres" -D "(?<path>[^"]+)" """, RegexOptions.CultureInvariant)]
    private static partial Regex Launch();
}
