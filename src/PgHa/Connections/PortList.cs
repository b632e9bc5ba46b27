using System.Globalization;

namespace PgHa;

/// <summary>The value of libpq's keyword <c>port</c>: one port, or one for each host, separated by commas.</summary>
internal static class PortList
{
    public const string Expectation = "expected a port from 1 to 65535";

    /// <summary>The port, if there is exactly one.</summary>
    public static int? Single(string? ports) => ports is not null && TryPort(ports, out int port) ? port : null;

    /// <summary>Whether each entry is a port or empty, which stands for the default.</summary>
    public static bool IsValid(string ports) => ports.Split(',').All(entry => entry.Length == 0 || TryPort(entry, out _));

    /// <summary>Reads a port from 1 to 65535.</summary>
    public static bool TryPort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65_535;
}
