namespace PgHa.Engine.Instances;

/// <summary>The address at which others reach a server.</summary>
internal static class ListenAddress
{
    /// <summary>
    /// A host name or address to connect to: the first listen address, or this machine's name if the server listens on all addresses.
    /// </summary>
    /// <param name="listenAddresses">The value of <c>listen_addresses</c>; not empty.</param>
    public static string Reachable(string listenAddresses)
    {
        string first = listenAddresses.Split(',', StringSplitOptions.TrimEntries)[0].Trim('"');
        return first is "*" or "0.0.0.0" or "::" ? Environment.MachineName : first;
    }
}
