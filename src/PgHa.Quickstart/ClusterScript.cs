using System.Diagnostics;

namespace PgHa.Quickstart;

/// <summary>Runs <c>quickstart.ps1</c>, which raises the cluster, or removes it.</summary>
/// <param name="powerShell">The command that starts PowerShell.</param>
/// <param name="repository">The clone with the module and the script.</param>
/// <param name="root">The cluster's folder.</param>
/// <param name="rootStays">Whether the folder was there before, so that only what is in it is removed.</param>
internal sealed class ClusterScript(IReadOnlyList<string> powerShell, string repository, string root, bool rootStays)
{
    // The script checks for this file between two statements, because it may ignore SIGINT: a shell starts background jobs with
    // SIGINT ignored, and their children inherit that.
    private const string StopFile = ".stop";

    private static readonly TimeSpan RemovalDeadline = TimeSpan.FromMinutes(5);

    /// <summary>How to remove the cluster by hand if the removal failed.</summary>
    public string RemovalAdvice =>
        $"Type in PowerShell ({PowerShell}): Import-Module {repository}/PgHa.psd1; Get-PgInstance -Path {root} | "
        + $"Sort-Object Port -Descending | Remove-PgInstance -Force -Confirm:$false; Remove-Item -Recurse -Force {root}";

    private string PowerShell => string.Join(' ', powerShell);

    /// <summary>Raises the cluster in this terminal; the result is the exit status.</summary>
    /// <param name="arguments">The script's own.</param>
    /// <param name="stop">Makes the script remove what it made, and end.</param>
    public async Task<int> RunAsync(IEnumerable<string> arguments, CancellationToken stop)
    {
        using Process process = Process.Start(StartOf(["-PowerShell", PowerShell, .. arguments]))!;
        using CancellationTokenRegistration registration = stop.Register(() => Interrupt(process));
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }

    /// <summary>Removes what a killed script has left.</summary>
    /// <param name="isSilent">Whether there is no terminal to write to any more.</param>
    public async Task RemoveAsync(bool isSilent)
    {
        ProcessStartInfo start = StartOf(["-RemoveOnly"]);
        if (isSilent)
        {
            await ChildProcess.RunAsync(start.FileName, start.ArgumentList, RemovalDeadline, repository);
            return;
        }

        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync(CancellationToken.None);
    }

    private ProcessStartInfo StartOf(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(
            powerShell[0],
            [
                .. powerShell.Skip(1), "-NoProfile", "-NonInteractive", "-File",
                Path.Combine(repository, "src", "PgHa.Quickstart", "quickstart.ps1"),
                "-Repository", repository, "-Root", root, .. rootStays ? (string[])["-RootStays"] : [], .. arguments,
            ])
        { WorkingDirectory = repository };
        start.Environment["POWERSHELL_UPDATECHECK"] = "Off";
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        return start;
    }

    private void Interrupt(Process process)
    {
        try
        {
            File.WriteAllText(Path.Combine(root, StopFile), "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The script is removing the folder at this moment.
        }

        Interruption.Send(process);
    }
}
