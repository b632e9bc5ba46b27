using System.ComponentModel;
using PgHa.Provisioning.Sources;

namespace PgHa.Quickstart;

/// <summary>Finds PowerShell 7.4 or newer: on <c>PATH</c>, or as the .NET tool that the repository names.</summary>
internal sealed class PowerShellLocator(string repository)
{
    private const string AskVersion = "'{0}.{1}' -f $PSVersionTable.PSVersion.Major, $PSVersionTable.PSVersion.Minor";

    private static readonly Version OldestPowerShell = new(7, 4);
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(1);

    /// <summary>The command that starts PowerShell, and what it is.</summary>
    /// <exception cref="QuickstartException">There is none.</exception>
    public async Task<(IReadOnlyList<string> Command, string Name)> FindAsync(CancellationToken cancellationToken)
    {
        Version? onPath = await VersionOnPathAsync(cancellationToken);
        if (onPath >= OldestPowerShell)
            return (["pwsh"], $"{onPath} on PATH");

        try
        {
            string folder = await PowerShellTool.RestoreAsync(repository, cancellationToken);
            // The tool's own start program runs PowerShell in a second process; started directly, PowerShell is the only one.
            return ([DotnetProgram.Path, Path.Combine(folder, "pwsh.dll")], $"{PowerShellTool.PinnedVersion(repository)}, the .NET tool");
        }
        catch (SourceException e)
        {
            string instead = onPath is null ? "pwsh is not on PATH" : $"pwsh on PATH is {onPath}, older than {OldestPowerShell}";
            throw new QuickstartException(
                $"There is no PowerShell: {instead}, and the .NET tool can't be restored: {e.Message}.",
                "Mend what it says (it needs the NuGet source of this machine), or install PowerShell 7.4 or newer "
                + "(https://learn.microsoft.com/powershell/scripting/install/installing-powershell), and run again.");
        }
    }

    private static async Task<Version?> VersionOnPathAsync(CancellationToken cancellationToken)
    {
        try
        {
            ProcessResult answer = await ChildProcess.RunAsync(
                "pwsh", ["-NoProfile", "-NonInteractive", "-Command", AskVersion], StartDeadline, cancellationToken: cancellationToken);
            return answer.ExitCode == 0 && Version.TryParse(answer.Output.Trim(), out Version? version) ? version : null;
        }
        catch (Win32Exception)
        {
            // The program does not exist.
            return null;
        }
    }
}
