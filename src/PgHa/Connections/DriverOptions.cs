using System.Collections.Frozen;
using static PgHa.DriverTreatment;

namespace PgHa;

/// <summary>How PgHa treats each of libpq's options in its own connections.</summary>
/// <remarks>
/// The table is about PgHa's own connections only. A setting that a server reads with its libpq, such as
/// <c>primary_conninfo</c>, keeps every option that this libpq knows. See
/// <see href="https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS">Parameter Key Words</see>.
/// </remarks>
internal static class DriverOptions
{
    private static readonly FrozenDictionary<string, DriverTreatment> Treatments = new Dictionary<string, DriverTreatment>
    {
        ["application_name"] = Mapped,
        ["channel_binding"] = Mapped,
        ["client_encoding"] = LeftOut,
        ["connect_timeout"] = Mapped,
        ["dbname"] = Mapped,
        ["fallback_application_name"] = LeftOut,
        ["gssdelegation"] = LeftOut,
        ["gssencmode"] = LeftOut,
        ["gsslib"] = LeftOut,
        ["host"] = Mapped,
        ["hostaddr"] = Honoured,
        ["keepalives"] = LeftOut,
        ["keepalives_count"] = LeftOut,
        ["keepalives_idle"] = LeftOut,
        ["keepalives_interval"] = LeftOut,
        ["krbsrvname"] = Mapped,
        ["load_balance_hosts"] = LeftOut,
        ["max_protocol_version"] = LeftOut,
        ["min_protocol_version"] = LeftOut,
        ["oauth_ca_file"] = LeftOut,
        ["oauth_client_id"] = LeftOut,
        ["oauth_client_secret"] = LeftOut,
        ["oauth_issuer"] = LeftOut,
        ["oauth_scope"] = LeftOut,
        ["options"] = Mapped,
        ["passfile"] = Mapped,
        ["password"] = Mapped,
        ["port"] = Mapped,
        ["replication"] = LeftOut,
        ["require_auth"] = Refused,
        ["requirepeer"] = LeftOut,
        ["scram_client_key"] = LeftOut,
        ["scram_server_key"] = LeftOut,
        ["service"] = Refused,
        ["servicefile"] = LeftOut,
        ["ssl_max_protocol_version"] = LeftOut,
        ["ssl_min_protocol_version"] = Honoured,
        ["sslcert"] = Mapped,
        ["sslcertmode"] = Honoured,
        ["sslcompression"] = LeftOut,
        ["sslcrl"] = Refused,
        ["sslcrldir"] = Refused,
        ["sslkey"] = Mapped,
        ["sslkeylogfile"] = LeftOut,
        ["sslmode"] = Mapped,
        ["sslnegotiation"] = Mapped,
        ["sslpassword"] = Mapped,
        ["sslrootcert"] = Mapped,
        ["sslsni"] = LeftOut,
        ["target_session_attrs"] = Honoured,
        ["tcp_user_timeout"] = LeftOut,
        ["user"] = Mapped,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>How PgHa treats an option, given its value and the other options.</summary>
    /// <param name="keyword">A keyword that libpq knows.</param>
    /// <param name="options">All options of the connection, with this one.</param>
    public static DriverTreatment Of(string keyword, ConnectionSettings options)
    {
        string value = options.Reveal(keyword) ?? "";
        // libpq takes an empty value for an option that is not set.
        if (value.Length == 0)
            return LeftOut;
        bool isSocket = options.Host?.StartsWith('/') == true;
        return keyword switch
        {
            // A socket is never encrypted by libpq either, whatever these say.
            "sslcrl" or "sslcrldir" or "ssl_min_protocol_version" when isSocket || options.SslMode == "disable" => LeftOut,
            // If nobody verifies the certificate, it does not matter whether it is revoked.
            "sslcrl" or "sslcrldir"
                when options.SslMode is not ("verify-ca" or "verify-full") && options["sslrootcert"] is null or "" => LeftOut,
            // The driver uses TLS 1.2 or newer in any case.
            "ssl_min_protocol_version" => value.Equals("TLSv1.3", StringComparison.OrdinalIgnoreCase) ? Refused : Honoured,
            "gssencmode" => value == "require" ? Refused : LeftOut,
            "requirepeer" => isSocket ? Refused : LeftOut,
            "sslcertmode" => value == "require" ? Refused : Honoured,
            // Protocol 3.2 has cancel keys that are harder to guess.
            "min_protocol_version" => value == "3.0" ? LeftOut : Refused,
            _ => Treatments[keyword],
        };
    }

    /// <summary>What to do about an option that PgHa does not connect with.</summary>
    public static string AdviceOn(string keyword) => keyword switch
    {
        "service" => "PgHa reads no service file: write host, port, user and the other options of the service instead of its name.",
        "requirepeer" => "Leave it out of PgHa's connection, and have nobody but the server's user write to the socket's directory.",
        "ssl_min_protocol_version" =>
            "Set ssl_min_protocol_version = 'TLSv1.3' on the server, which asks the same of every client, "
                + "and leave the option out of PgHa's connection.",
        "sslcrl" or "sslcrldir" =>
            "PgHa cannot look revoked certificates up: leave the option out of PgHa's connection, "
                + "if you know that the server's certificate is not revoked.",
        "require_auth" or "gssencmode" or "sslcertmode" =>
            "Demand it by the server's pg_hba.conf (Add-PgHbaRule), and leave the option out of PgHa's connection.",
        _ => $"Leave '{keyword}' out of PgHa's connection.",
    };

    /// <summary>Every keyword of the table.</summary>
    public static IReadOnlyCollection<string> Keywords => Treatments.Keys;
}
