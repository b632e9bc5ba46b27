using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace PgHa.TestServers.Tests;

/// <summary>The public CI cannot run here: at least its files can be read, and what they call is there.</summary>
public sealed partial class WorkflowTests
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Directory, ".github", "workflows");

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Folder).Select(file => Path.GetFileName(file))];

    [Theory, MemberData(nameof(Files))]
    public void A_workflow_says_when_it_runs_and_its_jobs_need_jobs_that_it_has(string file)
    {
        YamlMappingNode workflow = Read(file);
        var jobs = (YamlMappingNode)workflow["jobs"];

        Assert.NotEmpty(Texts(workflow["on"]));
        Assert.All(jobs.Children, job =>
        {
            var content = (YamlMappingNode)job.Value;
            Assert.True(content.Children.ContainsKey("uses") || content.Children.ContainsKey("timeout-minutes"), $"{job.Key}: no limit");
            if (content.Children.TryGetValue("needs", out YamlNode? needs))
                Assert.Subset(Texts(jobs).ToHashSet(), Texts(needs).ToHashSet());
        });
    }

    [Theory, MemberData(nameof(Files))]
    public void A_workflow_calls_files_and_tasks_that_are_there(string file)
    {
        string tasks = File.ReadAllText(Path.Combine(RepositoryRoot.Directory, "build.ps1"));
        string[] texts = [.. Texts(Read(file))];
        string[] called = [.. texts.SelectMany(text => CalledFile().Matches(text)).Select(match => match.Groups["file"].Value)];

        Assert.NotEmpty(called);
        Assert.All(called, name => Assert.True(File.Exists(Path.Combine(RepositoryRoot.Directory, name)), name));
        Assert.All(
            texts.SelectMany(text => CalledTask().Matches(text)).Select(match => match.Groups["task"].Value),
            task => Assert.Contains($"function Invoke-{task} ", tasks, StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_is_published_before_the_tests_and_without_a_tag()
    {
        YamlMappingNode workflow = Read("release.yml");

        Assert.Equal(["push", "tags", "v*"], Texts(workflow["on"]));
        Assert.Equal("ci", ((YamlScalarNode)workflow["jobs"]["publish"]["needs"]).Value);
        Assert.Equal("./.github/workflows/ci.yml", ((YamlScalarNode)workflow["jobs"]["ci"]["uses"]).Value);
    }

    private static YamlMappingNode Read(string file)
    {
        using StreamReader reader = File.OpenText(Path.Combine(Folder, file));
        var stream = new YamlStream();
        stream.Load(reader);
        return (YamlMappingNode)Assert.Single(stream.Documents).RootNode;
    }

    // Of a list or a mapping, its keys included.
    private static IEnumerable<string> Texts(YamlNode node) => node.AllNodes.OfType<YamlScalarNode>().Select(text => text.Value ?? "");

    [GeneratedRegex(@"(?<![\w$/}])(\./)?(?<file>(\.github|src|tests|docs)/[\w./-]+\.(ps1|yml|csproj|runsettings)|build\.ps1|\.ci/run)")]
    private static partial Regex CalledFile();

    [GeneratedRegex(@"build\.ps1 -Task (?<task>\w+)")]
    private static partial Regex CalledTask();
}
