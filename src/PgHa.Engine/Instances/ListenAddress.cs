using PgHa.Engine.Machines;

namespace PgHa.Engine.Instances;

/// <summary>The address at which others reach a server.</summary>
internal static class ListenAddress
{
    /// <summary>
    /// A host name or address to connect to: the first listen address, or the machine's name if the server listens on all addresses. The
    /// loopback address of another machine is of no use here, so that is reached by the machine's name too.
    /// </summary>
    /// <param name="listenAddresses">The value of <c>listen_addresses</c>; not empty.</param>
    /// <param name="machine">The server's machine.</param>
    public static string Reachable(string listenAddresses, PgMachine machine)
    {
        string first = listenAddresses.Split(',', StringSplitOptions.TrimEntries)[0].Trim('"');
        bool isAny = first is "*" or "0.0.0.0" or "::";
        return machine.IsThisMachine ? isAny ? ThisMachine.HostName : first
            : isAny || Loopback.Is(first) ? machine.HostName
            : first;
    }
}
