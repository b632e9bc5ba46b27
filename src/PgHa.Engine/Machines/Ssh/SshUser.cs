using System.Runtime.Versioning;

namespace PgHa.Engine.Machines.Ssh;

/// <summary>How a login becomes a user of its machine.</summary>
/// <param name="Name">The user's name.</param>
/// <param name="Prefix">What stands before the command of a shell; empty for the login itself.</param>
/// <param name="SessionPrefix">The same for a shell in a session of the user's, with the limits that PAM sets for it.</param>
[UnsupportedOSPlatform("windows")]
internal sealed record SshUser(string Name, string Prefix, string SessionPrefix)
{
    /// <summary>Variables of the user's shells.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether sudo is asked for it.</summary>
    public bool IsBySudo { get; init; }

    /// <summary>The login itself.</summary>
    public static SshUser Itself(SshLogin login) => new(login.UserName, "", "");

    /// <summary>Another user, by sudo, which opens a session of its own.</summary>
    public static SshUser BySudo(string name)
    {
        string prefix = $"sudo -n -H -u {ShellQuoting.Quote(name)} ";
        return new SshUser(name, prefix, prefix) { IsBySudo = true };
    }

    /// <summary>Another user, from root. Like on this machine, <c>setpriv</c> is preferred, because it takes much less time.</summary>
    public static SshUser FromRoot(SshLogin login, string name, string id, string groupId, string home)
    {
        string session = login.RunUser.Length > 0
            ? $"{login.RunUser} -u {ShellQuoting.Quote(name)} -- "
            : $"su -s /bin/sh {ShellQuoting.Quote(name)} -- ";
        return new SshUser(
            name,
            login.SetPrivileges.Length > 0 ? $"{login.SetPrivileges} --reuid {id} --regid {groupId} --init-groups -- " : session,
            session)
        {
            Environment = new Dictionary<string, string> { ["HOME"] = home, ["USER"] = name, ["LOGNAME"] = name },
        };
    }
}
