namespace PgHa;

/// <summary>Hosts that mean the machine they are used on.</summary>
internal static class Loopback
{
    /// <summary>Whether a host is one: the directory of a Unix socket, <c>localhost</c>, or a loopback address.</summary>
    public static bool Is(string host) =>
        host.StartsWith('/') || host is "localhost" or "::1" || host.StartsWith("127.", StringComparison.Ordinal);
}
