using System.Globalization;
using System.Text;

namespace PgHa;

/// <summary>
/// Reads libpq's URI form, <c>postgresql://user:password@host:port,host:port/database?keyword=value&amp;…</c>,
/// by the rules of libpq's own <c>conninfo_uri_parse</c>.
/// </summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS">Connection URIs</see>.
/// </remarks>
internal sealed class ConnectionUriParser
{
    private static readonly string[] Schemes = ["postgresql://", "postgres://"];
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _text;
    private int _position;
    private ConnectionSettings _settings = ConnectionSettings.Empty;

    private ConnectionUriParser(string text) => _text = text;

    // NUL stands for the end, as in libpq; decoding refuses one in the text.
    private char Current => _position < _text.Length ? _text[_position] : '\0';

    private bool AtEnd => _position >= _text.Length;

    /// <summary>Whether the text begins as a URI does; libpq takes lower case only.</summary>
    public static bool IsUri(string text) => Schemes.Any(scheme => text.StartsWith(scheme, StringComparison.Ordinal));

    /// <summary>Reads a whole URI.</summary>
    /// <exception cref="MalformedTextException">The text is none; the message says where.</exception>
    public static ConnectionSettings Parse(string text) => new ConnectionUriParser(text).Read();

    private ConnectionSettings Read()
    {
        _position = _text.IndexOf("://", StringComparison.Ordinal) + 3;
        ReadCredentials();
        ReadHosts();
        if (Current == '/')
        {
            _position++;
            StoreUnlessEmpty("dbname", ReadUntil("?"));
        }

        // The question mark.
        _position++;
        while (!AtEnd)
            ReadParameter();
        return _settings;
    }

    // As in libpq, an '@' after the first '/' belongs to no credentials: a slash in a password has to be %2F.
    private void ReadCredentials()
    {
        int end = _text.AsSpan(_position).IndexOfAny('@', '/');
        if (end < 0 || _text[_position + end] == '/')
            return;
        StoreUnlessEmpty("user", ReadUntil(":@"));
        if (Current == ':')
        {
            _position++;
            StoreUnlessEmpty("password", ReadUntil("@"));
        }

        _position++;
    }

    private void ReadHosts()
    {
        List<string> hosts = [];
        List<string> ports = [];
        do
        {
            hosts.Add(Current == '[' ? ReadBracketedHost() : Decode(ReadUntil(":/?,")));
            ports.Add(Current == ':' ? ReadPort() : "");
        }
        while (Current == ',' && ++_position > 0);

        if (hosts is not [""])
            _settings = _settings.Set("host", string.Join(',', hosts));
        if (ports.Exists(port => port.Length > 0))
            _settings = _settings.Set("port", string.Join(',', ports));
    }

    private string ReadBracketedHost()
    {
        int bracket = _position++;
        Range address = ReadUntil("]");
        if (AtEnd)
            throw Malformed(bracket, "the IPv6 address that begins here has no closing ']'");
        if (address.Start.Value == address.End.Value)
            throw Malformed(_position, "expected an IPv6 address between the brackets");
        _position++;
        if (!AtEnd && Current is not (':' or '/' or '?' or ','))
            throw Malformed(_position, "expected ':', '/', '?' or ',' after an IPv6 address");
        return Decode(address);
    }

    private string ReadPort()
    {
        _position++;
        Range range = ReadUntil("/?,");
        string port = Decode(range);
        return port.Length == 0 || PortList.TryPort(port, out _)
            ? port
            : throw Malformed(range.Start.Value, $"{PortList.Expectation}; in a user name or password, '/' is written %2F and '@' %40");
    }

    private void ReadParameter()
    {
        Range keywordRange = ReadUntil("=&");
        string keyword = Decode(keywordRange);
        if (Current != '=')
            throw Malformed(_position, AfterSecret ?? $"expected '=' after \"{keyword}\"");
        _position++;
        Range valueRange = ReadUntil("=&");
        if (Current == '=')
            throw Malformed(_position, "a second '=' in one parameter; in a value it is written %3D");
        string value = Decode(valueRange);
        _position++;

        // JDBC's URIs have this parameter, and libpq accepts it.
        if (keyword == "ssl" && value == "true")
            (keyword, value) = ("sslmode", "require");
        if (!LibpqKeywords.IsKnown(keyword))
            throw Malformed(keywordRange.Start.Value, AfterSecret ?? LibpqKeywords.DescribeUnknown(keyword));
        if (keyword == "port" && !PortList.IsValid(value))
            throw Malformed(valueRange.Start.Value, PortList.Expectation);
        _settings = _settings.Set(keyword, value);
    }

    private void StoreUnlessEmpty(string keyword, Range range)
    {
        if (Decode(range) is { Length: > 0 } value)
            _settings = _settings.Set(keyword, value);
    }

    private Range ReadUntil(string stops)
    {
        int start = _position;
        while (!AtEnd && !stops.Contains(Current, StringComparison.Ordinal))
            _position++;
        return start.._position;
    }

    // White space around a part comes from wrapped lines and is dropped; inside, it is a mistake (libpq 18 does the same).
    private string Decode(Range range)
    {
        (int start, int length) = range.GetOffsetAndLength(_text.Length);
        int end = start + length;
        while (start < end && CLocale.IsSpace(_text[start]))
            start++;
        while (start < end && CLocale.IsSpace(_text[end - 1]))
            end--;

        string part = _text[start..end];
        for (int i = 0; i < part.Length; i++)
        {
            if (CLocale.IsSpace(part[i]))
                throw Malformed(start + i, "a blank is written %20");
            if (part[i] == '\0' || part.AsSpan(i).StartsWith("%00"))
                throw Malformed(start + i, "a NUL character cannot be part of a connection string");
            if (part[i] == '%' && !IsEscape(part.AsSpan(i)))
                throw Malformed(start + i, "expected two hexadecimal digits after '%', which itself is written %25");
        }

        try
        {
            return PercentDecode(part);
        }
        catch (DecoderFallbackException)
        {
            throw Malformed(start, "the escaped bytes in this part are not UTF-8");
        }
    }

    private static bool IsEscape(ReadOnlySpan<char> text) =>
        text.Length >= 3 && char.IsAsciiHexDigit(text[1]) && char.IsAsciiHexDigit(text[2]);

    private static string PercentDecode(string part)
    {
        byte[] encoded = Encoding.UTF8.GetBytes(part);
        List<byte> decoded = [];
        for (int i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] != '%')
            {
                decoded.Add(encoded[i]);
                continue;
            }

            decoded.Add(byte.Parse(encoded.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            i += 2;
        }

        return StrictUtf8.GetString([.. decoded]);
    }

    // Says what is probably wrong without showing what could be the rest of a password.
    private string? AfterSecret => _settings.HasSecrets
        ? "expected a libpq keyword and '='; in a password, '&' is written %26, '?' %3F and '@' %40"
        : null;

    // Shows the scheme only: anything after it may be, or hide, a password.
    private MalformedTextException Malformed(int position, string expectation) =>
        new("connection URI", $"{_text[..(_text.IndexOf("://", StringComparison.Ordinal) + 3)]}…", position, expectation);
}
