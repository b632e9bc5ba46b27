using System.Diagnostics;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Tests.Machines;

public abstract partial class HostContract
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_program_gets_its_arguments_as_they_are()
    {
        string[] arguments = ["", "a b", "it's", "$HOME", "\"", "*", "-n", "back\\slash", "two\nlines"];
        CommandResult result = await Host.RunAsync(new HostCommand("printf", ["<%s>", .. arguments]), Cancellation);
        Assert.Equal(string.Concat(arguments.Select(argument => $"<{argument}>")), result.Output);
    }

    [Fact]
    public async Task A_program_tells_status_output_and_error()
    {
        CommandResult result = await ShAsync("echo out; echo err >&2; exit 127");
        Assert.Equal((127, "out\n", "err\n"), (result.ExitCode, result.Output, result.Error));
        Assert.Equal("out\n"u8, result.OutputBytes.Span);
        Assert.False(result.Succeeded);
    }

    [Fact]
    public async Task A_program_runs_as_the_user_with_its_environment()
    {
        HostCommand command = Sh("id -un; echo $LC_ALL $SECRET; cd ~ && pwd -P >/dev/null && echo home; cat") with
        {
            Environment = new Dictionary<string, string> { ["SECRET"] = "x'y", ["LC_ALL"] = "de_DE" },
        };
        CommandResult result = await Host.RunAsync(command, Cancellation);
        Assert.Equal($"{Host.UserName}\nC x'y\nhome\n", result.Output);
    }

    [Fact]
    public async Task A_missing_program_is_an_error_that_names_it()
    {
        await WriteAsync(_directory["no program"], "x");
        foreach (string program in new[] { "pgha-no-such-program", "/usr/bin/pgha-no-such-program", _directory["no program"] })
        {
            PgHaException e = await Assert.ThrowsAsync<PgHaException>(() => Host.RunAsync(new HostCommand(program), Cancellation));
            Assert.Equal("ProgramNotFound", e.ErrorId);
            Assert.Contains(program, e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Input_reaches_the_program_and_need_not_be_read()
    {
        byte[] input = new byte[3_000_000];
        new Random(2).NextBytes(input);
        CommandResult counted = await Host.RunAsync(new HostCommand("wc", "-c") { StandardInput = input }, Cancellation);
        Assert.Equal("3000000", counted.Output.Trim());
        Assert.True((await Host.RunAsync(new HostCommand("true") { StandardInput = input }, Cancellation)).Succeeded);
    }

    [Fact]
    public async Task Much_output_on_both_streams_blocks_nothing()
    {
        CommandResult result = await ShAsync(
            "i=0; while [ $i -lt 2000 ]; do printf '%01000d\\n' $i; printf '%01000d\\n' $i >&2; i=$((i+1)); done");
        Assert.Equal(2_002_000, result.Output.Length);
        Assert.Equal(64 * 1024, result.Error.Length);
        Assert.EndsWith("1999\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Error_lines_come_one_by_one_also_from_progress_meters()
    {
        var lines = new List<string>();
        HostCommand command = Sh("printf 'a\\rb\\r\\n\\nc d\\né' >&2") with { OnErrorLine = lines.Add };
        await Host.RunAsync(command, Cancellation);
        Assert.Equal(["a", "b", "c d", "é"], lines);
    }

    [Fact]
    public async Task Cancelling_ends_the_program_and_its_children_within_a_second()
    {
        await AssertEndsWithinASecondAsync("sleep 1000 & echo $! >\"$1\"; wait");
        await AssertEndsWithinASecondAsync("trap '' INT TERM HUP; sh -c 'echo $$ >\"$1\"; while :; do sleep 1; done' sh \"$1\"");
    }

    [Fact]
    public async Task Cancelling_interrupts_first_so_that_programs_clean_up()
    {
        using var source = new CancellationTokenSource();
        Task<CommandResult> run = Host.RunAsync(
            Sh("trap 'echo clean >\"$1.done\"; exit 1' INT; echo x >\"$1\"; while :; do sleep 0.05; done", _directory["pid"]),
            source.Token);
        await AppearsAsync(_directory["pid"]);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal("clean\n", await ReadAsync(_directory["pid.done"]));
    }

    [Fact]
    public async Task A_program_past_its_deadline_is_ended()
    {
        var watch = Stopwatch.StartNew();
        // A shell on another machine may take a while to begin.
        HostCommand command = Sh("echo almost >&2; sleep 1000") with { Timeout = 2 * Second };
        PgHaException e = await Assert.ThrowsAsync<PgHaException>(() => Host.RunAsync(command, Cancellation));
        Assert.Equal("OperationTimeout", e.ErrorId);
        Assert.EndsWith("It said last: almost", e.Message, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, 30 * Second);
    }

    [Fact]
    public async Task A_server_that_keeps_the_streams_holds_nobody_up()
    {
        var watch = Stopwatch.StartNew();
        CommandResult result = await Host.RunAsync(Sh("sleep 60 & echo $!") with { StartsServer = true }, Cancellation);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, 30 * Second);
        await DoAsync("kill $1", result.Output.Trim());
    }

    [Fact]
    public async Task Nothing_starts_once_cancelled()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Host.RunAsync(Sh(": >\"$1\"", _directory["f"]), source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Host.WriteFileAsync(_directory["f"], new byte[3], null, source.Token));
        Assert.Equal([], await Host.ListAsync(_directory.Path, Cancellation));
    }

    private async Task AssertEndsWithinASecondAsync(string script)
    {
        string pidFile = _directory[Guid.NewGuid().ToString("N")];
        using var source = new CancellationTokenSource();
        Task<CommandResult> run = Host.RunAsync(Sh(script, pidFile), source.Token);
        int child = int.Parse(await AppearsAsync(pidFile));
        var watch = Stopwatch.StartNew();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        // A second on a machine of its own; the test machine may be busy, and the program would run for minutes.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, 10 * Second);
        // A busy kernel ends a killed process a little later. Until init has reaped the process, its command line is empty.
        Assert.True(await Poll.TryUntilAsync(
            async () => !File.Exists($"/proc/{child}/cmdline")
                || (await File.ReadAllBytesAsync($"/proc/{child}/cmdline", Cancellation)).Length == 0,
            TimeSpan.FromMilliseconds(10), Deadline.In(10 * Second), Cancellation));
    }

    private static async Task<string> AppearsAsync(string path)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < 30 * Second)
        {
            if (File.Exists(path) && await File.ReadAllTextAsync(path, Cancellation) is { Length: > 0 } text)
                return text;
            await Task.Delay(10, Cancellation);
        }

        throw new TimeoutException(path);
    }
}
