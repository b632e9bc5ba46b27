using System.Globalization;
using PgHa.Engine.Instances;
using PgHa.Engine.Instances.Control;
using PgHa.Engine.Servers;
using PgHa.Engine.Wal;

namespace PgHa.Engine.Recovery.Restore;

/// <summary>
/// Runs the recovery of a restored server: starts the server, waits for its target, and ends the recovery as asked.
/// </summary>
internal sealed class RestoredServer
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly EngineContext _context;
    private readonly RestorePlan _plan;
    private readonly InstanceControl _control;
    private PgInstance _instance = new();

    public RestoredServer(EngineContext context, RestorePlan plan)
    {
        _context = context;
        _plan = plan;
        _control = new InstanceControl(context);
    }

    /// <summary>Canceled by Ctrl+C: recovery may take hours, and stopping it does no harm.</summary>
    public CancellationToken Stopping { get; init; }

    /// <summary>The server and the position that its recovery has reached.</summary>
    public RestoredInstance? Result { get; private set; }

    private RecoveryTarget Target => _plan.Options.Target;

    /// <summary>Starts the server. Returns when it has paused at its target, or is promoted at the end of the WAL.</summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Stopping);
        PgInstance found = await new InstanceFinder(_context, _plan.Options.Machine).FromDirectoryAsync(
            _plan.Target.Directory, cancellationToken).ConfigureAwait(false);
        _instance = found with { Name = _plan.Options.Name, BinDirectory = _plan.BinDirectory };
        try
        {
            _instance = _plan.Options.Reached(await _control.StartAsync(_instance, stopping.Token).ConfigureAwait(false));
            await WatchAsync(stopping.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is PgHaException or OperationCanceledException)
        {
            // A server that did not reach its target must not be taken for one that did.
            await StopQuietlyAsync().ConfigureAwait(false);
            if (e is not PgHaException failure)
                throw;
            throw new PgHaException(
                failure.ErrorId, failure.Kind, $"{failure.Message} It is stopped.",
                $"{failure.Advice} What was restored stays in '{_plan.Target.Directory}'; "
                    + "remove it (Remove-PgInstance) before you restore there again.",
                failure.Server, failure);
        }
        finally
        {
            _context.Log.Progress(new EngineProgress(Activity, "done", IsCompleted: true));
        }
    }

    /// <summary>Ends recovery at the target. The server begins a new timeline.</summary>
    public async Task PromoteAsync(CancellationToken cancellationToken)
    {
        if (Result!.State == RestoredServerState.Paused)
            await ReplayControl.ResumeAsync(_context, _instance, allowPromotion: true, cancellationToken).ConfigureAwait(false);
        Checkpoint checkpoint = await Checkpoints.RunAsync(_context, _instance, cancellationToken).ConfigureAwait(false);
        Result = Result with { State = RestoredServerState.Primary, Timeline = checkpoint.Timeline };
    }

    /// <summary>Stops the server. Started again, it pauses at the target once more.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _control.StopAsync(_instance, StopMode.Fast, cancellationToken).ConfigureAwait(false);
        Result = Result! with { State = RestoredServerState.Stopped };
    }

    private string Activity => $"Recovery of {_plan.Options.Name}";

    private Task WatchAsync(CancellationToken cancellationToken) => Poll.UntilAsync(
        async () =>
        {
            if (await TryReadAsync(cancellationToken).ConfigureAwait(false) is not { } state)
                return false;
            if (state is { IsPaused: false, InRecovery: true })
            {
                _context.Log.Progress(new EngineProgress(Activity, string.Create(
                    CultureInfo.InvariantCulture,
                    $"at {state.Lsn}{(state.LastTransaction is { } time ? $", {time:yyyy-MM-dd HH:mm:ss}" : "")}")));
                return false;
            }

            await RequireTargetAsync(state, cancellationToken).ConfigureAwait(false);
            Result = new RestoredInstance
            {
                Server = _instance,
                State = state.InRecovery ? RestoredServerState.Paused : RestoredServerState.Primary,
                Target = Target,
                Lsn = state.Lsn,
                LastTransactionTime = state.LastTransaction,
                Timeline = state.Lsn is { } lsn ? _plan.Route.TimelineAt(lsn) : _plan.Route.History.Timeline,
            };
            return true;
        },
        Look, Deadline.In(_context.Timeout), () => TimedOut("had not recovered to its target"), cancellationToken);

    // PostgreSQL 12 and older promote a server at the end of the WAL if its target does not come. A server that does not answer
    // queries yet does not pause at its target.
    private async Task RequireTargetAsync(State state, CancellationToken cancellationToken)
    {
        if (Target.Kind == RecoveryTargetKind.EndOfWal)
            return;
        string log = await LogAsync(cancellationToken).ConfigureAwait(false);
        bool stopped = log.Contains("recovery stopping", StringComparison.Ordinal);
        if (!state.InRecovery && !stopped && !_plan.Dialect.FailsWithoutTarget)
        {
            throw new PgHaException(
                ErrorIds.TargetNotReached, PgHaErrorKind.NotFound,
                $"{_instance} has replayed all WAL there is, up to {state.Lsn}"
                    + $"{(state.LastTransaction is { } last ? $" ({TimeText.Of(last)})" : "")}, and {Target} did not come.",
                "Check name, time or transaction of the target, and whether the archive is complete (Test-PgArchive).",
                _instance.ToString());
        }

        if (!state.InRecovery && _plan.Options.Action != RecoveryTargetAction.Promote)
        {
            throw new PgHaException(
                ErrorIds.RecoveryNotPaused, PgHaErrorKind.InvalidState,
                $"{_instance} reached {Target} before it could answer queries, and was promoted there instead of pausing.",
                "Restore it with -TargetAction Promote, or to a later target.", _instance.ToString());
        }

        if (state.InRecovery && !stopped && log.Contains("insufficient parameter settings", StringComparison.Ordinal))
        {
            StartFailure failure = StartFailure.Of(log);
            throw new PgHaException(failure.ErrorId, failure.Kind, $"{_instance} {failure.Reason}.", failure.Advice, _instance.ToString());
        }
    }

    private async Task<State?> TryReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e) when (
            e.ErrorId is ErrorIds.ServerAnswersNoSql or ErrorIds.ServerUnreachable or ErrorIds.ConnectionLost or ErrorIds.StatementFailed)
        {
            if ((await _control.GetStatusAsync(_instance, cancellationToken).ConfigureAwait(false)).HasProcess)
                return null;
            string log = await LogAsync(cancellationToken).ConfigureAwait(false);
            StartFailure failure = StartFailure.Of(log);
            throw new PgHaException(
                failure.ErrorId, failure.Kind, $"{_instance} {failure.Reason}. Its log says:\n{StartLog.LastLines(log, 8)}\n",
                failure.Advice, _instance.ToString(), new ServerLogException(log));
        }
    }

    private async Task<State> ReadAsync(CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(_context, _instance, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            ServerDialect dialect = session.Dialect;
            return (await session.QueryAsync(
                $"""
                select r.in_recovery, case when r.in_recovery then {dialect.IsReplayPausedFunction}() else false end as is_paused,
                       {dialect.LastWalReplayLsnFunction}()::text as lsn, pg_last_xact_replay_timestamp() as last_transaction
                from (select pg_is_in_recovery() as in_recovery) r
                """,
                row => new State(
                    row.Get<bool>("in_recovery"), row.Get<bool>("is_paused"), row.Lsn("lsn"), row.Get<DateTimeOffset?>("last_transaction")),
                cancellationToken).ConfigureAwait(false))[0];
        }
    }

    private async Task<string> LogAsync(CancellationToken cancellationToken)
    {
        IServerControl control = await ServerControls.OfAsync(_context, _plan.Host, _instance, cancellationToken).ConfigureAwait(false);
        return await control.Log.ReadAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task StopQuietlyAsync()
    {
        try
        {
            await _control.StopAsync(_instance, StopMode.Fast, CancellationToken.None).ConfigureAwait(false);
        }
        catch (PgHaException e)
        {
            _context.Log.Warn($"{_instance} could not be stopped: {e.Message}");
        }
    }

    private PgHaException TimedOut(string what) => new(
        ErrorIds.OperationTimeout, PgHaErrorKind.Timeout,
        $"After {TimeText.Seconds(_context.Timeout)} {_instance} {what}.",
        "Wait longer (-Timeout).", _instance.ToString());

    private sealed record State(bool InRecovery, bool IsPaused, Lsn? Lsn, DateTimeOffset? LastTransaction);
}
