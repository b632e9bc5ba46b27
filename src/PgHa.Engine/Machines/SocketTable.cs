using System.Globalization;

namespace PgHa.Engine.Machines;

/// <summary>Reads Linux's tables of TCP sockets, <c>/proc/net/tcp</c> and <c>/proc/net/tcp6</c>.</summary>
/// <remarks>See proc_pid_net(5).</remarks>
internal static class SocketTable
{
    private const int LocalAddressColumn = 1;
    private const int StateColumn = 3;
    private const int InodeColumn = 9;
    private const string ListenState = "0A";

    /// <summary>The ports that sockets listen on, each with the number of the socket.</summary>
    public static IEnumerable<(int Port, string Socket)> Listening(IEnumerable<string> lines) =>
        from line in lines
        let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        where fields.Length > InodeColumn && fields[StateColumn] == ListenState
        let address = fields[LocalAddressColumn]
        select (
            int.Parse(
                address.AsSpan(address.LastIndexOf(':') + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            fields[InodeColumn]);
}
