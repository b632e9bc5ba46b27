namespace PgHa;

/// <summary>How a connection reaches the server. The encryptions exclude each other.</summary>
public enum HbaTransport
{
    /// <summary>A Unix socket.</summary>
    UnixSocket,

    /// <summary>TCP without encryption.</summary>
    Tcp,

    /// <summary>TCP with SSL.</summary>
    TcpSsl,

    /// <summary>TCP with GSSAPI encryption.</summary>
    TcpGss,
}
