namespace PgHa.Engine.Servers;

/// <summary>How PostgreSQL's programs connect to a server.</summary>
internal static class ProgramConninfo
{
    // They copy as long as there is something to copy, so nothing else ends them when the other machine is gone: after a minute, not hours.
    private static readonly (string Keyword, string Value)[] Keepalive =
        [("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3")];

    /// <summary>The connection string, without a password: by the server's socket where that is known, as its own user is let in there.</summary>
    /// <param name="login">The server, with the role to connect as.</param>
    /// <param name="program">The program's version.</param>
    /// <param name="database">Whether the connection is to a database, and not for replication.</param>
    public static string Of(PgInstance login, ServerDialect program, bool database)
    {
        ConnectionSettings settings = login.ToConnectionSettings().ForServer(program);
        // A program that copies a database's files sends SQL, which what the server sets for sessions may stop.
        settings = database
            ? settings.With("options", $"{settings["options"]} {SessionNeeds.StartupOptions(program)}".TrimStart())
            : settings.Without("dbname");
        if (login is { HasPassword: false, SocketDirectory: { } socket })
            settings = settings.With("host", socket).Without("hostaddr");
        return Keepalive.Aggregate(settings, (all, one) => all.With(one.Keyword, one.Value)).ToString();
    }
}
