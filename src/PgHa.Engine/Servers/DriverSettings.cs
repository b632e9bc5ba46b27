using Npgsql;

namespace PgHa.Engine.Servers;

/// <summary>Turns an instance into the driver's connection string.</summary>
internal static class DriverSettings
{
    /// <summary>The name PgHa's sessions show in <c>pg_stat_activity</c>.</summary>
    public const string ApplicationName = "PgHa";

    /// <summary>A connection string with the password in it: for the driver only, never for a message.</summary>
    public static string ConnectionString(PgInstance instance, EngineContext context, string? database = null)
    {
        var builder = new NpgsqlConnectionStringBuilder
        {
            // Peer authentication over the socket needs no password; with one, TCP is how every client would come.
            Host = instance is { HasPassword: false, SocketDirectory: { } socket } ? socket : instance.Host,
            Port = instance.Port,
            Username = instance.UserName,
            Password = instance.RevealPassword(),
            Database = database ?? instance.Database,
            ApplicationName = ApplicationName,
            Timeout = (int)Math.Clamp(context.ConnectTimeout.TotalSeconds, 1, 1024),
            CommandTimeout = (int)Math.Clamp(context.Timeout.TotalSeconds, 1, int.MaxValue),
            Pooling = false,
        };
        return builder.ConnectionString;
    }
}
