using System.ComponentModel;
using System.Reflection;
using PgHa.Provisioning.Sources;

namespace PgHa.Pester;

/// <summary>The PowerShell that runs the Pester files, and the Pester of this project's package.</summary>
/// <param name="Program">The path of <c>pwsh</c>.</param>
/// <param name="PesterPath">What to import.</param>
internal sealed record PowerShellHost(string Program, string PesterPath)
{
    /// <summary>Names a <c>pwsh</c> to use instead of the one that the repository pins.</summary>
    public const string ProgramVariable = "PGHA_TEST_PWSH";

    private const string OldestVersion = "7.4";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    /// <exception cref="MissingToolException">There is none, and none to be fetched.</exception>
    public static async Task<PowerShellHost> FindAsync()
    {
        string pester = typeof(PowerShellHost).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(metadata => metadata.Key == "PesterManifest").Value!;
        if (!File.Exists(pester))
            throw new MissingToolException($"Pester is not at {pester}, where the build restored it");
        return new PowerShellHost(await FindProgramAsync(), pester);
    }

    /// <summary>Runs a script file in a fresh PowerShell.</summary>
    public Task<ProcessResult> RunFileAsync(
        IEnumerable<string> fileAndArguments, TimeSpan deadline, IReadOnlyDictionary<string, string?> environment)
    {
        var all = new Dictionary<string, string?>(PowerShellTool.Quiet)
        {
            // Compiling methods a second time, better, takes longer than a test file runs.
            ["DOTNET_TieredCompilation"] = "0",
        };
        foreach ((string name, string? value) in environment)
            all[name] = value;
        return RunAsync(Program, ["-File", .. fileAndArguments], deadline, all);
    }

    private static async Task<string> FindProgramAsync()
    {
        if (Environment.GetEnvironmentVariable(ProgramVariable) is { Length: > 0 } asked)
            return await CheckAsync(asked);
        try
        {
            return await PowerShellTool.ProvideAsync(Repository.Root, CancellationToken.None);
        }
        catch (SourceException e)
        {
            throw new MissingToolException($"the PowerShell that .config/dotnet-tools.json pins can't be had: {e.Message}");
        }
    }

    private static async Task<string> CheckAsync(string program)
    {
        try
        {
            ProcessResult check = await RunAsync(
                program, ["-Command", $"exit [int]($PSVersionTable.PSVersion -lt '{OldestVersion}')"], StartDeadline, PowerShellTool.Quiet);
            return check.ExitCode == 0
                ? program
                : throw new MissingToolException($"{ProgramVariable}: {program} is not a PowerShell {OldestVersion} or newer");
        }
        catch (Exception e) when (e is TimeoutException or Win32Exception)
        {
            throw new MissingToolException($"{ProgramVariable}: {e.Message}");
        }
    }

    private static Task<ProcessResult> RunAsync(
        string program, IEnumerable<string> arguments, TimeSpan deadline, IReadOnlyDictionary<string, string?> environment) =>
        ChildProcess.RunAsync(program, ["-NoProfile", "-NonInteractive", .. arguments], deadline, Repository.Root, environment);
}

/// <summary>PowerShell or Pester is neither here nor to be fetched.</summary>
internal sealed class MissingToolException(string message) : Exception(message);
