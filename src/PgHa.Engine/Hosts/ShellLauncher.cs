using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.Versioning;

namespace PgHa.Engine.Hosts;

/// <summary>How <see cref="ShellHost"/> gets a shell: as whom, and through which program.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ShellLauncher
{
    // The directory PgHa was started in may be one that the user must not enter, such as /root.
    private const string Anywhere = "/";

    private static readonly ConcurrentDictionary<UnixUser, ShellLauncher> Known = new();

    private readonly UnixUser? _user;
    private readonly string? _runUser;

    private ShellLauncher(UnixUser? user)
    {
        _user = user;
        _runUser = user is not null && LocalDirectory.Find(["runuser"]) is [var path, ..] ? path : null;
        UserName = user?.Name ?? Environment.UserName;
        Shells = new StandingShells(this);
    }

    /// <summary>A shell of this process's own user.</summary>
    public static ShellLauncher Own { get; } = new(user: null);

    /// <summary>The user that the shell runs as.</summary>
    public string UserName { get; }

    /// <summary>The shells that run scripts.</summary>
    public StandingShells Shells { get; }

    /// <summary>Whether the system can open a session for the user; Alpine has no <c>runuser</c>.</summary>
    public bool OpensSessions => _runUser is not null;

    /// <summary>From root to another user.</summary>
    public static ShellLauncher To(UnixUser user) => Known.GetOrAdd(user, static user => new ShellLauncher(user));

    /// <summary>A shell in a new session of the user's, as the child of the process that is started.</summary>
    public ProcessStartInfo Session(string script, IReadOnlyList<string> arguments) =>
        new(_runUser!, ["-u", UserName, "--", "sh", "-c", script, "sh", .. arguments]) { WorkingDirectory = Anywhere };

    /// <summary>
    /// A shell without a session. The new process switches to the user by itself, because <c>runuser</c> takes four
    /// times as long as the shell.
    /// </summary>
    public ProcessStartInfo Shell(string script, IReadOnlyList<string> arguments)
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
