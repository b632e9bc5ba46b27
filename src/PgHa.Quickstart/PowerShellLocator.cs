using System.Diagnostics;

namespace PgHa.Quickstart;

/// <summary>Finds PowerShell 7.4 or newer: on <c>PATH</c>, or as the .NET tool that the repository names.</summary>
internal static class PowerShellLocator
{
    private static readonly Version OldestPowerShell = new(7, 4);

    /// <summary>The command that starts PowerShell, or <see langword="null"/> and why there is none.</summary>
    public static async Task<(IReadOnlyList<string>? Command, string Reason)> FindAsync(string repository, CancellationToken cancellationToken)
    {
        string[] onPath = ["pwsh"];
        Version? found = await VersionOfAsync(onPath, repository, cancellationToken);
        if (IsNewEnough(found))
            return (onPath, "");

        string[] tool = ["dotnet", "tool", "run", "pwsh", "--"];
        (int exitCode, _) = await RunAsync(["dotnet", "tool", "restore"], repository, cancellationToken);
        if (exitCode == 0 && IsNewEnough(await VersionOfAsync(tool, repository, cancellationToken)))
            return (tool, "");
        string onPathInstead = found is null ? "is not on PATH" : $"on PATH is {found}, older than {OldestPowerShell}";
        return (null, $"pwsh {onPathInstead}, and the .NET tool of it cannot be restored");
    }

    private static bool IsNewEnough(Version? powerShell) => powerShell?.CompareTo(OldestPowerShell) >= 0;

    private static async Task<Version?> VersionOfAsync(string[] command, string repository, CancellationToken cancellationToken)
    {
        (int exitCode, string output) = await RunAsync(
            [.. command, "-NoProfile", "-NonInteractive", "-Command", "\"$($PSVersionTable.PSVersion.Major).$($PSVersionTable.PSVersion.Minor)\""], repository, cancellationToken);
        return exitCode == 0 && Version.TryParse(output.Trim(), out Version? version) ? version : null;
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(
        IReadOnlyList<string> command, string directory, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(2));
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            try
            {
                Task<string> error = process.StandardError.ReadToEndAsync(deadline.Token);
                string output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
                await error;
                await process.WaitForExitAsync(deadline.Token);
                return (process.ExitCode, output);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                cancellationToken.ThrowIfCancellationRequested();
                return (-1, "");
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no such program.
            return (-1, "");
        }
    }
}
