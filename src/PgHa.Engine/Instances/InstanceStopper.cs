using PgHa.Engine.Instances.Control;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Instances;

/// <summary>Stops one server, and meanwhile reports what it waits for.</summary>
internal sealed class InstanceStopper
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    // Looking at one process costs next to nothing, and clients of a cluster wait for the end of a server that is switched over.
    private static readonly TimeSpan ProcessLook = TimeSpan.FromMilliseconds(3);

    // These processes run until all others have ended, so the server does not wait for them.
    private static readonly string[] Permanent =
    [
        "logger", "syslogger", "checkpointer", "background writer", "writer process", "walwriter", "autovacuum launcher", "stats collector",
        "logical replication launcher", "io worker",
    ];

    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(500);

    private readonly EngineContext _context;
    private readonly IHost _host;
    private readonly PgInstance _instance;
    private readonly InstanceControl _control;
    private readonly PostmasterProbe _probe;

    public InstanceStopper(EngineContext context, IHost host, PgInstance instance, InstanceControl control)
    {
        _context = context;
        _host = host;
        _instance = instance;
        _control = control;
        _probe = new PostmasterProbe(host, instance.DataDirectory!);
    }

    public async Task StopAsync(StopMode mode, CancellationToken cancellationToken)
    {
        InstanceStatus status = await _control.GetStatusAsync(_instance, cancellationToken).ConfigureAwait(false);
        if (status is { HasProcess: true, Pid: null })
        {
            // The server has just been started. pg_ctl can stop it as soon as postmaster.pid exists.
            await Poll.UntilAsync(
                async () =>
                {
                    status = await _control.GetStatusAsync(_instance, cancellationToken).ConfigureAwait(false);
                    return status is not { HasProcess: true, Pid: null };
                },
                Look, Deadline.In(_context.Timeout), () => TimedOut(mode, "its postmaster.pid"), cancellationToken).ConfigureAwait(false);
        }

        if (!status.HasProcess)
        {
            await DataDirectoryVersion.ReadAsync(_host, _instance.DataDirectory!, cancellationToken).ConfigureAwait(false);
            _context.Log.Step($"{_instance} does not run");
            return;
        }

        IServerControl control = await ServerControls.OfAsync(_context, _host, _instance, cancellationToken).ConfigureAwait(false);
        await control.RequireAsync(ControlAct.Stop, cancellationToken).ConfigureAwait(false);
        _context.Log.Step($"Stopping {_instance} ({mode.ToString().ToLowerInvariant()}) by {control.Name}");
        // A smart stop waits for each client, and a connection may lead there through a pooler at another port.
        if (mode == StopMode.Smart)
            _context.Sessions?.Release();
        else
            _context.Sessions?.ReleasePort(status.Pid!.Port ?? _instance.Port);
        CommandResult result = await control.StopAsync(mode, cancellationToken).ConfigureAwait(false);
        // The order may have failed because the server has just ended. Only whether it has ended counts.
        await WaitAsync(mode, result, status.Pid!, cancellationToken).ConfigureAwait(false);
        await control.AfterStopAsync(cancellationToken).ConfigureAwait(false);
        _context.Log.Step($"{_instance} has stopped");
    }

    private async Task WaitAsync(StopMode mode, CommandResult signal, PostmasterPid stopping, CancellationToken cancellationToken)
    {
        string activity = $"Stopping {_instance}";
        var deadline = Deadline.In(_context.Timeout);
        TimeSpan nextReport = ReportInterval;
        string waitsFor = "";
        PostmasterPid? pid = stopping;
        try
        {
            await Poll.UntilAsync(
                async () =>
                {
                    pid = await RunningAsync(pid, cancellationToken).ConfigureAwait(false);
                    if (pid is not null && deadline.Elapsed > nextReport)
                    {
                        nextReport = deadline.Elapsed + ReportInterval;
                        if (!signal.Succeeded)
                            throw Failed(signal.Error.Trim());
                        waitsFor = await RemainingAsync(pid, cancellationToken).ConfigureAwait(false);
                        _context.Log.Progress(new EngineProgress(activity, waitsFor));
                    }

                    return pid is null;
                },
                left => Poll.PauseAsync(deadline.Elapsed < ReportInterval ? ProcessLook : Look, left, cancellationToken),
                deadline,
                async () => TimedOut(
                    mode, waitsFor.Length > 0 ? waitsFor : await RemainingAsync(pid!, cancellationToken).ConfigureAwait(false)))
                .ConfigureAwait(false);
        }
        finally
        {
            if (nextReport > ReportInterval)
                _context.Log.Progress(new EngineProgress(activity, waitsFor, IsCompleted: true));
        }
    }

    // The server removes postmaster.pid before it ends, and uses its port and its directory until the end. Somebody may have started
    // another server on the directory meanwhile.
    private async Task<PostmasterPid?> RunningAsync(PostmasterPid? pid, CancellationToken cancellationToken)
    {
        while (pid is not null && await _probe.JudgeAsync(pid, cancellationToken).ConfigureAwait(false) != PidFileMeaning.Running)
        {
            pid = await _probe.ReadAsync(cancellationToken).ConfigureAwait(false) is { } other && other.ProcessId != pid.ProcessId
                ? other
                : null;
        }

        return pid;
    }

    // The titles of PostgreSQL's processes tell what they do.
    private async Task<string> RemainingAsync(PostmasterPid pid, CancellationToken cancellationToken)
    {
        IReadOnlyList<HostProcess> processes = await _host.ListProcessesAsync(cancellationToken).ConfigureAwait(false);
        string[] children = [.. processes.Where(process => process.ParentId == pid.ProcessId).Select(process => process.CommandLine)];
        string[] telling = [.. children.Where(title => !Permanent.Any(name => title.Contains(name, StringComparison.Ordinal)))];
        const int Shown = 5;
        string more = telling.Length > Shown ? $" and {telling.Length - Shown} more" : "";
        return telling.Length == 0 ? "its shutdown checkpoint" : string.Join("; ", telling.Take(Shown)) + more;
    }

    private PgHaException Failed(string said) => new(
        ErrorIds.StopFailed, PgHaErrorKind.OperationFailed, $"{_instance} could not be told to stop: {said}", null, _instance.ToString());

    private PgHaException TimedOut(StopMode mode, string waitsFor) => new(
        ErrorIds.OperationTimeout,
        PgHaErrorKind.Timeout,
        $"{_instance} was still shutting down after {TimeText.Seconds(_context.Timeout)}, and goes on doing so. What is left: {waitsFor}.",
        mode == StopMode.Smart
            ? "Close the sessions, or stop it with -Mode Fast."
            : "Wait longer (-Timeout); -Mode Immediate ends it like a crash, and standbys may miss its last WAL.",
        _instance.ToString());
}
