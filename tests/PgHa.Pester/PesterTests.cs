using PgHa.TestServers;

namespace PgHa.Pester;

/// <summary>Every <c>It</c> under <c>tests/Pester</c> as a result of its own.</summary>
public class PesterTests
{
    private const int FilesAtOnce = 4;

    /// <summary>Runs all files. It is the theory's data, so that each test in them has its own row in the report.</summary>
    public static async Task<IEnumerable<TheoryDataRow<PesterOutcome>>> Outcomes()
    {
        if (Repository.PesterFiles.Count == 0)
            return [Row(new("Pester", Failure: "There is no file to run in tests/Pester."))];

        PowerShellHost host;
        try
        {
            host = await PowerShellHost.FindAsync();
        }
        catch (MissingToolException e)
        {
            string missing = $"None of the {Repository.PesterFiles.Count} Pester files was run, because {e.Message}.";
            // The reason is in the name too, because some loggers print nothing else of a skipped test.
            return [Row(TestEnvironment.IsCi ? new("Pester", Failure: missing) : new($"SKIPPED: {missing}", SkipReason: missing))];
        }

        string installations = await Installations.DescribeAsync();
        var outcomes = new List<PesterOutcome>();
        await Parallel.ForEachAsync(
            // The long ones first, so that none of them is left to run alone at the end.
            Repository.PesterFiles.OrderByDescending(file => new FileInfo(file).Length),
            new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce },
            async (file, _) =>
            {
                IReadOnlyList<PesterOutcome> results = await PesterFile.RunAsync(host, file, installations);
                lock (outcomes)
                    outcomes.AddRange(results);
            });
        return outcomes.OrderBy(outcome => outcome.Name, StringComparer.Ordinal).Select(Row);
    }

    [Theory, MemberData(nameof(Outcomes), DisableDiscoveryEnumeration = true)]
    public void Pester(PesterOutcome outcome)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"It took {outcome.Seconds:0.00} s.");
        if (outcome.Failure is { } failure)
            Assert.Fail(failure);
    }

    private static TheoryDataRow<PesterOutcome> Row(PesterOutcome outcome) =>
        new(outcome) { TestDisplayName = outcome.Name, Label = "", Skip = outcome.SkipReason };
}
