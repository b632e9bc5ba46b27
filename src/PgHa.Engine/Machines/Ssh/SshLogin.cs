using System.Runtime.Versioning;
using System.Text;
using PgHa.Engine.Machines.Local;
using PgHa.Engine.Machines.Shell;

namespace PgHa.Engine.Machines.Ssh;

/// <summary>Who has logged in on a machine, and by which programs root becomes another user there.</summary>
/// <param name="UserName">The user.</param>
/// <param name="IsRoot">Whether it is root.</param>
/// <param name="SetPrivileges">The path of <c>setpriv</c>; empty where it is missing.</param>
/// <param name="RunUser">The path of <c>runuser</c>; empty where it is missing.</param>
[UnsupportedOSPlatform("windows")]
internal sealed record SshLogin(string UserName, bool IsRoot, string SetPrivileges, string RunUser)
{
    private const int Lines = 4;

    // busybox has programs of these names, with fewer features.
    private const string Script = """
        find_program() {
            program=$(command -v "$1") && program=$(readlink -f "$program")
            case $program in */"$1") printf '%s\n' "$program" ;; *) echo ;; esac
        }
        id -un
        id -u
        find_program setpriv
        PATH=$PATH:/usr/sbin:/sbin
        find_program runuser
        """;

    /// <summary>Asks a shell of the login.</summary>
    public static async Task<SshLogin> OfAsync(StandingShell shell, CancellationToken cancellationToken)
    {
        ProgramRunner.Outcome outcome = await shell.RunAsync(new ShellRequest(Script, []), cancellationToken).ConfigureAwait(false);
        string[] lines = Encoding.UTF8.GetString(outcome.Output).Split('\n');
        return lines.Length > Lines
            ? new SshLogin(lines[0], lines[1] == "0", lines[2], lines[3])
            : throw new EndOfStreamException($"The shell answers no questions: {outcome.Error}");
    }
}
