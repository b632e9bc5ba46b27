using PgHa.TestServers;

namespace PgHa.Pester;

/// <summary>A PowerShell with Pester 5: the one on PATH or the .NET tool, with the Pester it has or can fetch.</summary>
/// <param name="Command">The program and the arguments that stand before PowerShell's own.</param>
/// <param name="PesterPath">What to import.</param>
internal sealed record PowerShellHost(IReadOnlyList<string> Command, string PesterPath)
{
    private const string OldestVersion = "7.4";
    private const string PesterVersions = "[5.5.0,6.0.0)";

    // No answer from a registry or a gallery in this time, and the tests are skipped.
    private static readonly TimeSpan FetchDeadline = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, string?> PlainEnvironment = new()
    {
        ["NO_COLOR"] = "1",
        ["POWERSHELL_TELEMETRY_OPTOUT"] = "1",
        ["POWERSHELL_UPDATECHECK"] = "Off",
    };

    /// <exception cref="MissingToolException">There is none, and none to be fetched.</exception>
    public static async Task<PowerShellHost> FindAsync()
    {
        IReadOnlyList<string> command = await FindPowerShellAsync();
        return new PowerShellHost(command, await FindPesterAsync(command));
    }

    /// <summary>Runs a script file in a fresh PowerShell.</summary>
    public Task<ProcessResult> RunFileAsync(
        IEnumerable<string> fileAndArguments, TimeSpan deadline, IReadOnlyDictionary<string, string?> environment)
    {
        var all = new Dictionary<string, string?>(PlainEnvironment);
        foreach ((string name, string? value) in environment)
            all[name] = value;
        return RunAsync(Command, ["-NoProfile", "-NonInteractive", "-File", .. fileAndArguments], deadline, all);
    }

    private static async Task<IReadOnlyList<string>> FindPowerShellAsync()
    {
        const string AskVersion = $"if ($PSVersionTable.PSVersion -lt '{OldestVersion}') {{ exit 1 }}";
        string[] onPath = ["pwsh"];
        if ((await TryAsync(onPath, AskVersion, StartDeadline)).ExitCode == 0)
            return onPath;

        string[] tool = ["dotnet", "tool", "run", "pwsh", "--"];
        ProcessResult restored = await RunAsync(["dotnet"], ["tool", "restore"], FetchDeadline, PlainEnvironment);
        if (restored.ExitCode == 0 && (await TryAsync(tool, AskVersion, StartDeadline)).ExitCode == 0)
            return tool;
        throw new MissingToolException(
            $"no pwsh {OldestVersion} or later is on PATH, and the .NET tool can't be restored: {FirstLine(restored)}");
    }

    private static async Task<string> FindPesterAsync(IReadOnlyList<string> command)
    {
        const string Find = "(Get-Module Pester -ListAvailable | Where-Object { $_.Version -ge '5.5' -and $_.Version -lt '6.0' } | "
            + "Sort-Object Version -Descending | Select-Object -First 1).Path";
        string found = (await TryAsync(command, Find, StartDeadline)).Output.Trim();
        if (found.Length > 0)
            return found;

        string modules = Path.Combine(TestCache.Directory, "modules");
        string fetch = $"$ErrorActionPreference = 'Stop'; $null = New-Item -ItemType Directory -Force '{modules}'; "
            + $"$env:PSModulePath = '{modules}' + [IO.Path]::PathSeparator + $env:PSModulePath; "
            + $"if (-not ({Find})) {{ Save-PSResource Pester -Version '{PesterVersions}' -Path '{modules}' -TrustRepository -Quiet }}; {Find}";
        ProcessResult fetched = await TryAsync(command, fetch, FetchDeadline);
        return fetched.ExitCode == 0 && fetched.Output.Trim() is { Length: > 0 } path
            ? path
            : throw new MissingToolException($"pwsh has no Pester 5, and it can't be fetched: {FirstLine(fetched)}");
    }

    private static async Task<ProcessResult> TryAsync(IReadOnlyList<string> command, string script, TimeSpan deadline)
    {
        try
        {
            return await RunAsync(command, ["-NoProfile", "-NonInteractive", "-Command", script], deadline, PlainEnvironment);
        }
        catch (Exception e) when (e is TimeoutException or System.ComponentModel.Win32Exception)
        {
            return new ProcessResult(command[0], -1, string.Empty, e.Message);
        }
    }

    private static Task<ProcessResult> RunAsync(
        IReadOnlyList<string> command, IEnumerable<string> arguments, TimeSpan deadline, IReadOnlyDictionary<string, string?> environment) =>
        ChildProcess.RunAsync(command[0], [.. command.Skip(1), .. arguments], deadline, Repository.Root, environment);

    private static string FirstLine(ProcessResult result) =>
        (result.Error + "\n" + result.Output).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault($"it ended with {result.ExitCode}");
}

/// <summary>PowerShell or Pester is neither here nor to be fetched.</summary>
internal sealed class MissingToolException(string message) : Exception(message);
