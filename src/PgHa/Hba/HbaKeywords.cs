namespace PgHa;

/// <summary>The words of <c>pg_hba.conf</c> and what they stand for. The server compares them case-sensitively.</summary>
public static class HbaKeywords
{
    private static readonly (string Word, HbaConnectionType Type, HbaTransport[] Transports)[] Types =
    [
        ("local", HbaConnectionType.Local, [HbaTransport.UnixSocket]),
        ("host", HbaConnectionType.Host, [HbaTransport.Tcp, HbaTransport.TcpSsl, HbaTransport.TcpGss]),
        ("hostssl", HbaConnectionType.HostSsl, [HbaTransport.TcpSsl]),
        ("hostnossl", HbaConnectionType.HostNoSsl, [HbaTransport.Tcp, HbaTransport.TcpGss]),
        ("hostgssenc", HbaConnectionType.HostGssEnc, [HbaTransport.TcpGss]),
        ("hostnogssenc", HbaConnectionType.HostNoGssEnc, [HbaTransport.Tcp, HbaTransport.TcpSsl]),
    ];

    private static readonly (string Word, HbaMethod Method)[] Methods =
    [
        ("trust", HbaMethod.Trust),
        ("reject", HbaMethod.Reject),
        ("scram-sha-256", HbaMethod.ScramSha256),
        ("md5", HbaMethod.Md5),
        ("password", HbaMethod.Password),
        ("gss", HbaMethod.Gss),
        ("sspi", HbaMethod.Sspi),
        ("ident", HbaMethod.Ident),
        ("peer", HbaMethod.Peer),
        ("ldap", HbaMethod.Ldap),
        ("radius", HbaMethod.Radius),
        ("cert", HbaMethod.Cert),
        ("pam", HbaMethod.Pam),
        ("bsd", HbaMethod.Bsd),
        ("oauth", HbaMethod.OAuth),
    ];

    internal static string TypeList { get; } = string.Join(", ", Types.Select(entry => entry.Word));

    internal static string MethodList { get; } = string.Join(", ", Methods.Select(entry => entry.Word));

    internal static HbaConnectionType? TypeOf(string word) =>
        Array.Find(Types, entry => entry.Word == word) is { Word: not null } found ? found.Type : null;

    internal static HbaMethod? MethodOf(string word) =>
        Array.Find(Methods, entry => entry.Word == word) is { Word: not null } found ? found.Method : null;

    /// <summary>The word that a rule of this type begins with, such as <c>hostssl</c>.</summary>
    public static string Word(HbaConnectionType type) => Types.First(entry => entry.Type == type).Word;

    /// <summary>The word for the method, such as <c>scram-sha-256</c>.</summary>
    public static string Word(HbaMethod method) => Methods.First(entry => entry.Method == method).Word;

    /// <summary>The kinds of connection that a rule of the type is about.</summary>
    internal static IReadOnlyList<HbaTransport> TransportsOf(HbaConnectionType type) => Types.First(entry => entry.Type == type).Transports;
}
