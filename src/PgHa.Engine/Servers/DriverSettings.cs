using Npgsql;

namespace PgHa.Engine.Servers;

/// <summary>Turns an instance into the driver's connection string.</summary>
internal static class DriverSettings
{
    /// <summary>The application name of PgHa's sessions in <c>pg_stat_activity</c>.</summary>
    public const string ApplicationName = "PgHa";

    /// <summary>A connection string with the password in it: for the driver only, never for a message.</summary>
    /// <param name="instance">The server.</param>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="database">Another database than the instance's.</param>
    /// <param name="startupOptions">Further start-up options, such as <c>-c event_triggers=off</c>.</param>
    /// <param name="forwarded">The directory where the Unix socket of a server on another machine is reached.</param>
    /// <exception cref="PgHaException">
    /// <c>ConnectionOptionNotSupported</c>: the driver lacks an option without which the connection would be less secure.
    /// </exception>
    public static string ConnectionString(
        PgInstance instance, EngineContext context, string? database = null, string? startupOptions = null, string? forwarded = null)
    {
        instance = instance.SeenFrom(PgMachine.This);
        var builder = new NpgsqlConnectionStringBuilder
        {
            ApplicationName = ApplicationName,
            Timeout = (int)Math.Clamp(Math.Min(context.ConnectTimeout.TotalSeconds, context.Timeout.TotalSeconds), 1, 1024),
            CommandTimeout = (int)Math.Clamp(context.Timeout.TotalSeconds, 1, int.MaxValue),
            // How long the driver waits for the server to cancel a statement before it closes the connection: PgHa must end within a second
            // of Ctrl+C.
            CancellationTimeout = 500,
            Pooling = context.Sessions is not null,
            // By default the driver first asks for GSS encryption. PostgreSQL 11 and older then logs an incomplete startup packet
            // and closes the connection.
            GssEncryptionMode = GssEncryptionMode.Disable,
            // With the driver's default of 8 kB it waits for the network every hundred rows, which is slow for a million rows.
            ReadBufferSize = 65_536,
            // Shows the server's DETAIL. ServerSaid masks secrets and the values of rows in it.
            IncludeErrorDetail = true,
        };
        // The socket is for peer authentication, which needs no password. With a password PgHa connects over TCP, as other clients do.
        string? socket = forwarded ?? (instance.HasPassword ? null : instance.SocketDirectory);
        ConnectionSettings settings = instance.ToConnectionSettings();
        if (socket is not null)
            settings = settings.With("host", socket);
        foreach (string keyword in settings.Keywords)
            Apply(builder, instance, context, keyword, settings);
        if (database is not null)
            builder.Database = database;
        if (startupOptions is not null)
            builder.Options = $"{builder.Options} {startupOptions}".TrimStart();
        return builder.ConnectionString;
    }

    private static void Apply(
        NpgsqlConnectionStringBuilder builder, PgInstance instance, EngineContext context, string keyword, ConnectionSettings settings)
    {
        switch (DriverOptions.Of(keyword, settings))
        {
            case DriverTreatment.Mapped or DriverTreatment.Honoured:
                if (!TryMap(builder, instance, context, keyword, settings))
                    throw NotSupported(instance, keyword);
                break;
            case DriverTreatment.Refused:
                throw NotSupported(instance, keyword);
            default:
                // A server has its options from pg_basebackup -R with every default: those are of no interest.
                if (settings.Reveal(keyword) is { Length: > 0 })
                    context.Log.Step($"{instance}: PgHa connects without the option '{keyword}', which its driver lacks");
                break;
        }
    }

    private static bool TryMap(
        NpgsqlConnectionStringBuilder builder, PgInstance instance, EngineContext context, string keyword, ConnectionSettings settings)
    {
        string value = settings.Reveal(keyword)!;
        switch (keyword)
        {
            case "host": builder.Host = value; return true;
            case "port": builder.Port = instance.Port; return true;
            case "user": builder.Username = value; return true;
            case "dbname": builder.Database = value; return true;
            case "password": builder.Password = value; return true;
            case "passfile": ApplyPassFile(builder, instance, context, value); return true;
            case "application_name": builder.ApplicationName = value; return true;
            // libpq waits for ever with 0 or less.
            case "connect_timeout" when int.TryParse(value, out int seconds): builder.Timeout = Math.Clamp(seconds, 0, 1024); return true;
            case "options": builder.Options = value; return true;
            case "krbsrvname": builder.KerberosServiceName = value; return true;
            // If no file is named, the driver uses the system's certificates.
            case "sslrootcert" when value == "system":
                if (settings.SslMode is null)
                    builder.SslMode = SslMode.VerifyFull;
                return true;
            case "sslrootcert": builder.RootCertificate = value; return true;
            case "sslcert":
                if (settings["sslcertmode"] != "disable")
                    builder.SslCertificate = value;
                return true;
            case "sslkey":
                if (settings["sslcertmode"] != "disable" && settings["sslcert"] is { Length: > 0 })
                    builder.SslKey = value;
                return true;
            case "sslpassword": builder.SslPassword = value; return true;
            case "sslmode" when Enum.TryParse(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out SslMode mode):
                builder.SslMode = mode;
                return true;
            case "sslnegotiation" when Enum.TryParse(value, ignoreCase: true, out SslNegotiation negotiation):
                builder.SslNegotiation = negotiation;
                return true;
            case "channel_binding" when Enum.TryParse(value, ignoreCase: true, out ChannelBinding binding):
                builder.ChannelBinding = binding;
                return true;
            // With verify-full the certificate must match the host name, but the driver would compare it with this address.
            case "hostaddr":
                if (settings.SslMode != "verify-full" && settings.Host?.StartsWith('/') != true)
                    builder.Host = value;
                return true;
            // The driver uses TLS 1.2 or newer. The case sslcert decides whether a certificate is sent. ServerSession checks the role.
            case "ssl_min_protocol_version" or "sslcertmode" or "target_session_attrs": return true;
            default: return false;
        }
    }

    // Like libpq, PgHa ignores a password file that it cannot read.
    private static void ApplyPassFile(NpgsqlConnectionStringBuilder builder, PgInstance instance, EngineContext context, string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            builder.Passfile = path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            context.Log.Step($"{instance}: the password file '{path}' is passed over, because it cannot be read: {e.Message}");
        }
    }

    private static PgHaException NotSupported(PgInstance instance, string keyword) => new(
        ErrorIds.ConnectionOptionNotSupported,
        PgHaErrorKind.NotSupported,
        $"PgHa cannot connect to {instance} with the option '{keyword}', and without it the connection would not be what was asked for.",
        DriverOptions.AdviceOn(keyword),
        instance.ToString());
}
