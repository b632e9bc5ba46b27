namespace PgHa;

/// <summary>Tells whether two nodes are on one machine, as far as their addresses say.</summary>
internal static class HostKey
{
    /// <summary>A text that nodes on one machine have in common: all loopback addresses are this machine.</summary>
    public static string Of(NodeDefinition node)
    {
        if (!node.Machine.IsThisMachine)
            return node.Machine.Address;
        string host = node.Host.ToLowerInvariant();
        return Loopback.Is(host) ? "localhost" : host;
    }
}
