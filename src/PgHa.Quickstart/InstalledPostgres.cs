using System.Text.RegularExpressions;

namespace PgHa.Quickstart;

/// <summary>The PostgreSQL that the machine has: on <c>PATH</c>, or where packages and installers put it.</summary>
internal static partial class InstalledPostgres
{
    /// <summary>The programs that the cluster needs.</summary>
    private static readonly string[] Programs = ["postgres", "initdb", "pg_ctl", "pg_basebackup", "psql"];

    // The same as the engine's ProgramFolders, which isn't built yet when this runs. A * stands for the version.
    private static readonly string[] Folders =
    [
        "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/lib/postgresql*/bin", "/usr/libexec/postgresql*",
        "/usr/bin", "/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin",
        "/Applications/Postgres.app/Contents/Versions/*/bin",
        "/Library/PostgreSQL/*/bin", "/opt/PostgreSQL/*/bin", @"C:\Program Files\PostgreSQL\*\bin",
    ];

    /// <summary>The folder of the newest PostgreSQL with all the programs, and its version; or <see langword="null"/>.</summary>
    public static async Task<(string BinDirectory, Version Version)?> FindAsync(CancellationToken cancellationToken)
    {
        string[] onPath = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var found = new List<(string BinDirectory, Version Version)>();
        foreach (string folder in onPath.Concat(Folders.SelectMany(Expand)).Distinct())
        {
            if (FirstMissing(folder) is null && await VersionAsync(folder, cancellationToken) is { } version)
                found.Add((folder, version));
        }

        return found.Count == 0 ? null : found.MaxBy(candidate => candidate.Version);
    }

    /// <summary>The first of the programs that the folder lacks; <see langword="null"/> if it has them all.</summary>
    public static string? FirstMissing(string folder) => Programs.FirstOrDefault(program => !File.Exists(FileOf(folder, program)));

    /// <summary>The version that the folder's server tells; <see langword="null"/> if it can't be run.</summary>
    public static async Task<Version?> VersionAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            ProcessResult answer = await ChildProcess.RunAsync(
                FileOf(folder, "postgres"), ["--version"], TimeSpan.FromSeconds(30), cancellationToken: cancellationToken);
            // A beta or a release candidate has no minor version.
            Match version = VersionNumber().Match(answer.Output);
            return answer.ExitCode == 0 && version.Success
                ? Version.Parse(version.Value.Contains('.', StringComparison.Ordinal) ? version.Value : version.Value + ".0")
                : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>The folders that a pattern with one <c>*</c> in one of its names matches.</summary>
    internal static IEnumerable<string> Expand(string pattern)
    {
        int star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star < 0)
            return [pattern];
        char separator = pattern.Contains('\\', StringComparison.Ordinal) ? '\\' : '/';
        int start = pattern.LastIndexOf(separator, star);
        int end = pattern.IndexOf(separator, star);
        string rest = end < 0 ? "" : pattern[end..];
        string parent = pattern[..start];
        return Directory.Exists(parent)
            ? Directory.EnumerateDirectories(parent, pattern[(start + 1)..(end < 0 ? pattern.Length : end)]).Select(folder => folder + rest)
            : [];
    }

    private static string FileOf(string folder, string program) =>
        Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program);

    [GeneratedRegex(@"[0-9]+(\.[0-9]+)?")]
    private static partial Regex VersionNumber();
}
