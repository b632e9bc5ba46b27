namespace PgHa;

/// <summary>The first column of a rule: the kind of connection.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/auth-pg-hba-conf.html">The pg_hba.conf File</see>.</remarks>
public enum HbaConnectionType
{
    /// <summary><c>local</c>: a Unix socket.</summary>
    Local,

    /// <summary><c>host</c>: TCP, encrypted or not.</summary>
    Host,

    /// <summary><c>hostssl</c>: TCP with SSL.</summary>
    HostSsl,

    /// <summary><c>hostnossl</c>: TCP without SSL.</summary>
    HostNoSsl,

    /// <summary><c>hostgssenc</c>: TCP with GSSAPI encryption (12).</summary>
    HostGssEnc,

    /// <summary><c>hostnogssenc</c>: TCP without GSSAPI encryption (12).</summary>
    HostNoGssEnc,
}
