using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using PgHa.Engine.Machines.Local;

namespace PgHa.Engine.Machines.Shell;

/// <summary>A POSIX shell that stays and runs one script after the other.</summary>
/// <remarks>
/// Starting a shell as another user takes a fork of the whole process of PowerShell, and on another machine a session of ssh. Both take
/// several times as long as reading a file with the shell.
/// </remarks>
[UnsupportedOSPlatform("windows")]
internal sealed class StandingShell : IDisposable
{
    // The mark begins each request and ends each answer. It is random, so that no other text can be mistaken for it, above all the
    // input that a failed script left unread. The variable nl is a line break, so that a request of one line can contain several.
    private const string Begin = """
        IFS= read -r mark || exit
        nl='
        '

        """;

    // Another machine's profile may have said anything before. The number is that of the process group, in which the scripts run.
    private const string Greet = """
        group=
        if IFS= read -r stat </proc/$$/stat; then
            set -f; set -- ${stat##*) }; set +f
            group=$3
        fi
        printf '\n%s\n' "$mark ${group:-$$}"
        printf '\n%s\n' "$mark ${group:-$$}" >&2

        """;

    private const string Serve = """
        while IFS= read -r line; do
            case $line in "$mark "*) ;; *) continue ;; esac
            eval "${line#"$mark "}"
            status=$?
            printf '%s\n' "$mark $status"
            printf '%s\n' "$mark $status" >&2
        done
        """;

    private readonly Process _process;
    private readonly byte[] _mark;
    private readonly Func<StandingShell, Task>? _interrupt;
    private readonly Dictionary<string, string> _scripts = [];
    private readonly Stream _input;
    private readonly Stream _output;
    private readonly Stream _error;
    private volatile bool _isDisposed;

    private StandingShell(ProcessStartInfo start, Func<StandingShell, Task>? interrupt)
    {
        string mark = RandomNumberGenerator.GetHexString(32);
        _mark = Encoding.ASCII.GetBytes($"{mark} ");
        _interrupt = interrupt;
        ProgramRunner.Prepare(start);
        _process = Process.Start(start)!;
        _input = _process.StandardInput.BaseStream;
        _output = _process.StandardOutput.BaseStream;
        _error = _process.StandardError.BaseStream;
    }

    /// <summary>The script with which a shell of this machine is started.</summary>
    public static string Loop => Begin + Serve;

    /// <summary>The command of a shell on another machine: it reads the rest from its input. Any login shell starts it alike.</summary>
    public const string RemoteCommand = """/bin/sh -c 'IFS= read -r l; eval "$l"'""";

    /// <summary>Whether it can run another script.</summary>
    public bool IsUsable { get; private set; } = true;

    /// <summary>Whether somebody has ended it.</summary>
    public bool HasEnded => _isDisposed || _process.HasExited;

    /// <summary>The process group of a shell on another machine.</summary>
    public string Group { get; private set; } = "";

    /// <summary>Starts a shell of this machine, which runs <see cref="Loop"/>.</summary>
    public static StandingShell Start(ProcessStartInfo start)
    {
        var shell = new StandingShell(start, interrupt: null);
        shell._input.Write(shell._mark.AsSpan()[..^1]);
        shell._input.Write("\n"u8);
        return shell;
    }

    /// <summary>Starts a shell on another machine, which runs <see cref="RemoteCommand"/>, and waits until it is ready.</summary>
    /// <param name="start">The program that leads to it.</param>
    /// <param name="environment">Variables of all its scripts.</param>
    /// <param name="interrupt">Ends the script that runs on it, the shell, and the program that leads to it.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="ShellNotReadyException">The program has ended, or has not come so far when it was cancelled.</exception>
    public static async Task<StandingShell> StartAsync(
        ProcessStartInfo start, IReadOnlyDictionary<string, string> environment, Func<StandingShell, Task> interrupt,
        CancellationToken cancellationToken)
    {
        var shell = new StandingShell(start, interrupt);
        try
        {
            await shell.GreetAsync(environment, cancellationToken).ConfigureAwait(false);
            return shell;
        }
        catch
        {
            shell.Abandon();
            shell.Dispose();
            throw;
        }
    }

