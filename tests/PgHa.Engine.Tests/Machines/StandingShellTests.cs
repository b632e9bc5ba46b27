using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using PgHa.Engine.Machines.Local;
using PgHa.Engine.Machines.Shell;

namespace PgHa.Engine.Tests.Machines;

[UnsupportedOSPlatform("windows")]
public sealed class StandingShellTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public StandingShellTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no POSIX shell");

    [Fact]
    public async Task Scripts_run_one_after_the_other_and_share_nothing()
    {
        using StandingShell shell = Shell();
        Assert.Equal("a b|0", await SayAsync(shell, "variable=x; cd /tmp; printf %s \"$1\"", "a b"));
        Assert.Equal("/|7", await SayAsync(shell, "printf '%s' \"$variable$(pwd)\"; exit 7"));
        Assert.Equal("two\nlines|0", await SayAsync(shell, "printf %s \"$1\"", "two\nlines"));
        Assert.Equal("a b|0", await SayAsync(shell, "variable=x; cd /tmp; printf %s \"$1\"", "a b"));
        Assert.True(shell.IsUsable);
    }

    [Fact]
    public async Task Input_that_a_failed_script_left_unread_is_not_run()
    {
        using StandingShell shell = Shell();
        byte[] content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($"touch '{_directory["run"]}'\n", 5_000)));
        ProgramRunner.Outcome outcome = await shell.RunAsync(new ShellRequest("exit 3", []) { Input = content }, Cancellation);
        Assert.Equal(3, outcome.ExitCode);
        Assert.False(shell.IsUsable);
        Assert.False(File.Exists(_directory["run"]));
    }

    [Fact]
    public async Task A_cancelled_script_ends_with_its_programs()
    {
        using StandingShell shell = Shell();
        using var cancel = new CancellationTokenSource();
        Task<ProgramRunner.Outcome> running = shell.RunAsync(
            new ShellRequest("echo $$ >\"$1\"; sleep 600", [_directory["pid"]]), cancel.Token);
        await WaitAsync(() => File.Exists(_directory["pid"]) && File.ReadAllText(_directory["pid"]).EndsWith('\n'));
        int id = int.Parse(await File.ReadAllTextAsync(_directory["pid"], Cancellation), System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(Directory.Exists($"/proc/{id}") || !OperatingSystem.IsLinux());
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.False(shell.IsUsable);
        await WaitAsync(() => shell.HasEnded);
    }

    [Fact]
    public async Task A_shell_that_somebody_ended_is_replaced()
    {
        var shells = new StandingShells(_ => Task.FromResult(Shell()), TimeSpan.FromSeconds(5));
        string first = Encoding.UTF8.GetString((await shells.RunAsync(new ShellRequest("printf %s $$", []), Cancellation)).Output);
        string again = Encoding.UTF8.GetString((await shells.RunAsync(new ShellRequest("printf %s $$", []), Cancellation)).Output);
        Assert.Equal(first, again);
        using var process = Process.GetProcessById(int.Parse(first, System.Globalization.CultureInfo.InvariantCulture));
        process.Kill();
        await process.WaitForExitAsync(Cancellation);
        Assert.NotEqual(first, Encoding.UTF8.GetString((await shells.RunAsync(new ShellRequest("printf %s $$", []), Cancellation)).Output));
    }

    [Fact]
    public async Task A_shell_that_is_ended_at_work_is_a_failure()
    {
        using StandingShell shell = Shell();
        await Assert.ThrowsAnyAsync<IOException>(() => shell.RunAsync(new ShellRequest("kill -9 $$", []), Cancellation));
        Assert.False(shell.IsUsable);
    }

    public void Dispose() => _directory.Dispose();

    private static StandingShell Shell() =>
        StandingShell.Start(new ProcessStartInfo("/bin/sh", ["-c", StandingShell.Loop]) { WorkingDirectory = "/" });

    private static async Task<string> SayAsync(StandingShell shell, string script, params string[] arguments)
    {
        ProgramRunner.Outcome outcome = await shell.RunAsync(new ShellRequest(script, arguments), Cancellation);
        return $"{Encoding.UTF8.GetString(outcome.Output)}|{outcome.ExitCode}";
    }

    private static async Task WaitAsync(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), "waited 30 s");
            await Task.Delay(20, Cancellation);
        }
    }
}
