using System.Reflection;

namespace PgHa.Pester;

/// <summary>A PowerShell (the one on PATH or the .NET tool) and the Pester of this project's package.</summary>
/// <param name="Command">The program and the arguments that stand before PowerShell's own.</param>
/// <param name="PesterPath">What to import.</param>
internal sealed record PowerShellHost(IReadOnlyList<string> Command, string PesterPath)
{
    private const string OldestVersion = "7.4";

    // Without an answer from the registry in this time the tests are skipped.
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
        string pester = typeof(PowerShellHost).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(metadata => metadata.Key == "PesterManifest").Value!;
        return new PowerShellHost(await FindPowerShellAsync(), pester);
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

    private static async Task<ProcessResult> TryAsync(string[] command, string script, TimeSpan deadline)
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

/// <summary>PowerShell is neither here nor to be fetched.</summary>
internal sealed class MissingToolException(string message) : Exception(message);
