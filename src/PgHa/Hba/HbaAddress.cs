using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PgHa;

/// <summary>Which clients a rule is about: a range of addresses, a host's name, or a keyword.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/auth-pg-hba-conf.html">The pg_hba.conf File</see>.</remarks>
public sealed record HbaAddress
{
    private const string Expected = "expected an address with a mask (10.0.0.0/8), a host name, .suffix, samehost, samenet or all";

    private HbaAddress(HbaAddressKind kind) => Kind = kind;

    /// <summary>Any client.</summary>
    public static HbaAddress All { get; } = new(HbaAddressKind.All);

    /// <summary>The server's own addresses.</summary>
    public static HbaAddress SameHost { get; } = new(HbaAddressKind.SameHost);

    /// <summary>The networks the server is connected to.</summary>
    public static HbaAddress SameNet { get; } = new(HbaAddressKind.SameNet);

    /// <summary>What the address is.</summary>
    public HbaAddressKind Kind { get; }

    /// <summary>The name, or its end with a leading dot; <see langword="null"/> unless it is a host name.</summary>
    public string? HostName { get; private init; }

    /// <summary>The range's first address; <see langword="null"/> unless it is a range.</summary>
    public IPAddress? Network { get; private init; }

    /// <summary>The bits that a client's address has in common with the range's; <see langword="null"/> unless it is a range.</summary>
    public IPAddress? Netmask { get; private init; }

    /// <summary>The address as the file's address column has it. It is all that JSON keeps of an IPv6 address.</summary>
    public string Text => ToString();

    /// <summary>One address and no other.</summary>
    public static HbaAddress Of(IPAddress address) => InRange(address, FullMask(address));

    /// <summary>
    /// Reads <c>all</c>, <c>samehost</c>, <c>samenet</c>, a range (<c>10.0.0.0/8</c> or <c>10.0.0.0 255.0.0.0</c>),
    /// a host name or <c>.suffix</c>; an address without a mask is that one address.
    /// </summary>
    /// <exception cref="MalformedTextException">The text is no such thing; the message says where.</exception>
    public static HbaAddress Parse(string text)
    {
        int blank = text.IndexOf(' ', StringComparison.Ordinal);
        string first = blank < 0 ? text : text[..blank];
        int error = TryParse(new HbaToken(first, false, 0), out HbaAddress? address, out IPAddress? bare);
        if (error < 0 && blank >= 0)
        {
            address = bare is null ? null : WithNetmask(bare, text[(blank + 1)..]);
            error = address is null ? blank + 1 : -1;
        }

        return error < 0 ? address ?? Of(bare!) : throw new MalformedTextException("HBA address", text, error, Expected);
    }

    /// <summary>The form that the file's address column has; <c>address mask</c> where no CIDR prefix says it.</summary>
    public override string ToString() => Kind switch
    {
        HbaAddressKind.All => "all",
        HbaAddressKind.SameHost => "samehost",
        HbaAddressKind.SameNet => "samenet",
        HbaAddressKind.HostName => IsKeyword(HostName!) ? HbaToken.Quote(HostName!) : HbaToken.QuoteIfNeeded(HostName!),
        _ => PrefixLength() is { } length
            ? string.Create(CultureInfo.InvariantCulture, $"{Network}/{length}")
            : $"{Network} {Netmask}",
    };

    /// <summary>
    /// Reads the address column. Without a mask an IP address is only <paramref name="bare"/>,
    /// because the file has its mask in the next column.
    /// </summary>
    /// <returns>The position in the text that does not fit; -1 if all does.</returns>
    internal static int TryParse(HbaToken token, out HbaAddress? address, out IPAddress? bare)
    {
        (address, bare) = (null, null);
        int slash = token.Text.IndexOf('/', StringComparison.Ordinal);
        string host = slash < 0 ? token.Text : token.Text[..slash];
        bool isKeyword = !token.IsQuoted && IsKeyword(token.Text);
        if (isKeyword)
            address = token.Text switch { "all" => All, "samehost" => SameHost, _ => SameNet };
        else if (host.Length == 0)
            return 0;
        else if (TryParseAddress(host) is not { } ip)
            address = new HbaAddress(HbaAddressKind.HostName) { HostName = host };
        else if (slash < 0)
            bare = ip;
        else if (PrefixMask(ip, token.Text[(slash + 1)..]) is { } mask)
            address = InRange(ip, mask);
        else
            return slash + 1;

        return address is { Kind: HbaAddressKind.HostName } && slash >= 0 ? slash : -1;
    }

