using System.Diagnostics;

namespace PgHa.Quickstart;

/// <summary>Finds PowerShell 7.4 or newer: on <c>PATH</c>, or as the .NET tool that the repository names.</summary>
internal static class PowerShellLocator
{
    private static readonly Version Oldest = new(7, 4);

    /// <summary>The command that starts PowerShell, or <see langword="null"/> and why there is none.</summary>
    public static async Task<(IReadOnlyList<string>? Command, string Reason)> FindAsync(string repository, CancellationToken cancellationToken)
    {
        string[] onPath = ["pwsh"];
        string found = await VersionOfAsync(onPath, repository, cancellationToken) switch
        {
            null => "pwsh is not on PATH",
            { } version when version >= Oldest => "",
            { } version => $"pwsh on PATH is {version}, older than {Oldest}",
        };
        if (found.Length == 0)
            return (onPath, "");

        string[] tool = ["dotnet", "tool", "run", "pwsh", "--"];
        (int exitCode, _) = await RunAsync(["dotnet", "tool", "restore"], repository, cancellationToken);
        if (exitCode == 0 && await VersionOfAsync(tool, repository, cancellationToken) >= Oldest)
            return (tool, "");
        return (null, $"{found}, and the .NET tool of it cannot be restored");
    }

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
