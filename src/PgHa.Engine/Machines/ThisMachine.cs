using System.Net;
using System.Net.NetworkInformation;

namespace PgHa.Engine.Machines;

/// <summary>Whether a host of a server is the machine PgHa runs on, so that the server's data directory is here.</summary>
internal static class ThisMachine
{
    /// <summary>The name by which others know this machine.</summary>
    public static string HostName => Environment.MachineName;

    /// <summary>Whether the host is this machine. Other names are not looked up, because a name server may be slow.</summary>
    public static bool Is(string host) =>
        Loopback.Is(host)
        || string.Equals(host, Environment.MachineName, StringComparison.OrdinalIgnoreCase)
        || string.Equals(host, Dns.GetHostName(), StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out IPAddress? address) && Addresses().Contains(address));

    private static IEnumerable<IPAddress> Addresses() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address);
}