    /// <summary>
    /// The range of an address and the mask column after it; <see langword="null"/> if the mask does not fit the address.
    /// </summary>
    internal static HbaAddress? WithNetmask(IPAddress address, string mask) =>
        TryParseAddress(mask) is { } bits && bits.AddressFamily == address.AddressFamily ? InRange(address, bits) : null;

    /// <summary>Whether the address includes a client; <see langword="null"/> if only the server can tell.</summary>
    internal bool? Contains(IPAddress? client) => Kind switch
    {
        HbaAddressKind.All => true,
        _ when client is null => null,
        HbaAddressKind.Network => ContainsRange(client, FullMask(client)),
        // Every machine has a loopback interface; only the server knows its other interfaces.
        HbaAddressKind.SameHost when client.Equals(IPAddress.Loopback) || client.Equals(IPAddress.IPv6Loopback) => true,
        HbaAddressKind.SameNet when IPAddress.IsLoopback(client) => true,
        _ => null,
    };

    /// <summary>Whether it includes every client of the other address; <see langword="false"/> also if PgHa cannot tell.</summary>
    internal bool Covers(HbaAddress other) =>
        this == other
        || Kind switch
        {
            HbaAddressKind.All => true,
            HbaAddressKind.SameNet => other.Kind == HbaAddressKind.SameHost,
            HbaAddressKind.Network => other.Kind == HbaAddressKind.Network && ContainsRange(other.Network!, other.Netmask!),
            HbaAddressKind.HostName =>
                HostName![0] == '.' && other.HostName is { } name && name.EndsWith(HostName, StringComparison.OrdinalIgnoreCase),
            _ => false,
        };

    // The server compares within one family: it never takes an IPv4 client for ::ffff:10.0.0.1.
    private bool ContainsRange(IPAddress address, IPAddress mask)
    {
        if (address.AddressFamily != Network!.AddressFamily)
            return false;
        UInt128 ownMask = Bits(Netmask!);
        return (Bits(mask) & ownMask) == ownMask && (Bits(address) & ownMask) == Bits(Network);
    }

    private static HbaAddress InRange(IPAddress address, IPAddress mask) =>
        new(HbaAddressKind.Network) { Network = Address(Bits(address) & Bits(mask), address.AddressFamily), Netmask = mask };

    private static bool IsKeyword(string text) => text is "all" or "samehost" or "samenet";

    // .NET also reads brackets and a port, which the server does not. A zone (fe80::1%eth0) is not compared.
    private static IPAddress? TryParseAddress(string text)
    {
        int zone = text.IndexOf('%', StringComparison.Ordinal);
        string address = zone < 0 ? text : text[..zone];
        return address.AsSpan().ContainsAny('[', ']', '/') || !IPAddress.TryParse(address, out IPAddress? ip) ? null : ip;
    }

    private static IPAddress FullMask(IPAddress address) => Address(UInt128.MaxValue, address.AddressFamily);

    private static IPAddress? PrefixMask(IPAddress address, string prefix)
    {
        int width = Width(address.AddressFamily);
        return int.TryParse(prefix, NumberStyles.None, CultureInfo.InvariantCulture, out int length) && length <= width
            ? Address(length == 0 ? UInt128.Zero : UInt128.MaxValue << (width - length), address.AddressFamily)
            : null;
    }

    private int? PrefixLength()
    {
        int length = (int)UInt128.PopCount(Bits(Netmask!));
        return Netmask!.Equals(PrefixMask(Netmask, length.ToString(CultureInfo.InvariantCulture))) ? length : null;
    }

    private static int Width(AddressFamily family) => family == AddressFamily.InterNetwork ? 32 : 128;

    private static UInt128 Bits(IPAddress address) =>
        address.GetAddressBytes().Aggregate(UInt128.Zero, (bits, next) => (bits << 8) | next);

    private static IPAddress Address(UInt128 bits, AddressFamily family)
    {
        byte[] bytes = new byte[Width(family) / 8];
        for (int i = bytes.Length - 1; i >= 0; i--, bits >>= 8)
            bytes[i] = (byte)bits;
        return new IPAddress(bytes);
    }
}
