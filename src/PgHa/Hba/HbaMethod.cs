namespace PgHa;

/// <summary>How a rule authenticates.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/auth-methods.html">Authentication Methods</see>.</remarks>
public enum HbaMethod
{
    /// <summary><c>trust</c>: lets anyone in.</summary>
    Trust,

    /// <summary><c>reject</c>: lets nobody in.</summary>
    Reject,

    /// <summary><c>scram-sha-256</c>: a password, proven by SCRAM (10).</summary>
    ScramSha256,

    /// <summary><c>md5</c>: a password, proven by SCRAM or MD5, whichever the role's is stored for.</summary>
    Md5,

    /// <summary><c>password</c>: a password in clear text.</summary>
    Password,

    /// <summary><c>gss</c>: GSSAPI; TCP only.</summary>
    Gss,

    /// <summary><c>sspi</c>: Windows.</summary>
    Sspi,

    /// <summary><c>ident</c>: the client's ident server; on a Unix socket the same as <see cref="Peer"/>.</summary>
    Ident,

    /// <summary><c>peer</c>: the operating system's user; Unix sockets only.</summary>
    Peer,

    /// <summary><c>ldap</c>: a password checked by an LDAP server.</summary>
    Ldap,

    /// <summary><c>radius</c>: a password checked by a RADIUS server.</summary>
    Radius,

    /// <summary><c>cert</c>: the client's certificate; <c>hostssl</c> only.</summary>
    Cert,

    /// <summary><c>pam</c>: the operating system's PAM.</summary>
    Pam,

    /// <summary><c>bsd</c>: OpenBSD's authentication.</summary>
    Bsd,

    /// <summary><c>oauth</c>: a bearer token (18).</summary>
    OAuth,
}
