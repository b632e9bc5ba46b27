using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using PgHa.Provisioning.Sources;

namespace PgHa.Laboratory.Tests;

/// <summary>Some hosts of a test's own, raised by <c>tests/laboratory/lab</c>. They are removed when it is disposed.</summary>
public sealed class Laboratory : IAsyncDisposable
{
    private static readonly string Program = Path.Combine(RepositoryRoot.Directory, "tests", "laboratory", "lab");

    // The first one of a machine waits for the root file system, which takes minutes.
    private static readonly TimeSpan RaiseDeadline = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private static readonly Lazy<Task<string>> PowerShellFolder = new(() => Task.Run(FindPowerShellAsync));

    private readonly Dictionary<string, string?> _environment = new()
    {
        ["PGHA_LAB"] = Path.GetRandomFileName()[..8],
        // What a killed test run leaves is removed by the next one.
        ["PGHA_LAB_OWNER"] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        ["PGHA_TEST_CACHE"] = ProgramCache.Directory,
    };

    private Laboratory()
    {
    }

    /// <summary>Hosts <c>h1</c>, <c>h2</c> and so on, booted.</summary>
    /// <exception cref="PostgresUnavailableException">This machine does not allow it: the test is skipped, and fails on CI.</exception>
    public static async Task<Laboratory> RaiseAsync(int hosts)
    {
        var made = new Laboratory();
        try
        {
            ProcessResult possible = await made.TryAsync(["can"], Deadline);
            if (possible.ExitCode != 0)
                throw new PostgresUnavailableException(possible.Error.Trim());
        }
        catch (Win32Exception e)
        {
            throw new PostgresUnavailableException("a laboratory needs bash", e);
        }

        made._environment["PGHA_LAB_POWERSHELL"] = await PowerShellFolder.Value;
        (await made.TryAsync(["up", hosts.ToString(CultureInfo.InvariantCulture)], RaiseDeadline)).OrThrow();
        return made;
    }

    /// <summary>Runs a command of <c>lab</c>, such as <c>cut h1 h2</c>.</summary>
    public async Task<string> LabAsync(params string[] arguments) => (await TryAsync(arguments, Deadline)).OrThrow().Output.Trim();

    /// <summary>What a program prints in a host, where it runs as root.</summary>
    public Task<string> RunAsync(string host, params string[] command) => LabAsync(["exec", host, .. command]);

    /// <summary>The same, for a program that may fail.</summary>
    public Task<ProcessResult> TryRunAsync(string host, params string[] command) => TryAsync(["exec", host, .. command], Deadline);

    /// <summary>What a script emits, as JSON, in a new PowerShell of a host that has imported the module. An error ends the test.</summary>
    public async Task<JsonElement> PowerShellAsync(string host, string script) => JsonSerializer.Deserialize<JsonElement>(
        await RunAsync(host, "pwsh", "-NoProfile", "-NonInteractive", "-Command", Whole("/opt/pgha/PgHa.psd1", script)));

    /// <summary>The same at the operator's, who has no files of the hosts and reaches them by ssh alone.</summary>
    public async Task<JsonElement> OperatorAsync(string script)
    {
        string shell = Path.Combine(_environment["PGHA_LAB_POWERSHELL"]!, "pwsh.dll");
        string module = Path.Combine(RepositoryRoot.Directory, "PgHa.psd1");
        return JsonSerializer.Deserialize<JsonElement>(
            await RunAsync("op", "dotnet", shell, "-NoProfile", "-NonInteractive", "-Command", Whole(module, script)));
    }

    /// <summary>A host as the operator's ssh reaches it, as the address of a <c>PgMachine</c>.</summary>
    public string MachineOf(string host) =>
        $"ssh://root@10.86.0.{host[1..]}?name={host}&key={OperatorFolder}/key&UserKnownHostsFile={OperatorFolder}/known_hosts";

    /// <summary>Where the operator's key and the host keys that it knows are.</summary>
    public string OperatorFolder => Path.Combine(ProgramCache.Directory, "laboratories", _environment["PGHA_LAB"]!, "operator");

    /// <summary>Asks until the answer is the expected one. The last answer is the complaint.</summary>
    public static async Task AwaitAsync<T>(T expected, Func<Task<T>> ask)
    {
        DateTime end = DateTime.UtcNow.AddSeconds(60);
        T answer = await ask();
        while (!Equals(answer, expected) && DateTime.UtcNow < end)
        {
            await Task.Delay(100);
            answer = await ask();
        }

        Assert.Equal(expected, answer);
    }

    private static string Whole(string module, string script) => $$"""
        $ErrorActionPreference = 'Stop'
        $WarningPreference = 'SilentlyContinue'
        $PSStyle.OutputRendering = 'PlainText'
        Import-Module '{{module}}'
        $emitted = & { {{script}} }
        ConvertTo-Json -InputObject @($emitted) -Depth 5 -EnumsAsStrings -Compress
        """;

    public async ValueTask DisposeAsync() => (await TryAsync(["down"], Deadline)).OrThrow();

    private Task<ProcessResult> TryAsync(IEnumerable<string> arguments, TimeSpan deadline) =>
        ChildProcess.RunAsync("bash", [Program, .. arguments], deadline, RepositoryRoot.Directory, _environment);

    private static async Task<string> FindPowerShellAsync()
    {
        try
        {
            return Path.GetDirectoryName(await PowerShellTool.ProvideAsync(RepositoryRoot.Directory, CancellationToken.None))!;
        }
        catch (SourceException e)
        {
            throw new PostgresUnavailableException($"PowerShell can't be had: {e.Message}", e);
        }
    }
}
