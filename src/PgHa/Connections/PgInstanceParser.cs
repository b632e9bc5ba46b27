using System.Net;
using System.Net.Sockets;

namespace PgHa;

/// <summary>Reads the texts that stand for a server wherever a <see cref="PgInstance"/> is asked for.</summary>
internal static class PgInstanceParser
{
    private const string Forms =
        "a server is written host, host:port, [IPv6]:port, /socket/directory, /socket/directory:port, "
        + "a conninfo string such as 'host=db1 port=5432', or a URI such as postgresql://db1:5432/postgres";

    /// <summary>The server and its secrets.</summary>
    /// <exception cref="MalformedTextException">The text has none of the forms; the message lists them.</exception>
    public static (PgInstance Server, ConnectionSettings Secrets) Parse(string text)
    {
        string trimmed = text.Trim();
        if (ConnectionUriParser.IsUri(trimmed))
            return FromSettings(ConnectionUriParser.Parse(trimmed));
        if (!trimmed.StartsWith('/') && trimmed.Contains('=', StringComparison.Ordinal))
            return FromSettings(ConninfoParser.Parse(trimmed));
        return (FromAddress(trimmed), ConnectionSettings.Empty);
    }

    private static (PgInstance Server, ConnectionSettings Secrets) FromSettings(ConnectionSettings settings)
    {
        if (settings.HasSeveralHosts)
            throw Malformed(settings.ToString(), 0, "several hosts are several servers; name one");
        if (settings.Contains("service"))
            throw Malformed(settings.ToString(), 0, "a service file is not read; name the host itself");

        // Beside a host name, hostaddr only saves the look-up; without one, it is the host.
        if (settings.Host is null && settings["hostaddr"] is { Length: > 0 } address)
            settings = settings.With("host", address).Without("hostaddr");
        PgInstance defaults = new();
        PgInstance server = new()
        {
            Host = settings.Host ?? defaults.Host,
            Port = settings.Port ?? defaults.Port,
            UserName = settings.UserName ?? defaults.UserName,
            Database = settings.Database ?? defaults.Database,
            Options = PgInstance.OwnKeywords.Aggregate(settings.WithoutSecrets(), (rest, keyword) => rest.Without(keyword)).ToString(),
        };
        return (server, settings.OnlySecrets());
    }

    private static PgInstance FromAddress(string text)
    {
        (string host, int end) = text switch
        {
            ['[', ..] => BracketedHost(text),
            ['/', ..] => SocketDirectory(text),
            _ => PlainHost(text),
        };
        if (end == text.Length)
            return new PgInstance { Host = host };
        if (text[end] != ':' || !PortList.TryPort(text.AsSpan(end + 1), out int port))
        {
            throw Malformed(
                text, text[end] == ':' ? end + 1 : end,
                $"{(text[end] == ':' ? PortList.Expectation : "expected ':' and a port")}; {Forms}");
        }

        return new PgInstance { Host = host, Port = port };
    }

    private static (string Host, int End) BracketedHost(string text)
    {
        int close = text.IndexOf(']', StringComparison.Ordinal);
        if (close < 0)
            throw Malformed(text, text.Length, $"expected ']'; {Forms}");
        string host = text[1..close];

        // A zone (fe80::1%eth0) names an interface of this machine, which is not for a parser to look up.
        bool isAddress = IPAddress.TryParse(host.Split('%')[0], out IPAddress? address)
            && address.AddressFamily == AddressFamily.InterNetworkV6;
        return isAddress ? (host, close + 1) : throw Malformed(text, 1, $"expected an IPv6 address between the brackets; {Forms}");
    }

    // A colon may stand in a directory's name: only one before digits that end the text separates a port.
    private static (string Host, int End) SocketDirectory(string text)
    {
        int colon = text.LastIndexOf(':');
        bool hasPort = colon >= 0 && colon < text.Length - 1 && text.AsSpan(colon + 1).IndexOfAnyExceptInRange('0', '9') < 0;
        int end = hasPort ? colon : text.Length;
        return (text[..end], end);
    }

    private static (string Host, int End) PlainHost(string text)
    {
        int end = 0;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '.' or '-' or '_'))
            end++;
        return end == 0 || (end < text.Length && text[end] != ':')
            ? throw Malformed(text, end, $"this cannot be part of a host name; {Forms}")
            : (text[..end], end);
    }

    // The text before an '@' is a user name, perhaps with a password, in a form that PgHa does not read.
    private static MalformedTextException Malformed(string text, int position, string expectation)
    {
        int at = text.LastIndexOf('@');
        return new MalformedTextException("server", at < 0 ? text : $"…{text[at..]}", position, expectation);
    }
}
