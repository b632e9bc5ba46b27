using System.Text;

namespace PgHa;

/// <summary>Writes connection settings as a libpq URI.</summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS">Connection URIs</see>.
/// </remarks>
internal static class ConnectionUriWriter
{
    /// <summary>The URI. The caller has removed the secrets.</summary>
    public static string Write(ConnectionSettings settings)
    {
        string[] hosts = settings["host"]?.Split(',') ?? [""];
        string[] ports = settings["port"]?.Split(',') ?? [];

        // One port for several hosts cannot be said before the path: there, each host has its own.
        bool hasPortsByHost = ports.Length == hosts.Length;
        StringBuilder uri = new("postgresql://");
        if (settings.UserName is { } user)
            uri.Append(Uri.EscapeDataString(user)).Append('@');
        uri.AppendJoin(',', hosts.Select((host, i) => EscapeHost(host) + (hasPortsByHost && ports[i].Length > 0 ? $":{ports[i]}" : "")));
        uri.Append('/');
        if (settings.Database is { } database)
            uri.Append(Uri.EscapeDataString(database));

        char separator = '?';
        foreach (string keyword in settings.Keywords.Where(IsParameter))
        {
            uri.Append(separator).Append(keyword).Append('=').Append(Uri.EscapeDataString(settings.Reveal(keyword)!));
            separator = '&';
        }

        return uri.ToString();

        // An empty user or database cannot be told from none before the question mark.
        bool IsParameter(string keyword) => keyword switch
        {
            "host" => hosts is [""],
            "port" => !hasPortsByHost,
            "user" => settings.UserName is null,
            "dbname" => settings.Database is null,
            _ => true,
        };
    }

    private static string EscapeHost(string host) =>
        host.Contains(':', StringComparison.Ordinal)
            ? $"[{Uri.EscapeDataString(host).Replace("%3A", ":", StringComparison.Ordinal)}]"
            : Uri.EscapeDataString(host);
}
