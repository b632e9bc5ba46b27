using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using PgHa.Engine.Machines.Local;

namespace PgHa.Engine.Machines.Shell;

/// <summary>A POSIX shell that stays and runs one script after the other.</summary>
/// <remarks>
/// Starting a shell as another user takes a fork of the whole process of PowerShell. That takes several times as long as reading
/// a file with the shell.
/// </remarks>
[UnsupportedOSPlatform("windows")]
internal sealed class StandingShell : IDisposable
{
    // The mark begins each request and ends each answer. It is random, so that no other text can be mistaken for it, above all the
    // input that a failed script left unread. The variable nl is a line break, so that a request of one line can contain several.
    private const string Loop = """
        IFS= read -r mark || exit
        nl='
        '
        while IFS= read -r line; do
            case $line in "$mark "*) ;; *) continue ;; esac
            eval "${line#"$mark "}"
            status=$?
            printf '%s\n' "$mark $status"
            printf '%s\n' "$mark $status" >&2
        done
        """;

    private const int LongestStatus = 4; // three digits and the end of the line

    private readonly Process _process;
    private readonly string _mark = RandomNumberGenerator.GetHexString(32);
    private readonly Dictionary<string, string> _scripts = [];
    private readonly Stream _input;
    private readonly Stream _output;
    private readonly Stream _error;

    /// <summary>Starts it.</summary>
    public StandingShell(ShellLauncher launcher)
    {
        ProcessStartInfo start = launcher.Shell(Loop, []);
        ProgramRunner.Prepare(start);
        _process = Process.Start(start)!;
        _input = _process.StandardInput.BaseStream;
        _output = _process.StandardOutput.BaseStream;
        _error = _process.StandardError.BaseStream;
        _input.Write(Encoding.ASCII.GetBytes($"{_mark}\n"));
    }

    /// <summary>Whether it can run another script.</summary>
    public bool IsUsable { get; private set; } = true;

    /// <summary>Whether somebody has ended it.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Runs a script. After a failure that leaves its state unknown, the shell is no longer usable.</summary>
    /// <param name="script">The script.</param>
    /// <param name="arguments">Its positional parameters.</param>
    /// <param name="input">Its input. The script has to know the length, because there is no end of file.</param>
    /// <param name="cancellationToken">Ends the script, and the shell with it.</param>
    /// <exception cref="IOException">The shell has been ended.</exception>
    public async Task<ProgramRunner.Outcome> RunAsync(
        string script, IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        IsUsable = false;
        try
        {
            Task<(int Status, byte[] Text)> output = ReadAnswerAsync(_output, cancellationToken);
            Task<(int Status, byte[] Text)> error = ReadAnswerAsync(_error, cancellationToken);
            await SendAsync(script, arguments, input, cancellationToken).ConfigureAwait(false);
            (int status, byte[] text) = await output.ConfigureAwait(false);
            string said = Encoding.UTF8.GetString((await error.ConfigureAwait(false)).Text);
            IsUsable = status == 0 || input.IsEmpty;
            return new ProgramRunner.Outcome(status, text, said);
        }
        catch (OperationCanceledException)
        {
            await ProcessTree.EndAsync(_process, behindLauncher: false).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Lets it end: it reads to the end of its input.</summary>
    public void Dispose()
    {
        _input.Dispose();
        _output.Dispose();
        _error.Dispose();
        _process.Dispose();
    }

    private async Task SendAsync(
        string script, IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        var request = new StringBuilder();
        if (!_scripts.TryGetValue(script, out string? name))
        {
            name = $"script{_scripts.Count}";
            _scripts.Add(script, name);
            request.Append(CultureInfo.InvariantCulture, $"{name}={Word(script)}; ");
        }

        request.Append("( set --")
            .AppendJoin("", arguments.Select(argument => $" {Word(argument)}"))
            .Append(CultureInfo.InvariantCulture, $"; eval \"${name}\" )");
        if (input.IsEmpty)
            request.Append(" </dev/null");
        await _input.WriteAsync(Encoding.UTF8.GetBytes($"{_mark} {request}\n"), cancellationToken).ConfigureAwait(false);
        if (!input.IsEmpty)
        {
            try
            {
                await _input.WriteAsync(input, cancellationToken).ConfigureAwait(false);
            }
            catch (IOException)
            {
                // A script may fail before it has read its input; its exit status says so.
            }
        }

        await _input.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static string Word(string value) => ShellQuoting.Quote(value).Replace("\n", "'\"$nl\"'", StringComparison.Ordinal);

    private async Task<(int Status, byte[] Text)> ReadAnswerAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] mark = Encoding.ASCII.GetBytes($"{_mark} ");
        var answer = new MemoryStream();
        byte[] buffer = new byte[32 * 1024];
        while (true)
        {
            int count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (count == 0)
                throw new EndOfStreamException("The shell has been ended.");
            answer.Write(buffer, 0, count);
            if (buffer[count - 1] != '\n')
                continue;
            Span<byte> all = answer.GetBuffer().AsSpan(0, (int)answer.Length);
            int tail = Math.Max(0, all.Length - mark.Length - LongestStatus);
            int end = all[tail..].IndexOf(mark);
            if (end >= 0)
                return (int.Parse(all[(tail + end + mark.Length)..^1], CultureInfo.InvariantCulture), all[..(tail + end)].ToArray());
        }
    }
}
