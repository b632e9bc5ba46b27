using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace PgHa.Engine.Machines.Local;

/// <summary>Runs one program to its end, with its streams, its deadline and its cancellation.</summary>
internal static class ProgramRunner
{
    // A server started by the program may keep the streams open as long as it runs; then the reading ends after this time. For
    // any other program the streams are read to their end, which may come long after the end of the program on a busy machine:
    // otherwise half of a configuration file would look complete.
    private static readonly TimeSpan StreamGrace = TimeSpan.FromMilliseconds(300);

    /// <summary>How the program ended.</summary>
    /// <param name="ExitCode">Its exit status.</param>
    /// <param name="Output">All of its standard output.</param>
    /// <param name="Error">The last 64 KiB of its error stream.</param>
    public sealed record Outcome(int ExitCode, byte[] Output, string Error)
    {
        /// <summary>The same with the output as text.</summary>
        public CommandResult ToResult() => new(ExitCode, Encoding.UTF8.GetString(Output), Error) { OutputBytes = Output };
    }

    /// <summary>Starts the program and waits for it. Cancellation and deadline end it and what it started.</summary>
    /// <param name="start">What is started; streams and <c>LC_ALL</c> are set here.</param>
    /// <param name="command">Input, deadline, environment and who listens to the error stream.</param>
    /// <param name="behindLauncher">Whether what is started only starts the program.</param>
    /// <param name="host">Where, for messages.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    public static async Task<Outcome> RunAsync(
        ProcessStartInfo start, HostCommand command, bool behindLauncher, string host, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach ((string name, string value) in command.Environment)
            start.Environment[name] = value;
        Prepare(start);
        using var process = new Process { StartInfo = start };
        Start(process, command, host);
        using Stream input = process.StandardInput.BaseStream;
        using Stream output = process.StandardOutput.BaseStream;
        using Stream error = process.StandardError.BaseStream;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(command.Timeout);
        using var streamsEnd = new CancellationTokenSource();
        using var feedingEnd = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, streamsEnd.Token);
        var collected = new MemoryStream();
        var errorReader = new ErrorStreamReader(command.OnErrorLine);
        Task streams = Task.WhenAll(
            FeedAsync(input, command.StandardInput, feedingEnd.Token),
            CollectAsync(output, collected, streamsEnd.Token),
            errorReader.ReadAsync(error, streamsEnd.Token));

        bool ended = true;
        try
        {
            await process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            ended = false;
            await ProcessTree.EndAsync(process, behindLauncher).ConfigureAwait(false);
        }

        if (!ended || command.StartsServer)
            streamsEnd.CancelAfter(ended ? StreamGrace : TimeSpan.Zero);
        using (deadline.Token.Register(streamsEnd.Cancel))
            await streams.ConfigureAwait(false);
        ended &= command.StartsServer || !streamsEnd.IsCancellationRequested;
        if (ended)
            return new Outcome(process.ExitCode, collected.ToArray(), errorReader.Tail);
        cancellationToken.ThrowIfCancellationRequested();
        throw HostErrors.TimedOut(command, host, errorReader.LastLine);
    }

    /// <summary>Redirects the streams of a program, and sets the language of its messages, because PgHa reads them.</summary>
    public static void Prepare(ProcessStartInfo start)
    {
        start.UseShellExecute = false;
        start.CreateNoWindow = true;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment["LC_ALL"] = "C";
    }

    private static void Start(Process process, HostCommand command, string host)
    {
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw HostErrors.ProgramNotFound(command.Program, host, e);
        }
    }

    private static async Task FeedAsync(Stream input, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            if (!content.IsEmpty)
                await input.WriteAsync(content, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // A program need not read its input. Its exit status tells whether it failed.
        }
        finally
        {
            // Also after a cancellation: a shell handles an interrupt only after its child, which may wait for input, has ended.
            await input.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task CollectAsync(Stream output, MemoryStream collected, CancellationToken cancellationToken)
    {
        try
        {
            await output.CopyToAsync(collected, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
