using System.Diagnostics;
using System.Text;

namespace PgHa.Provisioning;

/// <summary>What a program printed and how it ended.</summary>
public sealed record ProcessResult(string Command, int ExitCode, string Output, string Error)
{
    /// <summary>This result; throws an exception with the program's output if it failed.</summary>
    public ProcessResult OrThrow() => ExitCode == 0
        ? this
        : throw new InvalidOperationException($"`{Command}` ended with {ExitCode}: {LastWords}");

    /// <summary>The end of what it printed, on one line, for messages.</summary>
    internal string LastWords => string.Join(
        " | ",
        (Error + "\n" + Output).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).TakeLast(4));
}

/// <summary>Runs programs to their end, always with a deadline.</summary>
public static class ChildProcess
{
    private static readonly TimeSpan KillDeadline = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Runs a program and returns what it printed. At the deadline the program and its children are killed.
    /// A server that it starts must not inherit its output (<c>pg_ctl -l</c>), because the call lasts until the output is closed.
    /// </summary>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up; the program and its children were killed.</exception>
    public static async Task<ProcessResult> RunAsync(
        string program,
        IEnumerable<string> arguments,
        TimeSpan deadline,
        string? workingDirectory = null,
        IReadOnlyDictionary<string, string?>? environment = null,
        CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? string.Empty,
        };
        // Tests match messages, so the developer's time zone and locale must not change them.
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;

        var output = new Lines();
        var error = new Lines();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => output.Add(e.Data);
        process.ErrorDataReceived += (_, e) => error.Add(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        string command = $"{program} {string.Join(' ', start.ArgumentList)}";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(deadline);
        try
        {
            // It also waits for the end of both streams.
            await process.WaitForExitAsync(limit.Token);
            return new ProcessResult(command, process.ExitCode, output.Text, error.Text);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var soFar = new ProcessResult(command, -1, output.Text, error.Text);
            throw new TimeoutException(
                $"`{command}` did not end within {deadline.TotalSeconds:0} seconds. It had printed: {soFar.LastWords}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                // Until the process has ended, it may write to files that the caller removes.
                process.WaitForExit(KillDeadline);
            }
        }
    }

    /// <summary>What a stream has brought so far; the reader adds from its own threads.</summary>
    private sealed class Lines
    {
        private readonly StringBuilder _text = new();

        public string Text
        {
            get
            {
                lock (_text)
                    return _text.ToString();
            }
        }

        public void Add(string? line)
        {
            if (line is null)
                return;
            lock (_text)
                _text.Append(line).Append('\n');
        }
    }

    /// <summary>Runs a program that a source needs; every kind of failure is a <see cref="SourceException"/>.</summary>
    internal static async Task<string> RunForSourceAsync(
        string program, IEnumerable<string> arguments, TimeSpan deadline, string? workingDirectory, CancellationToken cancellationToken)
    {
        try
        {
            ProcessResult result = await RunAsync(
                program, arguments, deadline, workingDirectory, cancellationToken: cancellationToken);
            return result.ExitCode == 0
                ? result.Output
                : throw new SourceException($"`{program}` ended with {result.ExitCode}: {result.LastWords}");
        }
        catch (TimeoutException e)
        {
            throw new SourceException(e.Message);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new SourceException($"`{program}` isn't installed");
        }
    }
}
