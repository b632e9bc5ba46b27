using System.Text.Json;
using PgHa.TestServers;

namespace PgHa.Pester;

/// <summary>Runs one Pester file in its own PowerShell and its own test area.</summary>
internal static class PesterFile
{
    // Most files run once on each major; a busy machine of half the speed shall not end them.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(12 + (6 * PostgresInstallations.RequiredMajors.Count));

    // A number or a word that PgHa writes or reads in the user's culture fails a test of these files: a comma in numbers, another i.
    private static readonly Dictionary<string, string> Cultures = new()
    {
        ["ArchiveStatus.Tests.ps1"] = "de-DE",
        ["HbaRule.Tests.ps1"] = "tr-TR",
        ["ReplicationLag.Tests.ps1"] = "de-DE",
        ["Setting.Tests.ps1"] = "tr-TR",
        ["WalRetention.Tests.ps1"] = "de-DE",
        ["ClusterDefinition.Tests.ps1"] = "tr-TR",
    };

    public static async Task<IReadOnlyList<PesterOutcome>> RunAsync(PowerShellHost host, string file, string installations)
    {
        string name = Path.GetFileName(file);
        string resultPath = Path.GetTempFileName();
        try
        {
            await using TestArea area = await TestArea.CreateAsync();
            int firstPort = area.NextPorts(TestArea.PortCount);
            ProcessResult process = await host.RunFileAsync(
                [
                    Path.Combine(AppContext.BaseDirectory, "Invoke-PesterFile.ps1"), host.PesterPath, file, resultPath,
                    Cultures.GetValueOrDefault(name, ""),
                ],
                Deadline,
                new Dictionary<string, string?>
                {
                    ["PGHA_TEST_MODULE"] = Repository.Module,
                    ["PGHA_TEST_AREA"] = area.Directory,
                    ["PGHA_TEST_PORTS"] = $"{firstPort}-{firstPort + TestArea.PortCount - 1}",
                    ["PGHA_TEST_USER"] = ServerUser.Name,
                    ["PGHA_TEST_INSTALLATIONS"] = installations,
                });
            return new FileInfo(resultPath).Length > 0
                ? Report(file, name, PesterRun.Read(resultPath), process)
                : [new(
                    name, $"{file}: PowerShell ended with {process.ExitCode} before Pester had results.\n{process.Output}{process.Error}")];
        }
        catch (Exception e) when (e is TimeoutException or JsonException)
        {
            return [new(name, $"{file}: {e.Message}")];
        }
        finally
        {
            File.Delete(resultPath);
        }
    }

    private static List<PesterOutcome> Report(string file, string name, PesterRun run, ProcessResult process)
    {
        List<PesterOutcome> outcomes = [.. run.Tests.Select(test => Outcome(file, name, test))];
        // All skipped is an answer on a developer's machine. On CI it means that nothing was tested.
        if (!run.Tests.Any(IsExecuted) && (TestEnvironment.IsCi || !run.Tests.Any(IsSkipped)))
            outcomes.Add(new(name, $"{file}: no test in it was executed.\n{process.Output}{process.Error}"));
        outcomes.AddRange(run.Problems.Select(problem => new PesterOutcome($"{name} (outside of its tests)", $"{file}: {problem}")));
        return outcomes;
    }

    private static bool IsExecuted(PesterRun.Test test) => test.Result is "Passed" or "Failed";

    private static bool IsSkipped(PesterRun.Test test) => test.Result is "Skipped" or "NotRun";

    private static PesterOutcome Outcome(string file, string name, PesterRun.Test test)
    {
        var outcome = new PesterOutcome($"{name}: {test.Name}", Seconds: test.Seconds);
        if (test.Result == "Passed")
            return outcome;
        return IsSkipped(test)
            ? outcome with { SkipReason = test.Complaint is { Length: > 0 } reason ? reason : "skipped by Pester" }
            : outcome with
            {
                Failure = $"{file}:{test.Line}: {(test.Complaint is { Length: > 0 } why ? why : "a block around it failed.")}"
            };
    }
}
