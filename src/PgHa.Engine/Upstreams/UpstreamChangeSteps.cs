using PgHa.Engine.Access;
using PgHa.Engine.Configuration;
using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.Procedures;
using PgHa.Engine.Recovery;
using PgHa.Engine.Replication;

namespace PgHa.Engine.Upstreams;

/// <summary>Makes the steps that have a standby follow another server.</summary>
internal sealed class UpstreamChangeSteps
{
    private readonly EngineContext _context;
    private readonly IHost _host;
    private readonly UpstreamChangeOptions _options;
    private readonly RecoveryOptions _recovery;
    private readonly RecoveryState _state;
    private readonly RecoveryConfiguration _now;
    private readonly PgInstance _standby;
    private byte[]? _oldPassFile;
    private bool _isChanged;
    private IReadOnlyCollection<int> _sendersBefore = [];

    public UpstreamChangeSteps(
        EngineContext context, IHost host, UpstreamChangeOptions options, RecoveryOptions recovery, RecoveryState state,
        RecoveryConfiguration now)
    {
        (_context, _host, _options, _recovery, _state, _now) = (context, host, options, recovery, state, now);
        _standby = now.Server;
    }

    private PgInstance Upstream => _options.Upstream;

    private string ApplicationName => _recovery.ApplicationName ?? _standby.Name;

    private string PassFile => HostPath.Combine(_standby.DataDirectory!, StandbyPassFile.Name);

    /// <summary>The steps.</summary>
    /// <param name="makesSlot">Whether the slot has to be made.</param>
    public UpstreamChangePlan Make(bool makesSlot)
    {
        Procedure procedure = new($"{_standby.Name}: change of the upstream to {Upstream}");
        RecoveryPlan change = new RecoveryPlanner(_standby, _state, _host.IsWindows).Plan(_recovery);
        PgInstance? old = OldUpstream();
        bool isElsewhere = old is not null && !UpstreamAddress.AreSame(old, Upstream);
        string? oldSlot = _now.SlotName is { } slot && (isElsewhere || slot != _recovery.SlotName) ? slot : null;
        if (change.IsEmpty && !makesSlot && _options.Login is null)
            return new UpstreamChangePlan(procedure, null);

        ProcedureStep? last = null;
        if (makesSlot)
            last = procedure.Add(Step(Upstream, $"Create slot {_recovery.SlotName}", last, CreateSlotAsync, RemoveNewSlotAsync));

        bool restarts = change.PendingRestart.Count > 0;
        string how = !_state.Status.HasProcess ? "for its next start" : restarts ? "and restart it" : "and reload";
        last = procedure.Add(Step(
            _standby,
            $"Follow {Upstream}"
                + $"{(_recovery.SlotName is { } used ? $" through slot {used}" : _now.SlotName is null ? "" : " without a slot")}, {how}",
            last, token => ChangeAsync(change, restarts, token), token => UndoAsync(change, restarts, token)));
        if (_state.Status.HasProcess)
            last = procedure.Add(Step(Upstream, $"Wait until {ApplicationName} streams from it", last, AwaitAsync, null));
        bool removes = oldSlot is not null && old is not null && _options.RemoveOldSlot && _state.Status.HasProcess;
        if (removes)
        {
            procedure.Add(Step(
                old!, $"Remove slot {oldSlot}, unless it is used", last, token => RemoveOldSlotAsync(old!, oldSlot!, token), null));
        }

        return new UpstreamChangePlan(procedure, oldSlot is null || removes ? null : $"'{oldSlot}'{(old is null ? "" : $" of {old}")}");
    }

    private ProcedureStep Step(
        PgInstance target, string description, ProcedureStep? after, Func<CancellationToken, Task> run,
        Func<CancellationToken, Task>? undo) => new(target.Name, description, run)
        {
            After = after is null ? [] : [after],
            Undo = _options.UndoOnFailure ? undo : null,
        };

    private PgInstance? OldUpstream() =>
        UpstreamAddress.Of(_standby, _now.PrimaryConninfo is { } text ? ConnectionSettings.Parse(text) : null);

    private Task CreateSlotAsync(CancellationToken cancellationToken) =>
        ReplicationSlots.CreatePhysicalAsync(_context, Upstream, _recovery.SlotName!, reserveWal: true, cancellationToken);

    private async Task RemoveNewSlotAsync(CancellationToken cancellationToken)
    {
        if ((await ReplicationSlots.GetAsync(_context, Upstream, cancellationToken).ConfigureAwait(false))
            .Any(slot => slot.Name == _recovery.SlotName))
        {
            await ReplicationSlots.RemoveAsync(
                _context, Upstream, _recovery.SlotName!, endConsumer: false, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ChangeAsync(RecoveryPlan change, bool restarts, CancellationToken cancellationToken)
    {
        _oldPassFile = await _host.ReadFileAsync(PassFile, cancellationToken).ConfigureAwait(false);
        if (_state.Status.HasProcess)
        {
            ReplicationStatus now = await ReplicationStatusReader.ReadOneAsync(_context, Upstream, cancellationToken).ConfigureAwait(false);
            _sendersBefore = [.. now.Standbys.Select(sender => sender.ProcessId)];
        }

        _isChanged = true;
        await new RecoverySettings(_context).WriteAsync(change, cancellationToken).ConfigureAwait(false);
        if (restarts)
        {
            await new InstanceControl(_context).RestartAsync(
                _standby, StopMode.Fast, KeptOptions.AllButRecovery, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task UndoAsync(RecoveryPlan change, bool restarts, CancellationToken cancellationToken)
    {
        if (!_isChanged)
            return;
        RecoveryState changed = await RecoveryState.ReadAsync(_context, _standby, cancellationToken).ConfigureAwait(false);
        RecoverySettingChange[] back =
        [
            .. change.Changes.Select(setting => new RecoverySettingChange(setting.Name, setting.NewValue, setting.OldValue)),
        ];
        if (_oldPassFile is { } content)
            await _host.WriteFileAsync(PassFile, content, mode: null, cancellationToken).ConfigureAwait(false);
        else
            await _host.DeleteFileAsync(PassFile, cancellationToken).ConfigureAwait(false);
        await new RecoveryWriter(_context, _host, _standby, changed).WriteAsync(
            new RecoveryPlan(_standby, changed, new RecoveryOptions(), back), cancellationToken).ConfigureAwait(false);
        if (restarts)
        {
            await new InstanceControl(_context).RestartAsync(
                _standby, StopMode.Fast, KeptOptions.AllButRecovery, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task AwaitAsync(CancellationToken cancellationToken) =>
        StreamingWait.UntilStreamingAsync(_context, Upstream, [ApplicationName], _sendersBefore, cancellationToken);

    // The standby follows its new upstream by now: a slot that is left over is worth a warning and no failure.
    private async Task RemoveOldSlotAsync(PgInstance old, string slot, CancellationToken cancellationToken)
    {
        try
        {
            await ReplicationSlots.RemoveUnusedAsync(_context, old, slot, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e)
        {
            _context.Log.Warn($"Slot '{slot}' of the old upstream {old} was not removed, and keeps WAL there: {e.Message}");
        }
    }
}
