using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PgHa;

/// <summary>Reads and writes the texts that stand for a machine, and checks the parts of one.</summary>
internal static class MachineText
{
    private const string Scheme = "ssh://";
    private const string NameParameter = "name";
    private const string KeyParameter = "key";
    private const string SudoParameter = "sudo";
    private const string Kind = "machine";

    private const string Forms =
        "a machine is written host, user@host, user@host:port, . for this machine, or ssh://user@host:port?sudo=true";

    private static readonly SearchValues<char> NotInUserNames = SearchValues.Create(" \t\r\n\0'\"`$;&<>|(){}");

    /// <summary>The machine a text stands for.</summary>
    /// <exception cref="MalformedTextException">The text has none of the forms; the message lists them.</exception>
    public static PgMachine Read(string text)
    {
        string trimmed = text.Trim();
        if (!trimmed.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return MeansThisMachine(trimmed) ? PgMachine.This : ReadPlace(trimmed, 0, trimmed.Length, isAddress: false);

        int query = trimmed.IndexOf('?', StringComparison.Ordinal);
        int end = query < 0 ? trimmed.Length : query;
        if (trimmed[end - 1] == '/' && end > Scheme.Length)
            end--;
        PgMachine machine = ReadPlace(trimmed, Scheme.Length, end, isAddress: true);
        return query < 0 ? machine : ReadParameters(machine, trimmed, query + 1);
    }

    /// <summary>An ssh machine as an address.</summary>
    public static string Write(PgMachine machine, string? givenName)
    {
        StringBuilder text = new(Scheme);
        if (machine.UserName is { } user)
            text.Append(Uri.EscapeDataString(user)).Append('@');
        // A zone (fe80::1%eth0) has its percent sign escaped, as RFC 6874 has it.
        text.Append(machine.HostName.Contains(':', StringComparison.Ordinal)
            ? $"[{machine.HostName.Replace("%", "%25", StringComparison.Ordinal)}]"
            : machine.HostName);
        if (machine.Port is { } port)
            text.Append(CultureInfo.InvariantCulture, $":{port}");
        char separator = '?';
        Add(NameParameter, givenName);
        Add(KeyParameter, machine.KeyFilePath);
        Add(SudoParameter, machine.Sudo ? "true" : null);
        foreach ((string name, string value) in machine.Options)
            Add(name, value);
        return text.ToString();

        void Add(string name, string? value)
        {
            if (value is null)
                return;
            string escaped = Uri.EscapeDataString(value).Replace("%2F", "/", StringComparison.Ordinal);
            text.Append(separator).Append(name).Append('=').Append(escaped);
            separator = '&';
        }
    }

    /// <summary>A host name that ssh cannot take for an option or for more than a name.</summary>
    /// <exception cref="MalformedTextException">It is none.</exception>
    public static string CheckedHostName(string value)
    {
        if (value.Length == 0)
            throw new MalformedTextException("host name", value, 0, "a host name is not empty");
        if (value[0] == '-')
            throw new MalformedTextException("host name", value, 0, "a host name does not begin with '-'");
        for (int i = 0; i < value.Length; i++)
        {
            if (!char.IsLetterOrDigit(value[i]) && value[i] is not ('.' or '-' or '_' or ':' or '%'))
                throw new MalformedTextException("host name", value, i, "expected a name, an address, or an alias of ssh's configuration");
        }

        return value;
    }

    /// <summary>A user name that ssh cannot take for an option; <see langword="null"/> for none.</summary>
    /// <exception cref="MalformedTextException">It is none.</exception>
    public static string? CheckedUserName(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return null;
        if (value[0] == '-')
            throw new MalformedTextException("user name", value, 0, "a user name does not begin with '-'");
        int bad = value.AsSpan().IndexOfAny(NotInUserNames);
        return bad < 0 ? value : throw new MalformedTextException("user name", value, bad, "a user name does not hold this character");
    }

    /// <summary>A port; <see langword="null"/> for none.</summary>
    /// <exception cref="MalformedTextException">It is none.</exception>
    public static int? CheckedPort(int? value) => value is null or (> 0 and <= ushort.MaxValue)
        ? value
        : throw new MalformedTextException("port", value.Value.ToString(CultureInfo.InvariantCulture), 0, PortList.Expectation);

    /// <summary>A text without control characters; <see langword="null"/> for none.</summary>
    /// <exception cref="MalformedTextException">It holds one.</exception>
    public static string? CheckedLine(string kind, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return null;
        int bad = Enumerable.Range(0, value.Length).FirstOrDefault(i => char.IsControl(value[i]), -1);
        return bad < 0 ? value : throw new MalformedTextException(kind, "…", bad, "a control character cannot be part of it");
    }

    private static bool MeansThisMachine(string text) => text == PgMachine.This.HostName || (!text.StartsWith('/') && Loopback.Is(text));

    // [user@]host[:port], with an IPv6 address in brackets where a port or an address of the whole follows.
    private static PgMachine ReadPlace(string text, int start, int end, bool isAddress)
    {
        int at = text.LastIndexOf('@', end - 1, end - start);
        string? user = at < 0 ? null : Decoded(text[start..at], isAddress);
        int hostStart = at < 0 ? start : at + 1;
        string rest = text[hostStart..end];
        (string host, string? port) = Split(rest, isAddress) ?? throw Malformed(text, hostStart);
        if (host.Length == 0 || (at >= 0 && at == start))
            throw Malformed(text, at == start ? start : hostStart);
        int? number = port is null ? null
            : PortList.TryPort(port, out int value) ? value
            : throw new MalformedTextException(Kind, text, end - port.Length, $"{PortList.Expectation}; {Forms}");
        return new PgMachine { HostName = host, UserName = user, Port = number };
    }

    private static (string Host, string? Port)? Split(string place, bool isAddress)
    {
        if (place.StartsWith('['))
        {
            int close = place.IndexOf(']', StringComparison.Ordinal);
            if (close < 0 || !IsIPv6(place[1..close]))
                return null;
            string host = isAddress ? place[1..close].Replace("%25", "%", StringComparison.Ordinal) : place[1..close];
            return close + 1 == place.Length ? (host, null) : place[close + 1] == ':' ? (host, place[(close + 2)..]) : null;
        }

        int colon = place.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return (place, null);
        if (!isAddress && IsIPv6(place))
            return (place, null);
        return colon == place.LastIndexOf(':') ? (place[..colon], place[(colon + 1)..]) : null;
    }

    private static bool IsIPv6(string text) =>
        IPAddress.TryParse(text.Split('%')[0], out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6;

    private static PgMachine ReadParameters(PgMachine machine, string text, int start)
    {
        Dictionary<string, string> options = new(StringComparer.OrdinalIgnoreCase);
        int position = start;
        foreach (string parameter in text[start..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            position = text.IndexOf(parameter, position, StringComparison.Ordinal);
            int equals = parameter.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new MalformedTextException(Kind, text, position, "expected a parameter such as sudo=true, or an option of ssh");
            string value = Decoded(parameter[(equals + 1)..], isAddress: true);
            switch (parameter[..equals])
            {
                case NameParameter:
                    machine = machine with { Name = value };
                    break;
                case KeyParameter:
                    machine = machine with { KeyFilePath = value };
                    break;
                case SudoParameter:
                    machine = machine with
                    {
                        Sudo = bool.TryParse(value, out bool sudo) ? sudo
                            : throw new MalformedTextException(Kind, text, position + equals + 1, "expected true or false"),
                    };
                    break;
                case var option:
                    options[option] = value;
                    break;
            }
        }

        return options.Count == 0 ? machine : machine with { Options = options };
    }

    private static string Decoded(string text, bool isAddress) => isAddress ? Uri.UnescapeDataString(text) : text;

    private static MalformedTextException Malformed(string text, int position) => new(Kind, text, position, Forms);
}
