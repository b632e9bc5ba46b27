using System.Globalization;

namespace PgHa.Engine.Machines.Ssh;

/// <summary>The command lines of the system's ssh.</summary>
internal static class SshArguments
{
    /// <summary>What PgHa's connection depends on. ssh takes the first value that it is given, so these come first.</summary>
    private static readonly string[] Own =
    [
        // Nothing can be asked: neither a password nor whether to trust a host key.
        "BatchMode=yes",
        "ControlPersist=no",
        "RequestTTY=no",
        "RemoteCommand=none",
        "PermitLocalCommand=no",
        "ClearAllForwardings=yes",
        "ForwardX11=no",
    ];

    /// <summary>What the user may give other values of. A cut link is noticed within ten seconds.</summary>
    private static readonly string[] Defaults = ["ConnectTimeout=10", "ServerAliveInterval=2", "ServerAliveCountMax=4"];

    /// <summary>The arguments that open the connection to a machine, over which others open sessions.</summary>
    public static IReadOnlyList<string> Connection(PgMachine machine, string controlPath, string command) =>
        All(machine, isMaster: true, controlPath, command);

    /// <summary>The arguments that open a session over a connection.</summary>
    public static IReadOnlyList<string> Session(PgMachine machine, string controlPath, string command) =>
        All(machine, isMaster: false, controlPath, command);

    /// <summary>The arguments that have a connection pass on what comes to a socket of this machine to one of the other machine.</summary>
    public static IReadOnlyList<string> Forward(PgMachine machine, string controlPath, string here, string there) =>
        // Without the user's configuration, whose own forwardings are not wanted.
        ["-F", "none", "-S", controlPath, "-O", "forward", "-L", $"{here}:{there}", "--", machine.HostName];

    /// <summary>What a person types to get to the machine.</summary>
    public static string Typed(PgMachine machine) => string.Join(
        ' ',
        (string[])
        [
            "ssh",
            .. machine.Port is { } port ? ["-p", Text(port)] : Array.Empty<string>(),
            .. machine.KeyFilePath is { } key ? ["-i", ShellQuoting.Quote(key)] : Array.Empty<string>(),
            .. machine.Options.SelectMany(option => new[] { "-o", ShellQuoting.Quote($"{option.Key}={option.Value}") }),
            machine.UserName is { } user ? $"{ShellQuoting.Quote(user)}@{machine.HostName}" : machine.HostName,
        ]);

    private static string[] All(PgMachine machine, bool isMaster, string controlPath, string command) =>
    [
        "-S", controlPath,
        .. Options([isMaster ? "ControlMaster=yes" : "ControlMaster=no", .. Own]),
        .. machine.Port is { } port ? ["-p", Text(port)] : Array.Empty<string>(),
        .. machine.UserName is { } user ? ["-l", user] : Array.Empty<string>(),
        // ssh reads '%' in this name as the beginning of a token.
        .. machine.KeyFilePath is { } key ? ["-i", key.Replace("%", "%%", StringComparison.Ordinal)] : Array.Empty<string>(),
        .. Options(machine.Options.Select(option => $"{option.Key}={option.Value}")),
        .. Options(Defaults),
        "--", machine.HostName, command,
    ];

    private static IEnumerable<string> Options(IEnumerable<string> options) => options.SelectMany(option => new[] { "-o", option });

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