    /// <summary>Runs a script. After a failure that leaves its state unknown, the shell is no longer usable.</summary>
    /// <param name="request">The script.</param>
    /// <param name="cancellationToken">Ends the script, and the shell with it.</param>
    /// <exception cref="IOException">The shell has been ended.</exception>
    public async Task<ProgramRunner.Outcome> RunAsync(ShellRequest request, CancellationToken cancellationToken)
    {
        IsUsable = false;
        var errors = new ErrorStreamReader(request.OnErrorLine);
        try
        {
            Task<(int Status, byte[] Text)> output = ReadAnswerAsync(_output, null, cancellationToken);
            Task<(int Status, byte[] Text)> error = ReadAnswerAsync(_error, errors, cancellationToken);
            await SendAsync(request, cancellationToken).ConfigureAwait(false);
            (int status, byte[] text) = await output.ConfigureAwait(false);
            _ = await error.ConfigureAwait(false);
            IsUsable = request.Input.IsEmpty || (status == 0 && !request.IsProgram);
            return new ProgramRunner.Outcome(status, text, errors.Tail);
        }
        catch (OperationCanceledException)
        {
            await (_interrupt is null ? ProcessTree.EndAsync(_process, behindLauncher: false) : _interrupt(this)).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Lets it end: it reads to the end of its input.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _input.Dispose();
        _output.Dispose();
        _error.Dispose();
        _process.Dispose();
    }

    /// <summary>What the program that leads to it said last, once it has ended.</summary>
    public async Task<string> LastWordsAsync(CancellationToken cancellationToken)
    {
        var reader = new ErrorStreamReader(onLine: null);
        try
        {
            await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            await reader.ReadAsync(_error, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // It has not ended, or nobody needs it any more.
        }

        return reader.LastLine;
    }

    /// <summary>Ends the program that leads to it, without waiting for what holds its streams.</summary>
    public void Abandon()
    {
        IsUsable = false;
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    private async Task GreetAsync(IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var output = new ShellAnswer(_mark);
        var error = new ShellAnswer(_mark);
        try
        {
            string first = """nl=$(printf '\nx'); nl=${nl%x}; export LC_ALL=C; cd /; """
                + $"{Exports(environment)}eval {Word(Begin + Greet + Serve)}";
            Task<string> greeting = ReadGreetingAsync(_output, output, cancellationToken);
            Task<string> echo = ReadGreetingAsync(_error, error, cancellationToken);
            await WriteAsync(Encoding.ASCII.GetBytes($"{first}\n{Encoding.ASCII.GetString(_mark).TrimEnd()}\n"), cancellationToken)
                .ConfigureAwait(false);
            await Task.WhenAll(greeting, echo).ConfigureAwait(false);
            Group = await greeting.ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            throw new ShellNotReadyException(Encoding.UTF8.GetString(error.Text), Encoding.UTF8.GetString(output.Text), e);
        }
    }

    private async Task SendAsync(ShellRequest request, CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        if (!_scripts.TryGetValue(request.Script, out string? name))
        {
            name = $"script{_scripts.Count}";
            _scripts.Add(request.Script, name);
            line.Append(CultureInfo.InvariantCulture, $"{name}={Word(request.Script)}; ");
        }

        if (request is { IsProgram: true, Input.IsEmpty: false })
            line.Append(CultureInfo.InvariantCulture, $"dd bs={request.Input.Length} count=1 iflag=fullblock 2>/dev/null | ");
        line.Append("( ");
        line.Append(Exports(request.Environment))
            .Append("set --")
            .AppendJoin("", request.Arguments.Select(argument => $" {Word(argument)}"))
            .Append(CultureInfo.InvariantCulture, $"; eval \"${name}\" )");
        if (request.Input.IsEmpty)
            line.Append(" </dev/null");
        await _input.WriteAsync(Encoding.UTF8.GetBytes($"{Encoding.ASCII.GetString(_mark)}{line}\n"), cancellationToken)
            .ConfigureAwait(false);
        // A script may fail before it has read its input; its exit status says so.
        if (!request.Input.IsEmpty)
            await WriteAsync(request.Input, cancellationToken).ConfigureAwait(false);
        await _input.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    // A write fails if the program has ended. The end of its output streams says so too, and that is where PgHa looks.
    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await _input.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
        }
    }

    // The language is always set, because PgHa reads what programs print.
    private static string Exports(IReadOnlyDictionary<string, string> environment) => string.Concat(
        environment.Where(variable => variable.Key != "LC_ALL").Select(variable => $"export {variable.Key}={Word(variable.Value)}; "));

    private static string Word(string value) => ShellQuoting.Quote(value).Replace("\n", "'\"$nl\"'", StringComparison.Ordinal);

    private static async Task<string> ReadGreetingAsync(Stream stream, ShellAnswer answer, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[4096];
        while (true)
        {
            answer.Add(buffer.AsSpan(0, await ReadAsync(stream, buffer, cancellationToken).ConfigureAwait(false)));
            if (answer.Greeting() is { } greeting)
                return greeting;
        }
    }

    private async Task<(int Status, byte[] Text)> ReadAnswerAsync(
        Stream stream, ErrorStreamReader? reader, CancellationToken cancellationToken)
    {
        var answer = new ShellAnswer(_mark);
        byte[] buffer = new byte[32 * 1024];
        while (true)
        {
            answer.Add(buffer.AsSpan(0, await ReadAsync(stream, buffer, cancellationToken).ConfigureAwait(false)));
            reader?.Take(answer.News());
            if (answer.End() is not { } end)
                continue;
            reader?.EndLine();
            return (end.Status, reader is null ? answer.Text[..end.Length].ToArray() : []);
        }
    }

    private static async Task<int> ReadAsync(Stream stream, byte[] buffer, CancellationToken cancellationToken)
    {
        int count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        return count > 0 ? count : throw new EndOfStreamException("The shell has been ended.");
    }
}
