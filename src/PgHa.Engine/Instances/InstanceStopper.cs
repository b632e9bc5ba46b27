using System.Diagnostics;
using PgHa.Engine.Instances.Control;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Instances;

/// <summary>Stops one server, and meanwhile reports what it waits for.</summary>
internal sealed class InstanceStopper
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
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
        _context.Sessions?.Release();
        CommandResult result = await control.StopAsync(mode, cancellationToken).ConfigureAwait(false);
        // The order may have failed because the server has just ended. Only whether it has ended counts.
        await WaitAsync(mode, result, cancellationToken).ConfigureAwait(false);
        await control.AfterStopAsync(cancellationToken).ConfigureAwait(false);
        _context.Log.Step($"{_instance} has stopped");
    }

    private async Task WaitAsync(StopMode mode, CommandResult signal, CancellationToken cancellationToken)
    {
        string activity = $"Stopping {_instance}";
        var elapsed = Stopwatch.StartNew();
        TimeSpan nextReport = ReportInterval;
        string waitsFor = "";
        try
        {
            while (await _probe.ReadAsync(cancellationToken).ConfigureAwait(false) is { } pid)
            {
                if (elapsed.Elapsed > nextReport)
                {
                    nextReport = elapsed.Elapsed + ReportInterval;
                    if (await _probe.JudgeAsync(pid, cancellationToken).ConfigureAwait(false) != PidFileMeaning.Running)
                        return;
                    if (!signal.Succeeded)
                        throw Failed(signal.Error.Trim());
                    waitsFor = await RemainingAsync(pid, cancellationToken).ConfigureAwait(false);
                    _context.Log.Progress(new EngineProgress(activity, waitsFor));
                }

                if (elapsed.Elapsed > _context.Timeout)
                {
                    if (waitsFor.Length == 0)
                        waitsFor = await RemainingAsync(pid, cancellationToken).ConfigureAwait(false);
                    throw TimedOut(mode, waitsFor);
                }

                await Task.Delay(Look, cancellationToken).ConfigureAwait(false);
            }

            // The server removes postmaster.pid before it ends, and uses its port and its directory until the end.
            while (await _probe.HasProcessAsync(cancellationToken).ConfigureAwait(false))
            {
                if (elapsed.Elapsed > _context.Timeout)
                    throw TimedOut(mode, "its main process");
                await Task.Delay(Look, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            if (nextReport > ReportInterval)
                _context.Log.Progress(new EngineProgress(activity, waitsFor, IsCompleted: true));
        }
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
