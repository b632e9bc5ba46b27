using Npgsql;

namespace PgHa.Engine.Servers;

/// <summary>Turns an instance into the driver's connection string.</summary>
internal static class DriverSettings
{
    /// <summary>The name PgHa's sessions show in <c>pg_stat_activity</c>.</summary>
    public const string ApplicationName = "PgHa";

    // What the driver decides by itself, or what has no meaning for it: dropping these changes nothing the user relies on.
    private static readonly HashSet<string> Irrelevant =
    [
        "client_encoding", "fallback_application_name", "gssencmode", "gsslib", "keepalives", "keepalives_count",
        "keepalives_idle", "keepalives_interval", "load_balance_hosts", "sslcompression", "sslsni", "tcp_user_timeout",
    ];

    /// <summary>A connection string with the password in it: for the driver only, never for a message.</summary>
    /// <exception cref="PgHaException"><c>ConnectionOptionNotSupported</c>: the driver cannot honour one of the instance's options.</exception>
    public static string ConnectionString(PgInstance instance, EngineContext context, string? database = null)
    {
        var builder = new NpgsqlConnectionStringBuilder
        {
            ApplicationName = ApplicationName,
            Timeout = (int)Math.Clamp(context.ConnectTimeout.TotalSeconds, 1, 1024),
            CommandTimeout = (int)Math.Clamp(context.Timeout.TotalSeconds, 1, int.MaxValue),
            // How long the driver waits for the server to cancel a statement before it breaks the connection: Ctrl+C has a second.
            CancellationTimeout = 500,
            Pooling = false,
            // The driver's own 8 kB take a wait for the network for every hundred rows, which a million of them notice.
            ReadBufferSize = 65_536,
        };
        ConnectionSettings settings = instance.ToConnectionSettings();
        foreach (string keyword in settings.Keywords)
            Apply(builder, instance, keyword, settings.Reveal(keyword)!);

        // Peer authentication over the socket needs no password; with one, TCP is how every client would come.
        if (instance is { HasPassword: false, SocketDirectory: { } socket })
            builder.Host = socket;
        if (database is not null)
            builder.Database = database;
        return builder.ConnectionString;
    }

    private static void Apply(NpgsqlConnectionStringBuilder builder, PgInstance instance, string keyword, string value)
    {
        switch (keyword)
        {
            case "host": builder.Host = value; break;
            case "port": builder.Port = instance.Port; break;
            case "user": builder.Username = value; break;
            case "dbname": builder.Database = value; break;
            case "password": builder.Password = value; break;
            case "passfile": builder.Passfile = value; break;
            case "application_name": builder.ApplicationName = value; break;
            case "connect_timeout" when int.TryParse(value, out int seconds): builder.Timeout = Math.Clamp(seconds, 0, 1024); break;
            case "options": builder.Options = value; break;
            case "krbsrvname": builder.KerberosServiceName = value; break;
            case "sslrootcert": builder.RootCertificate = value; break;
            case "sslcert": builder.SslCertificate = value; break;
            case "sslkey": builder.SslKey = value; break;
            case "sslpassword": builder.SslPassword = value; break;
            case "sslmode" when Enum.TryParse(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out SslMode mode):
                builder.SslMode = mode;
                break;
            case "channel_binding" when Enum.TryParse(value, ignoreCase: true, out ChannelBinding binding):
                builder.ChannelBinding = binding;
                break;
            default:
                // Better no connection than one less protected, or to another server, than was asked for.
                if (!Irrelevant.Contains(keyword))
                {
                    throw new PgHaException(
                        "ConnectionOptionNotSupported",
                        PgHaErrorKind.NotSupported,
                        $"PgHa cannot connect to {instance} with the option '{keyword}'.",
                        $"Leave '{keyword}' out of the connection string.",
                        instance.ToString());
                }

                break;
        }
    }
}
