using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using PgHa.Engine.Machines.Local;

namespace PgHa.Engine.Machines.Shell;

/// <summary>How a shell of this machine is started: as which user, and through which program.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ShellLauncher
{
    // The directory PgHa was started in may be one that the user must not enter, such as /root.
    private const string Anywhere = "/";

    private readonly UnixUser? _user;
    private readonly string? _runUser;
    private readonly string? _setPrivileges;

    /// <summary>For a user, from root; <see langword="null"/> for this process's own user.</summary>
    public ShellLauncher(UnixUser? user)
    {
        _user = user;
        _runUser = user is null ? null : Program("runuser");
        _setPrivileges = user is null ? null : Program("setpriv");
        UserName = user?.Name ?? Environment.UserName;
    }

    /// <summary>The user that the shell runs as.</summary>
    public string UserName { get; }

    /// <summary>Whether the system can open a session for the user; Alpine has no <c>runuser</c>.</summary>
    public bool OpensSessions => _runUser is not null;

    /// <summary>A shell in a new session of the user's, as the child of the process that is started.</summary>
    public ProcessStartInfo Session(string script, IReadOnlyList<string> arguments) =>
        new(_runUser!, ["-u", UserName, "--", "sh", "-c", script, "sh", .. arguments]) { WorkingDirectory = Anywhere };

    /// <summary>
    /// A shell without a session, because <c>runuser</c> takes four times as long as the shell. <c>setpriv</c> is fast. If .NET itself
    /// switched the user, it would have to fork the whole process of PowerShell.
    /// </summary>
    public ProcessStartInfo Shell(string script, IReadOnlyList<string> arguments)
    {
        string[] shell = ["/bin/sh", "-c", script, "sh", .. arguments];
        if (_user is null)
            return new(shell[0], shell[1..]) { WorkingDirectory = Anywhere };

        ProcessStartInfo start = _setPrivileges is null
            ? new(shell[0], shell[1..]) { UserName = _user.Name }
            : new(_setPrivileges, ["--reuid", Number(_user.Id), "--regid", Number(_user.GroupId), "--init-groups", "--", .. shell]);
        start.WorkingDirectory = Anywhere;
        start.Environment["HOME"] = _user.HomeDirectory;
        start.Environment["USER"] = start.Environment["LOGNAME"] = _user.Name;
        return start;
    }

    // The programs of busybox have the same names but fewer features.
    private static string? Program(string name) =>
        LocalDirectory.Find([name]) is [var path, ..] && Path.GetFileName(path) == name ? path : null;

    private static string Number(uint id) => id.ToString(CultureInfo.InvariantCulture);
}
