using System.Globalization;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Instances.Control;

/// <summary>Runs <c>pg_ctl</c>, and waits after a start for the short time that most servers need.</summary>
/// <remarks>
/// <c>pg_ctl</c> would check the state only ten times a second. A script in the same shell checks more often, without starting a
/// program as the server's user for each check. If a server takes longer, PgHa goes on checking itself.
/// </remarks>
internal sealed class PgCtl
{
    // Arguments: the startup log, postmaster.pid, and pg_ctl with its arguments. Prints the length of the log before the start,
    // and the content of postmaster.pid at the end. The eighth line of postmaster.pid is the server's state.
    private const string StartScript = """
        log=$1 file=$2
        shift 2
        before=$(wc -c 2>/dev/null < "$log")
        "$@" || exit
        looks=0
        while :; do
            text= lines=0 state=
            if [ -r "$file" ]; then
                while read -r line; do
                    lines=$((lines + 1))
                    [ $lines -eq 8 ] && state=$line
                    text="$text$line
        "
                done < "$file"
            fi
            case $state in ready | standby) break ;; esac
            looks=$((looks + 1))
            [ $looks -gt 60 ] && break
            # No server is up sooner; and where several start, each look takes time from all of them.
            if [ $looks -eq 1 ]; then sleep 0.03; else sleep 0.008; fi
        done
        printf '%s\n%s' "${before:-0}" "$text"
        """;

    private readonly IHost _host;
    private readonly string _program;
    private readonly string _dataDirectory;

    public PgCtl(IHost host, string program, string dataDirectory)
    {
        _host = host;
        _program = program;
        _dataDirectory = dataDirectory;
    }

    private string PidFile => HostPath.Combine(_dataDirectory, PostmasterProbe.FileName);

    /// <summary>Starts the server in the background.</summary>
    /// <param name="logPath">Where its output goes.</param>
    /// <param name="options">Options for the server; none if empty.</param>
    /// <param name="ownSession">Whether the server has to be given a session of its own.</param>
    /// <param name="timeout">How long <c>pg_ctl</c> may take.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task<(CommandResult Result, long LogLength, PostmasterPid? Pid)> StartAsync(
        string logPath, string options, bool ownSession, TimeSpan timeout, CancellationToken cancellationToken)
    {
        List<string> command = [_program, "start", "-W", "-s", "-D", _dataDirectory, "-l", logPath];
        if (options.Length > 0)
            command.AddRange(["-o", options]);
        if (ownSession)
            command.Insert(0, "setsid");
        if (_host.IsWindows)
        {
            long length = (await _host.StatAsync(logPath, cancellationToken).ConfigureAwait(false))?.Length ?? 0;
            return (await RunAsync(command, timeout, cancellationToken).ConfigureAwait(false), length, null);
        }

        HostCommand shell = new("sh", ["-c", StartScript, "sh", logPath, PidFile, .. command])
        {
            StartsServer = true,
            Timeout = timeout,
            Wrapped = command,
        };
        CommandResult result = await _host.RunAsync(shell, cancellationToken).ConfigureAwait(false);
        string[] output = result.Output.Split('\n', 2);
        _ = long.TryParse(output[0], CultureInfo.InvariantCulture, out long before);
        return (result, before, output.Length > 1 ? PostmasterProbe.TryParse(output[1]) : null);
    }

    /// <summary>Tells the server to stop.</summary>
    public Task<CommandResult> StopAsync(StopMode mode, TimeSpan timeout, CancellationToken cancellationToken) =>
        RunAsync(
            [_program, "stop", "-W", "-s", "-m", mode.ToString().ToLowerInvariant(), "-D", _dataDirectory], timeout, cancellationToken);

    /// <summary>Tells the server to read its configuration again.</summary>
    public Task<CommandResult> ReloadAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        RunAsync([_program, "reload", "-s", "-D", _dataDirectory], timeout, cancellationToken);

    /// <summary>Tells the server to end recovery and become a primary; returns at once.</summary>
    public Task<CommandResult> PromoteAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        RunAsync([_program, "promote", "-W", "-s", "-D", _dataDirectory], timeout, cancellationToken);

    private Task<CommandResult> RunAsync(List<string> command, TimeSpan timeout, CancellationToken cancellationToken) =>
        _host.RunAsync(
            new HostCommand(command[0], [.. command.Skip(1)]) { StartsServer = command.Contains("start"), Timeout = timeout },
            cancellationToken);
}
