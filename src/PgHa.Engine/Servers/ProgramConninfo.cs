namespace PgHa.Engine.Servers;

/// <summary>How PostgreSQL's programs connect to a server.</summary>
internal static class ProgramConninfo
{
    // The programs have no timeout of their own. With these values they fail a minute after the other machine is gone, not hours.
    private static readonly (string Keyword, string Value)[] Keepalive =
        [("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3")];

    /// <summary>
    /// The connection string, without a password. It uses the server's socket if that is known, where the server's own user may connect.
    /// </summary>
    /// <param name="login">The server, with the role to connect as.</param>
    /// <param name="program">The program's version.</param>
    /// <param name="database">Whether the connection is to a database, and not for replication.</param>
    public static string Of(PgInstance login, ServerDialect program, bool database)
    {
        ConnectionSettings settings = login.ToConnectionSettings().ForServer(program);
        // A program that connects to a database sends SQL. The server's settings for sessions could make that fail.
        settings = database
            ? settings.With("options", $"{settings["options"]} {SessionNeeds.StartupOptions(program)}".TrimStart())
            : settings.Without("dbname");
        if (login is { HasPassword: false, SocketDirectory: { } socket })
            settings = settings.With("host", socket).Without("hostaddr");
        return Keepalive.Aggregate(settings, (all, one) => all.With(one.Keyword, one.Value)).ToString();
    }
}
