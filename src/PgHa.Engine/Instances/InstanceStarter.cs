using System.Globalization;
using PgHa.Engine.Configuration;
using PgHa.Engine.Instances.Control;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Instances;

/// <summary>Starts one server and watches it come up.</summary>
internal sealed class InstanceStarter
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    // Listing processes costs more than reading one file.
    private static readonly TimeSpan ProcessLook = TimeSpan.FromMilliseconds(200);

    private readonly EngineContext _context;
    private readonly IHost _host;
    private readonly PgInstance _instance;
    private readonly InstanceControl _control;
    private readonly PostmasterProbe _probe;
    private readonly KeptOptions _kept;

    public InstanceStarter(EngineContext context, IHost host, PgInstance instance, InstanceControl control, KeptOptions kept)
    {
        _kept = kept;
        _context = context;
        _host = host;
        _instance = instance;
        _control = control;
        _probe = new PostmasterProbe(host, instance.DataDirectory!);
    }

    /// <summary>Whether the server keeps all WAL during this run.</summary>
    public bool KeepsAllWal { get; init; }

    private string Directory => _instance.DataDirectory!;

    public async Task<PostmasterPid> StartAsync(CancellationToken cancellationToken)
    {
        NewDataDirectory.RequireUsableName(Directory);
        await RejoinDirectory.RequireCompleteAsync(_host, Directory, cancellationToken).ConfigureAwait(false);
        var deadline = Deadline.In(_context.Timeout);
        IReadOnlyList<string> names = await _host.ListAsync(Directory, cancellationToken).ConfigureAwait(false) ?? [];
        ServerDialect dialect = await InstanceControl.DialectAsync(_instance, _host, cancellationToken).ConfigureAwait(false);
        _context.WarnOfUnknownMajor(_instance, dialect.Version);
        if (!names.Contains(DataDirectoryVersion.FileName))
            throw RejoinDirectory.Incomplete(Directory, names) ?? DataDirectoryVersion.Missing(Directory);
        // A server that PgHa has just stopped needs no check: it has run.
        if (_kept == KeptOptions.None)
            await RejoinDirectory.RequireNoTraceAsync(_host, _instance, dialect, names, cancellationToken).ConfigureAwait(false);
        IServerControl control = await ServerControls.OfAsync(_context, _host, _instance, cancellationToken).ConfigureAwait(false);
        PostmasterPid? old = null;
        if (names.Contains(PostmasterProbe.FileName))
        {
            InstanceStatus status = await SettledAsync(deadline, cancellationToken).ConfigureAwait(false);
            if (status.IsUp)
            {
                _context.Log.Step($"{_instance} runs already");
                return status.Pid!;
            }

            old = status.Pid;
            if (status.State == InstanceState.Starting)
                return await WatchAsync(null, control, dialect, deadline, cancellationToken).ConfigureAwait(false);

            await RemoveCopiedPidFileAsync(status, cancellationToken).ConfigureAwait(false);
        }

        RefuseLeftoverRecoveryConf(names, dialect);
        await control.RequireAsync(ControlAct.Start, cancellationToken).ConfigureAwait(false);
        _context.Log.Step($"Starting {_instance} by {control.Name}");
        LaunchOutcome outcome = await control.StartAsync(
            await LaunchAsync(names, dialect, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return await AwaitAsync(outcome, old, control, dialect, deadline, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Restarts a server that is up in one step, and returns when it is up again.</summary>
    /// <returns><see langword="null"/>: its control has no such step, or the server does not run.</returns>
    public async Task<PostmasterPid?> TryRestartAsync(StopMode mode, CancellationToken cancellationToken)
    {
        var deadline = Deadline.In(_context.Timeout);
        IServerControl control = await ServerControls.OfAsync(_context, _host, _instance, cancellationToken).ConfigureAwait(false);
        await control.RequireAsync(ControlAct.Restart, cancellationToken).ConfigureAwait(false);
        InstanceStatus status = await _control.GetStatusAsync(_instance, cancellationToken).ConfigureAwait(false);
        if (!status.IsUp)
            return null;
        IReadOnlyList<string> names = await _host.ListAsync(Directory, cancellationToken).ConfigureAwait(false) ?? [];
        ServerDialect dialect = await InstanceControl.DialectAsync(_instance, _host, cancellationToken).ConfigureAwait(false);
        RefuseLeftoverRecoveryConf(names, dialect);
        ServerLaunch launch = await LaunchAsync(names, dialect, cancellationToken).ConfigureAwait(false);
        _context.Sessions?.Release();
        return await control.TryRestartAsync(mode, launch, cancellationToken).ConfigureAwait(false) is { } outcome
            ? await AwaitAsync(outcome, status.Pid, control, dialect, deadline, cancellationToken).ConfigureAwait(false)
            : null;
    }

    private async Task<PostmasterPid> AwaitAsync(
        LaunchOutcome outcome, PostmasterPid? old, IServerControl control, ServerDialect dialect, Deadline deadline,
        CancellationToken cancellationToken)
    {
        // The owner's command may give up earlier than the server.
        if (!outcome.Result.Succeeded && !await GoesOnAsync(old, cancellationToken).ConfigureAwait(false))
            throw await FailedAsync(control.Log, outcome.Result.Error, cancellationToken).ConfigureAwait(false);
        PostmasterPid? launched = outcome.Pid;
        if (launched is null || !IsNew(launched, old) || !await IsUpAsync(launched, dialect, cancellationToken).ConfigureAwait(false))
            launched = await WatchAsync(old, control, dialect, deadline, cancellationToken).ConfigureAwait(false);
        _context.Log.Step(string.Create(
            CultureInfo.InvariantCulture, $"{_instance} is up after {deadline.Elapsed.TotalMilliseconds:0} ms"));
        return launched;
    }

    // Waits for a server that is shutting down, because it still uses its port and its files.
    private async Task<InstanceStatus> SettledAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        InstanceStatus status = await _control.GetStatusAsync(_instance, cancellationToken).ConfigureAwait(false);
        if (status.State == InstanceState.Stopping)
        {
            await Poll.UntilAsync(
                async () =>
                {
                    status = await _control.GetStatusAsync(_instance, cancellationToken).ConfigureAwait(false);
                    return status.State != InstanceState.Stopping;
                },
                Look, deadline,
                () => TimedOut(
                    "was still shutting down", "Look for what it waits for (Get-PgServerProcess), or stop it with -Mode Immediate."),
                cancellationToken).ConfigureAwait(false);
        }

        return status;
    }

    // The server would refuse to start while the process in postmaster.pid runs, although that is the server of another directory.
    private async Task RemoveCopiedPidFileAsync(InstanceStatus status, CancellationToken cancellationToken)
    {
        if (status is not { State: InstanceState.Stopped, Pid: { } copied })
            return;
        _context.Log.Warn(
            $"{_instance}: postmaster.pid was copied from '{copied.DataDirectory}', "
            + $"whose server runs as process {copied.ProcessId}; it is removed. "
            + "A plain copy of a running server's directory is no base backup: it may be damaged.");
        await _host.DeleteFileAsync(HostPath.Combine(Directory, PostmasterProbe.FileName), cancellationToken).ConfigureAwait(false);
    }

    private void RefuseLeftoverRecoveryConf(IReadOnlyList<string> names, ServerDialect dialect)
    {
        if (dialect.UsesRecoveryConf || !names.Contains("recovery.conf"))
            return;
        StartFailure failure = StartFailure.Of("using recovery command file \"recovery.conf\" is not supported");
        throw new PgHaException(failure.ErrorId, failure.Kind, $"{_instance} {failure.Reason}.", failure.Advice, _instance.ToString());
    }

    private async Task<ServerLaunch> LaunchAsync(
        IReadOnlyList<string> names, ServerDialect dialect, CancellationToken cancellationToken)
    {
        // PgHa added this option for the last run only, to keep all WAL. So it is not kept.
        PostmasterOption[] last = [.. (await StartOptions.ReadAsync(_host, Directory, cancellationToken).ConfigureAwait(false))
            .Where(option => !option.Words.Contains(dialect.KeepsAllWal))];
        return new ServerLaunch(names, dialect, last, _kept, KeepsAllWal);
    }

    private async Task<PostmasterPid> WatchAsync(
        PostmasterPid? old, IServerControl control, ServerDialect dialect, Deadline deadline, CancellationToken cancellationToken)
    {
        TimeSpan nextProcessLook = deadline.Elapsed + ProcessLook;
        PostmasterPid? pid = null;
        using var progress = new StartProgress(_context, _host, _instance, control.Log, deadline);
        await Poll.UntilAsync(
            async () =>
            {
                pid = await _probe.ReadAsync(cancellationToken).ConfigureAwait(false);
                bool isOurs = pid is not null && IsNew(pid, old);
                if (isOurs && await IsUpAsync(pid!, dialect, cancellationToken).ConfigureAwait(false))
                    return true;
                await progress.ReportAsync(cancellationToken).ConfigureAwait(false);
                if (deadline.Elapsed <= nextProcessLook)
                    return false;
                nextProcessLook = deadline.Elapsed + ProcessLook;
                bool hasProcess = isOurs
                    ? await _probe.JudgeAsync(pid!, cancellationToken).ConfigureAwait(false) == PidFileMeaning.Running
                    : await _probe.HasProcessAsync(cancellationToken).ConfigureAwait(false);
                if (!hasProcess && !await control.IsStartingAsync(cancellationToken).ConfigureAwait(false))
                    throw await FailedAsync(control.Log, "", cancellationToken).ConfigureAwait(false);
                return false;
            },
            Look, deadline,
            async () =>
            {
                string lastLine = StartLog.LastLines(await control.Log.ReadAsync(cancellationToken).ConfigureAwait(false), 1);
                return TimedOut(
                    $"was still starting (it goes on). Its log says last: {lastLine}",
                    "Wait longer (-Timeout), or look at its log (Get-PgServerLog).");
            },
            cancellationToken).ConfigureAwait(false);
        return pid!;
    }

    private async Task<bool> GoesOnAsync(PostmasterPid? old, CancellationToken cancellationToken) =>
        await _probe.ReadAsync(cancellationToken).ConfigureAwait(false) is { } pid
            ? IsNew(pid, old) && await _probe.JudgeAsync(pid, cancellationToken).ConfigureAwait(false) == PidFileMeaning.Running
            : await _probe.HasProcessAsync(cancellationToken).ConfigureAwait(false);

    private static bool IsNew(PostmasterPid pid, PostmasterPid? old) => (pid.ProcessId, pid.StartTime) != (old?.ProcessId, old?.StartTime);

    private async Task<bool> IsUpAsync(PostmasterPid pid, ServerDialect dialect, CancellationToken cancellationToken) =>
        dialect.HasPostmasterStatusLine
            ? pid.Status is PostmasterStatus.Ready or PostmasterStatus.Standby
            : pid.Port is not null && (await _control.GetStatusAsync(_instance, cancellationToken).ConfigureAwait(false)).IsUp;

    private PgHaException TimedOut(string what, string advice) => new(
        ErrorIds.OperationTimeout, PgHaErrorKind.Timeout, $"After {TimeText.Seconds(_context.Timeout)} {_instance} {what}.", advice,
        _instance.ToString());

    private async Task<PgHaException> FailedAsync(StartLog log, string said, CancellationToken cancellationToken)
    {
        string lines = await log.ReadAsync(cancellationToken).ConfigureAwait(false);
        StartFailure failure = StartFailure.Of(lines);
        // The server ended before it touched its data. postgres -C names every wrong line, with advice.
        if (failure.ErrorId == ErrorIds.ConfigurationInvalid)
            await ConfigurationCheck.RequireAsync(_host, _instance, _kept, cancellationToken).ConfigureAwait(false);
        string reason = failure.Reason;
        if (failure.IsPortInUse
            && await new PortOwner(_context.MachineOf(_instance), _host, Directory).DescribeAsync(
                lines, cancellationToken).ConfigureAwait(false) is { } owner)
        {
            reason = $"cannot have its port: it is taken by {owner}";
        }
        else if (lines.Length == 0 && said.Trim() is { Length: > 0 } message)
            reason = $"did not start: {message}";
        return new PgHaException(
            failure.ErrorId, failure.Kind,
            lines.Length == 0 || failure.IsPortInUse
                ? $"{_instance} {reason}."
                : $"{_instance} {reason}. Its log says:\n{StartLog.LastLines(lines, 12)}",
            failure.Advice, _instance.ToString(), new ServerLogException(lines));
    }
}
