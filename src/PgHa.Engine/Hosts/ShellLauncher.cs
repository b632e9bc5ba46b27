using System.Diagnostics;
using System.Runtime.Versioning;

namespace PgHa.Engine.Hosts;

/// <summary>How <see cref="ShellHost"/> gets a shell: as whom, and through which program.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ShellLauncher
{
    // The directory PgHa was started in may be one that the user must not enter, such as /root.
    private const string Anywhere = "/";

    private readonly UnixUser? _user;
    private readonly string[] _prefix;

    private ShellLauncher(UnixUser? user, string[] prefix)
    {
        _user = user;
        _prefix = prefix;
        UserName = user?.Name ?? Environment.UserName;
    }

    /// <summary>A shell of this process's own user.</summary>
    public static ShellLauncher Own { get; } = new(user: null, []);

    /// <summary>The user that the shell runs as.</summary>
    public string UserName { get; }

    /// <summary>Whether programs are children of the launcher rather than of this process.</summary>
    public bool Forks => _prefix.Length > 0;

    /// <summary>
    /// From root to another user: through <c>runuser</c>, which gives a server the limits that PAM keeps for its user,
    /// or without them on a system that has no <c>runuser</c> (Alpine, macOS).
    /// </summary>
    public static ShellLauncher To(UnixUser user) =>
        new(user, LocalDirectory.Find(["runuser"]) is [var runuser] ? [runuser, "-u", user.Name, "--"] : []);

    /// <summary>A shell for a program, in a session of the user's where the system can open one.</summary>
    public ProcessStartInfo Program(string script, IReadOnlyList<string> arguments) =>
        _prefix is [var launcher, .. var rest]
            ? new ProcessStartInfo(launcher, [.. rest, "sh", "-c", script, "sh", .. arguments]) { WorkingDirectory = Anywhere }
            : Script(script, arguments);

    /// <summary>
    /// A shell for a script that reads or writes files. No session is opened for it: the process switches to the user
    /// itself, because <c>runuser</c> takes four times as long as the shell.
    /// </summary>
    public ProcessStartInfo Script(string script, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", script, "sh", .. arguments]) { WorkingDirectory = Anywhere };
        if (_user is null)
            return start;
        start.UserName = _user.Name;
        start.Environment["HOME"] = _user.HomeDirectory;
        start.Environment["USER"] = start.Environment["LOGNAME"] = _user.Name;
        return start;
    }
}
