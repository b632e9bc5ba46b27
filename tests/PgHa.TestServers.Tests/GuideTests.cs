using System.Text.RegularExpressions;

namespace PgHa.TestServers.Tests;

/// <summary>The contributors' guide names the variables that the tests obey.</summary>
public partial class GuideTests
{
    [Fact]
    public void It_names_every_variable_of_the_tests_and_no_other()
    {
        string root = RepositoryRoot.Directory;
        // Hidden folders too, for .ci.
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        IEnumerable<string> code = Directory.EnumerateFiles(root, "*", everything)
            .Where(file => Path.GetExtension(file) is ".cs" or ".ps1" or ".psm1" or ".sh" || Path.GetFileName(file) == "run")
            .Where(file => !Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar).Any(IsMade));

        Assert.Equal(
            code.SelectMany(Names).Distinct().Order(),
            Names(Path.Combine(root, "docs", "contributing.md")).Distinct().Order());
    }

    private static bool IsMade(string folder) => folder is "bin" or "obj" or "artifacts" or ".git";

    private static IEnumerable<string> Names(string file) => Variable().Matches(File.ReadAllText(file)).Select(match => match.Value);

    [GeneratedRegex("PGHA_TEST_[A-Z_]*[A-Z]")]
    private static partial Regex Variable();
}
