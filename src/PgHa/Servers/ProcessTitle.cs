using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>What a server's process writes over its command line: <c>postgres: node21: walreceiver streaming 0/7000140</c>.</summary>
/// <param name="ClusterName">The server's <c>cluster_name</c>; <see langword="null"/> if it has none.</param>
/// <param name="Kind">What the process is for, in the words of <c>backend_type</c>.</param>
/// <param name="Activity">What it is doing; empty if it does not say.</param>
/// <param name="UserName">The role a client backend or WAL sender serves.</param>
/// <param name="Database">The database of a client backend.</param>
/// <param name="Client">Where its client is: an address with the port in parentheses, or <c>[local]</c>.</param>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/monitoring-ps.html">Standard Unix Tools</see>.</remarks>
public sealed partial record ProcessTitle(
    string? ClusterName, string Kind, string Activity, string? UserName = null, string? Database = null, string? Client = null)
{
    private const string Prefix = "postgres: ";

    // The start of a title, and the name in backend_type. PostgreSQL 10 and older write "wal receiver process", newer ones "walreceiver".
    private static readonly (string Title, string Kind)[] Kinds =
    [
        ("startup process", "startup"),
        ("startup", "startup"),
        ("wal receiver process", "walreceiver"),
        ("walreceiver", "walreceiver"),
        ("wal sender process", "walsender"),
        ("walsender", "walsender"),
        ("checkpointer process", "checkpointer"),
        ("checkpointer", "checkpointer"),
        ("writer process", "background writer"),
        ("background writer", "background writer"),
        ("wal writer process", "walwriter"),
        ("walwriter", "walwriter"),
        ("archiver process", "archiver"),
        ("archiver", "archiver"),
        ("logger process", "logger"),
        ("logger", "logger"),
        ("syslogger", "syslogger"), // 19
        ("stats collector process", "stats collector"),
        ("stats collector", "stats collector"),
        ("autovacuum launcher process", "autovacuum launcher"),
        ("autovacuum launcher", "autovacuum launcher"),
        ("autovacuum worker process", "autovacuum worker"),
        ("autovacuum worker", "autovacuum worker"),
        ("bgworker: logical replication launcher", "logical replication launcher"),
        ("logical replication launcher", "logical replication launcher"),
        ("logical replication apply worker", "logical replication apply worker"),
        ("logical replication parallel apply worker", "logical replication parallel worker"),
        ("logical replication tablesync worker", "logical replication tablesync worker"),
        ("logical replication worker", "logical replication worker"),
        ("slotsync worker", "slotsync worker"),
        ("walsummarizer", "walsummarizer"),
        ("io worker", "io worker"),
        ("parallel worker", "parallel worker"),
        ("bgworker: parallel worker", "parallel worker"),
        ("bgworker: ", "background worker"),
    ];

    /// <summary>The WAL file the activity names.</summary>
    public WalFileName? WalFile =>
        WalFileInText().Match(Activity) is { Success: true } match && WalFileName.TryParse(match.Value, out WalFileName name) ? name : null;

    /// <summary>The position the activity names.</summary>
    public Lsn? Lsn =>
        PositionInText().Match(Activity) is { Success: true } match && PgHa.Lsn.TryParse(match.Value, null, out Lsn lsn) ? lsn : null;

    /// <summary>Reads a title; <see langword="null"/> if it is not the title of a server's child process.</summary>
    public static ProcessTitle? Parse(string commandLine)
    {
        if (!commandLine.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        // Titles are padded with blanks. PostgreSQL 12 and older have three of them between name and activity.
        string text = Blanks().Replace(commandLine[Prefix.Length..].Trim(), " ");
        if (OfKind(null, text) is { } title)
            return title;

        // With a cluster name: "node21: startup recovering …". The name itself may hold anything but rarely a colon and a blank.
        int colon = text.IndexOf(": ", StringComparison.Ordinal);
        return colon < 0
            ? OfClient(null, text)
            : OfKind(text[..colon], text[(colon + 2)..]) ?? OfClient(text[..colon], text[(colon + 2)..]);
    }

    private static ProcessTitle? OfKind(string? clusterName, string text)
    {
        foreach ((string start, string kind) in Kinds)
        {
            if (!text.StartsWith(start, StringComparison.Ordinal))
                continue;
            string rest = text[start.Length..];
            // A role called "startup_admin" is no startup process.
            if (rest.Length > 0 && rest[0] != ' ' && !start.EndsWith(' '))
                continue;
            rest = rest.Trim();
            if (kind == "walsender" && ClientOf().Match(rest) is { Success: true } match)
            {
                return new(
                    clusterName, kind, rest[match.Length..].Trim(),
                    UserName: match.Groups["user"].Value, Client: match.Groups["client"].Value);
            }

            return new(clusterName, kind, rest);
        }

        return null;
    }

    // "role database address(port) activity".
    private static ProcessTitle? OfClient(string? clusterName, string text) =>
        ClientWithDatabase().Match(text) is { Success: true } match
            ? new(
                clusterName, "client backend", text[match.Length..].Trim(),
                match.Groups["user"].Value, match.Groups["database"].Value, match.Groups["client"].Value)
            : null;

    [GeneratedRegex(" {2,}")]
    private static partial Regex Blanks();

    [GeneratedRegex("[0-9A-F]{24}")]
    private static partial Regex WalFileInText();

    [GeneratedRegex(@"\b[0-9A-F]{1,8}/[0-9A-F]{1,8}\b")]
    private static partial Regex PositionInText();

    [GeneratedRegex(@"^(?<user>\S+)( \S+)?? (?<client>\[local\]|\S+\(\d+\))")]
    private static partial Regex ClientOf();

    [GeneratedRegex(@"^(?<user>\S+) (?<database>\S+) (?<client>\[local\]|\S+\(\d+\))")]
    private static partial Regex ClientWithDatabase();
}
