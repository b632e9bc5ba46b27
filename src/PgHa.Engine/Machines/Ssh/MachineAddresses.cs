using System.Net;
using System.Text.RegularExpressions;

namespace PgHa.Engine.Machines.Ssh;

/// <summary>The name and the addresses of a Linux machine, as <see cref="SshScripts.Addresses"/> prints them.</summary>
internal sealed partial class MachineAddresses
{
    private readonly string _name;
    private readonly HashSet<IPAddress> _addresses;

    private MachineAddresses(string name, HashSet<IPAddress> addresses)
    {
        _name = name;
        _addresses = addresses;
    }

    /// <summary>Reads the name, the routing table of IPv4, and the list of IPv6 addresses.</summary>
    public static MachineAddresses Read(string text) => new(
        text.Split('\n')[0],
        [
            .. LocalAddress().Matches(text).Select(match => IPAddress.Parse(match.Groups["address"].Value)),
            .. IPv6Address().Matches(text).Select(match => new IPAddress(Convert.FromHexString(match.Groups["address"].Value))),
        ]);

    /// <summary>Whether a host name or address is the machine's.</summary>
    public bool Has(string host) => string.Equals(host, _name, StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out IPAddress? address) && _addresses.Contains(address));

    // The table has a line of an address, and below it those of its uses.
    [GeneratedRegex(@"\|-- (?<address>[\d.]+)\n(?:[ \t]+/\d+ .*\n)*?[ \t]+/32 host LOCAL", RegexOptions.CultureInvariant)]
    private static partial Regex LocalAddress();

    [GeneratedRegex(@"^(?<address>[0-9a-f]{32}) ", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex IPv6Address();
}
