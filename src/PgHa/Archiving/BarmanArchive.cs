using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>An archive that Barman keeps on a machine of its own.</summary>
/// <param name="Host">Barman's machine.</param>
/// <param name="Server">What Barman calls the server.</param>
/// <param name="User">The user there; <see langword="null"/> for the default, <c>barman</c>.</param>
/// <remarks>See <see href="https://docs.pgbarman.org/">Barman</see>.</remarks>
public sealed partial record BarmanArchive(string Host, string Server, string? User) : Archive
{
    /// <inheritdoc/>
    public override string Tool => "Barman";

    /// <inheritdoc/>
    public override string Doubt =>
        "archives with Barman, whose exit status 0 says that a file has arrived there, and not that Barman has taken it into its archive";

    internal override string Expiry => $"On {Host}, as the user of Barman, run barman cron; its retention_policy says what it keeps.";

    /// <summary>The archive that an address names; <see langword="null"/> if the text is none.</summary>
    internal static BarmanArchive? OfAddress(string address) => Address().Match(address) is { Success: true } match
        ? new BarmanArchive(match.Groups["host"].Value, match.Groups["server"].Value, UserIn(match))
        : null;

    /// <summary>
    /// The archive of an <c>archive_command</c> or <c>restore_command</c>; <see langword="null"/> if it is none of Barman.
    /// </summary>
    internal static BarmanArchive? OfCommand(string command) =>
        (Line().Match(command) is { Success: true } line ? line : GetWal().Match(command)) is { Success: true } match
            ? new BarmanArchive(match.Groups["host"].Value, match.Groups["server"].Value, UserIn(match))
            : null;

    /// <inheritdoc/>
    public override string RestoreCommand(bool isWindows) =>
        $"barman-wal-restore {(User is null ? "" : $"-U {User} ")}{Host} {Server} %f \"%p\"";

    /// <summary><c>Barman's server 'main' on backup.example</c>.</summary>
    public override string ToString() => $"Barman's server '{Server}' on {Host}";

    private static string? UserIn(Match match) => match.Groups["user"] is { Success: true } user ? user.Value : null;

    [GeneratedRegex(
        @"^(?:(?<user>[A-Za-z0-9_][A-Za-z0-9_.-]*)@)?(?<host>[A-Za-z0-9][A-Za-z0-9_.-]*)/(?<server>[A-Za-z0-9][A-Za-z0-9_.-]*)$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Address();

    // Options before the host, such as --user and --parallel.
    [GeneratedRegex(
        """
        ^\s*(?:\S*/)?barman-wal-(?:archive|restore)\s+
        (?:(?:-U\s*|--user[=\s]\s*)(?<user>\S+)\s+|(?:-p|-s|--(?:parallel|spool-dir|config|port))[=\s]\s*\S+\s+|-[^\s-]+\s+|--\S+\s+)*
        (?<host>[A-Za-z0-9][^\s%]*)\s+(?<server>[A-Za-z0-9][^\s%]*)\s+["']?%
        """,
        RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Line();

    // ssh [-OPTION…] [USER@]HOST "barman [-OPTION…] get-wal [-OPTION…] SERVER %f" > %p
    [GeneratedRegex(
        """
        ^\s*ssh\s+(?:-[bcDEeFIiJLlmoOpQRSWw]\s*\S+\s+|-\S+\s+)*
        (?:(?<user>[A-Za-z0-9_][A-Za-z0-9_.-]*)@)?(?<host>[A-Za-z0-9][A-Za-z0-9_.-]*)\s+
        ["']?(?:\S*/)?barman\s+(?:-c\s+\S+\s+|-\S+\s+)*get-wal\s+(?:-\S+\s+)*
        (?<server>[A-Za-z0-9][A-Za-z0-9_.-]*)\s+["']?%f["']?\s*>\s*["']?%p["']?\s*$
        """,
        RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex GetWal();
}
