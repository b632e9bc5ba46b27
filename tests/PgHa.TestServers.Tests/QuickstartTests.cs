using System.Net;
using System.Net.Sockets;
using PgHa.Quickstart;

namespace PgHa.TestServers.Tests;

/// <summary>The README's first command, with the module as it was built.</summary>
public class QuickstartTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_raises_six_nodes_shows_them_and_removes_them()
    {
        PostgresInstallation installation = await PostgresInstallations.ToolsForAsync(
            PostgresInstallations.RequiredMajors[^1], Cancellation);
        Assert.SkipUnless(File.Exists(installation.Program("psql")), $"{installation} has no psql.");
        await using TestArea area = await TestArea.CreateAsync(Cancellation);
        string root = area["cluster"];
        Directory.CreateDirectory(root);
        int port = area.NextPorts(ClusterPlace.NodeCount);

        ProcessResult run = await RunAsync("--no-build", "--root", root, "--port", $"{port}", "--bin", installation.BinDirectory);

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        string[] lines = run.Output.Split('\n');
        int state = Array.FindIndex(lines, line => line.Contains("==> The state of the cluster", StringComparison.Ordinal));
        string[] nodes =
            ["node20 primary ", "node21 cold standby ", "node22 cold standby ", "node23 standby ", "node24 standby ", "node25 standby "];
        Assert.True(state > 0, run.Output);
        Assert.All(nodes, node => Assert.Single(lines.Skip(state), line => line.StartsWith(node, StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.Contains("New-PgBaseBackup -Name node24", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.EndsWith(": 1000 rows", StringComparison.Ordinal));
        // Colours are for terminals.
        Assert.DoesNotContain('\u001b', run.Output);
        // The folder was there before.
        Assert.Empty(Directory.EnumerateFileSystemEntries(root));
    }

    [Fact]
    public async Task A_taken_port_ends_it_before_anything_is_built()
    {
        await using TestArea area = await TestArea.CreateAsync(Cancellation);
        int port = area.NextPorts(ClusterPlace.NodeCount);
        using var listener = new TcpListener(IPAddress.Loopback, port + 5);
        listener.Start();

        ProcessResult run = await RunAsync("--port", $"{port}");

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"Port {port + 5} is taken.", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task An_option_it_does_not_know_is_an_error()
    {
        ProcessResult run = await RunAsync("--prot", "9420");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--prot", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_with_files_in_it_is_refused()
    {
        await using TestArea area = await TestArea.CreateAsync(Cancellation);
        string root = await area.CreateDirectoryAsync("full/of/things", "0755");

        var refusal = Assert.Throws<QuickstartException>(() => ClusterPlace.Check(Path.GetDirectoryName(root), area.NextPorts(6)));

        Assert.Contains("is not empty", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(65531)]
    public void A_port_with_no_room_for_six_is_refused(int port)
    {
        var refusal = Assert.Throws<QuickstartException>(() => ClusterPlace.Check(null, port));

        Assert.Contains($"--port {port}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_all_the_programs_is_refused()
    {
        await using TestArea area = await TestArea.CreateAsync(Cancellation);
        var options = new QuickstartOptions(false, null, 9420, area.Directory, false, false);

        var refusal = await Assert.ThrowsAsync<QuickstartException>(
            () => new PostgresProvider(options, _ => { }).ProvideAsync(Cancellation));

        Assert.Contains("has no postgres", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_created_is_refused_without_a_trace_of_code()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is Linux's.");

        var refusal = Assert.Throws<QuickstartException>(() => ClusterPlace.Create("/proc/pgha-quickstart"));

        Assert.StartsWith("'/proc/pgha-quickstart' can't be created: ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Versions_in_folders_are_found()
    {
        await using TestArea area = await TestArea.CreateAsync(Cancellation);
        await area.CreateDirectoryAsync("lib/postgresql/15/bin", "0755");
        await area.CreateDirectoryAsync("lib/postgresql/17/bin", "0755");

        Assert.Equal(
            [area["lib/postgresql/15/bin"], area["lib/postgresql/17/bin"]],
            InstalledPostgres.Expand(area["lib/postgresql/*/bin"]).Order(StringComparer.Ordinal));
        Assert.Empty(InstalledPostgres.Expand(area["nothing/*/bin"]));
    }

    private static Task<ProcessResult> RunAsync(params string[] arguments) => ChildProcess.RunAsync(
        "dotnet", [Path.Combine(AppContext.BaseDirectory, "PgHa.Quickstart.dll"), .. arguments], Deadline, cancellationToken: Cancellation);
}
