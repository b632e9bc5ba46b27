using System.Diagnostics;
using PgHa.Quickstart;

namespace PgHa.TestServers.Tests;

/// <summary>Whatever ends the Quickstart, no server and no file of the cluster is left, and it says so.</summary>
public class QuickstartStopTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    // A terminal that closes.
    [InlineData("HUP", "")]
    // As a shell starts things in the background: the signal of Ctrl+C is ignored by all below it.
    [InlineData("TERM", "trap '' INT; ")]
    public async Task A_signal_removes_what_was_made(string signal, string before)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "These are POSIX signals.");
        PostgresInstallation installation = await PostgresInstallations.ToolsForAsync(
            PostgresInstallations.RequiredMajors[^1], Cancellation);
        Assert.SkipUnless(installation.HasOwnTools, $"{installation} has no pg_basebackup.");
        await using TestArea area = await TestArea.CreateAsync(Cancellation);
        string root = area["cluster"];
        int port = area.NextPorts(ClusterPlace.NodeCount);
        var start = new ProcessStartInfo("sh",
        [
            "-c", $"{before}exec dotnet \"$0\" \"$@\"", Path.Combine(AppContext.BaseDirectory, "PgHa.Quickstart.dll"),
            "--no-build", "--keep", "--root", root, "--port", $"{port}", "--bin", installation.BinDirectory,
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(Cancellation);
        Task<string> error = process.StandardError.ReadToEndAsync(Cancellation);

        await WaitForAsync(() => File.Exists(Path.Combine(root, "node20", "postmaster.pid")), process);
        (await ChildProcess.RunAsync("kill", [$"-{signal}", $"{process.Id}"], Moment, cancellationToken: Cancellation)).OrThrow();
        await process.WaitForExitAsync(Cancellation).WaitAsync(Deadline, Cancellation);

        Assert.Equal(130, process.ExitCode);
        Assert.Contains($"files in {root} are removed", await error, StringComparison.Ordinal);
        // It was not simply gone through to its end.
        Assert.DoesNotContain("The state of the cluster", await output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(root));
        ProcessResult servers = await ChildProcess.RunAsync("pgrep", ["-f", root], Moment, cancellationToken: Cancellation);
        Assert.Equal(1, servers.ExitCode);
    }

    [Fact]
    public async Task A_PowerShell_that_does_not_start_leaves_no_folder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It takes a POSIX shell.");
        PostgresInstallation installation = await PostgresInstallations.ToolsForAsync(
            PostgresInstallations.RequiredMajors[^1], Cancellation);
        Assert.SkipUnless(File.Exists(installation.Program("psql")), $"{installation} has no psql.");
        await using TestArea area = await TestArea.CreateAsync(Cancellation);
        string programs = await area.CreateDirectoryAsync("programs", "0755");
        string powerShell = Path.Combine(programs, "pwsh");
        await File.WriteAllTextAsync(
            powerShell, "#!/bin/sh\ncase \"$*\" in *-Command*) echo 7.6 ;; *) exit 70 ;; esac\n", Cancellation);
        (await ChildProcess.RunAsync("chmod", ["755", powerShell], Deadline, cancellationToken: Cancellation)).OrThrow();
        string root = area["cluster"];

        ProcessResult run = await ChildProcess.RunAsync(
            "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "PgHa.Quickstart.dll"), "--no-build", "--root", root,
                "--port", $"{area.NextPorts(ClusterPlace.NodeCount)}", "--bin", installation.BinDirectory,
            ],
            Deadline,
            environment: new Dictionary<string, string?> { ["PATH"] = $"{programs}:{Environment.GetEnvironmentVariable("PATH")}" },
            cancellationToken: Cancellation);

        Assert.Equal(70, run.ExitCode);
        Assert.False(Directory.Exists(root));
    }

    [Fact]
    public async Task A_package_manager_is_waited_for_and_not_killed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It takes a POSIX shell.");
        await using TestArea area = await TestArea.CreateAsync(Cancellation);
        string ended = area["ended"];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        stop.CancelAfter(TimeSpan.FromSeconds(0.5));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PostgresInstaller.RunAsync(
            "sh", ["-c", "trap '' INT; sleep 2; : >\"$0\"", ended], stop.Token));

        Assert.True(File.Exists(ended));
    }

    private static async Task WaitForAsync(Func<bool> condition, Process process)
    {
        var waited = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.False(process.HasExited, "The Quickstart ended before it had made a server.");
            Assert.True(waited.Elapsed < Deadline, "The Quickstart made no server in time.");
            await Task.Delay(50, Cancellation);
        }
    }
}
