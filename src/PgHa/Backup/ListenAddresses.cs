namespace PgHa;

/// <summary>Reading <c>listen_addresses</c>, and what a clone on another address makes of its source's.</summary>
/// <remarks>
/// See
/// <see href="https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-LISTEN-ADDRESSES">listen_addresses</see>.
/// </remarks>
public static class ListenAddresses
{
    private static readonly string[] Wildcards = ["*", "0.0.0.0", "::"];

    /// <summary>
    /// The clone's <c>listen_addresses</c>: the source's, with the source's own address replaced by the clone's.
    /// A wildcard stays one.
    /// </summary>
    /// <param name="listenAddresses">The source's setting.</param>
    /// <param name="sourceHost">The address the source is reached at.</param>
    /// <param name="host">The address the clone shall be reached at.</param>
    public static string ForClone(string listenAddresses, string sourceHost, string host)
    {
        string[] addresses = listenAddresses.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (HostPath.IsAbsolute(host) || addresses.Any(address => Wildcards.Contains(address) || AreSame(address, host)))
            return listenAddresses;

        IEnumerable<string> others = addresses.Where(address => !AreSame(address, sourceHost));
        return string.Join(", ", others.Append(host));
    }

    // A server that listens on localhost answers on 127.0.0.1.
    private static bool AreSame(string left, string right) =>
        left.Equals(right, StringComparison.OrdinalIgnoreCase)
        || (IsLoopback(left) && IsLoopback(right));

    private static bool IsLoopback(string address) =>
        address is "127.0.0.1" || address.Equals("localhost", StringComparison.OrdinalIgnoreCase);
}
