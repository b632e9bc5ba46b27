using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>An archive in a repository of pgBackRest.</summary>
/// <param name="Program">How its commands call the program.</param>
/// <param name="Options">The options of its commands, as they are written there.</param>
/// <remarks>See <see href="https://pgbackrest.org/command.html">pgBackRest's commands</see>.</remarks>
public sealed partial record PgBackRestArchive(string Program, IReadOnlyList<string> Options) : Archive
{
    private const string DataDirectoryOption = "--pg1-path=";

    // Each command of pgBackRest refuses the options that it does not know.
    private static readonly string[] OfEveryCommand = ["--config", "--stanza", "--repo"];
    private static readonly string[] OfArchiveGet = [.. OfEveryCommand, "--pg1-path", "--spool-path", "--log", "--lock-path"];

    /// <inheritdoc/>
    public override string Tool => "pgBackRest";

    /// <inheritdoc/>
    public override string Doubt =>
        "archives with pgBackRest, whose exit status 0 does not prove that a file is in the repository "
            + "(archive-push-queue-max has it drop WAL and say that all is well)";

    internal override string Expiry =>
        $"As the user of pgBackRest, run pgbackrest --stanza={Stanza ?? "STANZA"} expire; what it keeps is said by repo1-retention-full.";

    /// <summary>The stanza; <see langword="null"/> if only the environment or a configuration file says it.</summary>
    public string? Stanza => Options.Select(option => StanzaOption().Match(option)).FirstOrDefault(match => match.Success)?
        .Groups["name"].Value.Trim('\'', '"');

    /// <summary>The arguments with which the program tells something of the stanza.</summary>
    public IReadOnlyList<string> QueryArguments => [.. Of(OfEveryCommand).Select(Unquoted)];

    /// <summary>The stanza of this machine's own configuration; <see langword="null"/> if that is no stanza's name.</summary>
    internal static PgBackRestArchive? OfStanza(string stanza) =>
        StanzaName().IsMatch(stanza) ? new PgBackRestArchive("pgbackrest", [$"--stanza={stanza}"]) : null;

    /// <summary>
    /// The archive of an <c>archive_command</c> or <c>restore_command</c>; <see langword="null"/> if it is none of pgBackRest.
    /// </summary>
    internal static PgBackRestArchive? OfCommand(string command)
    {
        if (Line().Match(command) is not { Success: true } match)
            return null;
        List<string> options = [];
        string[] words = [.. Word().Matches(match.Groups["arguments"].Value).Select(word => word.Value)];
        for (int i = 0; i < words.Length; i++)
        {
            if (!words[i].StartsWith('-'))
                continue;
            // "--stanza main" is the same as "--stanza=main".
            bool hasValueApart = !words[i].Contains('=', StringComparison.Ordinal) && i + 1 < words.Length
                && !words[i + 1].StartsWith('-') && !IsOfCommand(words[i + 1]);
            options.Add(hasValueApart ? $"{words[i]}={words[++i]}" : words[i]);
        }

        return new PgBackRestArchive(match.Groups["program"].Value, options);
    }

    /// <summary>The archive with the program and the options of the command that fills it, if that is of the same stanza.</summary>
    public PgBackRestArchive AsFilledBy(string? archiveCommand) =>
        OfArchiveCommand(archiveCommand) is PgBackRestArchive other && other.Stanza == Stanza ? other : this;

    /// <summary>
    /// The archive as one server reads it. pgBackRest restores nothing for a server whose data directory is not the one of its
    /// configuration, and says so in the server's log only.
    /// </summary>
    /// <param name="dataDirectory">The server's data directory.</param>
    public PgBackRestArchive ReadBy(string dataDirectory) => this with
    {
        Options =
        [
            .. Options.Where(option => !option.StartsWith(DataDirectoryOption, StringComparison.Ordinal)),
            DataDirectoryOption + (PlainPath().IsMatch(dataDirectory) ? dataDirectory : ShellPath.Quote(dataDirectory)),
        ],
    };

    /// <summary>The arguments with which the program restores a backup into an empty directory.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="backup">What pgBackRest calls the backup.</param>
    internal IReadOnlyList<string> RestoreArguments(string directory, string backup) =>
        [.. QueryArguments, DataDirectoryOption + directory, $"--set={backup}", "--type=standby", "restore"];

    /// <inheritdoc/>
    public override string RestoreCommand(bool isWindows) =>
        string.Join(' ', [Program, .. Of(OfArchiveGet), "archive-get", "%f", "\"%p\""]);

    /// <summary>Whether two archives are the same stanza of the same configuration.</summary>
    public bool Equals(PgBackRestArchive? other) =>
        other is not null && Program == other.Program && Options.SequenceEqual(other.Options);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Program, Stanza);

    /// <summary><c>pgBackRest's stanza 'main'</c>.</summary>
    public override string ToString() => Stanza is { } stanza ? $"pgBackRest's stanza '{stanza}'" : "pgBackRest";

    private IEnumerable<string> Of(string[] prefixes) =>
        Options.Where(option => prefixes.Any(prefix => option.StartsWith(prefix, StringComparison.Ordinal)));

    private static bool IsOfCommand(string word) => word is "archive-push" or "archive-get" || word.Contains('%', StringComparison.Ordinal);

    private static string Unquoted(string word) => Quotes().Replace(word, match => match.Value[1..^1]);

    // A command with anything else for the shell in it is not understood: its options would be run on another server too.
    [GeneratedRegex(
        """
        ^\s*(?<program>"[^"`$]*pgbackrest"|'[^']*pgbackrest'|[^\s"';&|`$<>()]*pgbackrest)\s+
        (?<arguments>[^;&|`$<>()]*\barchive-(?:push|get)\b[^;&|`$<>()]*)$
        """,
        RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Line();

    [GeneratedRegex("""(?:[^\s"']|"[^"]*"|'[^']*')+""", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex("""
        "[^"]*"|'[^']*'
        """, RegexOptions.CultureInvariant)]
    private static partial Regex Quotes();

    [GeneratedRegex("^--stanza=(?<name>.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex StanzaOption();

    [GeneratedRegex("^[A-Za-z0-9_./-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex PlainPath();

    [GeneratedRegex("^[A-Za-z0-9_.-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex StanzaName();
}
