namespace PgHa.Engine.Instances;

/// <summary>What a server listens on, as others reach it.</summary>
internal static class ListenAddress
{
    /// <summary>A host name or address to connect to: the first one listened on, or this machine's name where that is all of them.</summary>
    /// <param name="listenAddresses">The value of <c>listen_addresses</c>; not empty.</param>
    public static string Reachable(string listenAddresses)
    {
        string first = listenAddresses.Split(',', StringSplitOptions.TrimEntries)[0].Trim('"');
        return first is "*" or "0.0.0.0" or "::" ? Environment.MachineName : first;
    }
}
