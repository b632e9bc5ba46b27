using System.Globalization;

namespace PgHa;

/// <summary>Writes <c>primary_conninfo</c>, with which a standby reaches its upstream.</summary>
/// <remarks>
/// PgHa writes it itself, because <c>pg_basebackup -R</c> writes every option that its own libpq knows, and an older
/// server's WAL receiver gives up on one it does not. It never has a password: the standby reads that from a file. See
/// <see href="https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-PRIMARY-CONNINFO">primary_conninfo</see>.
/// </remarks>
public static class PrimaryConninfo
{
    /// <summary>The settings to reach an upstream with.</summary>
    /// <param name="upstream">The upstream, with the login of the role to stream as.</param>
    /// <param name="applicationName">The name that the upstream's <c>pg_stat_replication</c> shall show.</param>
    /// <param name="passFile">The file with the role's password; <see langword="null"/> where none is needed.</param>
    /// <param name="dialect">The standby's version, whose libpq reads it.</param>
    public static ConnectionSettings For(PgInstance upstream, string applicationName, string? passFile, ServerDialect dialect)
    {
        ConnectionSettings settings = ConnectionSettings.Empty
            .With("host", Host(upstream))
            .With("port", upstream.Port.ToString(CultureInfo.InvariantCulture))
            .With("user", upstream.UserName);
        if (passFile is not null)
            settings = settings.With("passfile", passFile);

        // PgHa's own application name and password file are not the standby's.
        ConnectionSettings options = ConnectionSettings.Parse(upstream.Options ?? "").Without("application_name").Without("passfile");
        return settings.With("application_name", applicationName).Merge(options).WithoutSecrets().ForServer(dialect);
    }

    /// <summary>The host as the standby names it: the directory of the socket where no password is needed, as for PgHa itself.</summary>
    public static string Host(PgInstance upstream) =>
        upstream is { HasPassword: false, SocketDirectory: { } socket } ? socket : upstream.Host;
}
