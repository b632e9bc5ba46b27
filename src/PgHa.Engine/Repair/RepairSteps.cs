using PgHa.Engine.Procedures;

namespace PgHa.Engine.Repair;

/// <summary>Makes the steps of a repair.</summary>
internal sealed class RepairSteps
{
    private readonly RepairCase _case;
    private readonly RepairDecision _decision;
    private readonly bool _isRewound;
    private readonly bool _runs;
    private readonly RepairWork _work;
    private readonly Procedure _procedure;
    private ProcedureStep? _last;

    public RepairSteps(EngineContext context, RepairCase repair, RepairDecision decision, bool isRewound, bool runs)
    {
        (_case, _decision, _isRewound, _runs) = (repair, decision, isRewound, runs);
        _work = new RepairWork(context, repair);
        _procedure = new Procedure($"Repair of {repair.Server.Name}");
    }

    private string Server => _case.Server.Name;

    private PgInstance Upstream => _case.Options.Upstream;

    /// <summary>The steps.</summary>
    public Procedure Make()
    {
        if (_case.MakesSlot)
            Add(Upstream.Name, $"Create slot {_case.SlotName}", _work.CreateSlotAsync, _work.RemoveNewSlotAsync);
        if (_runs)
            Add(Server, "Stop the server", _work.StopAsync, _work.StartAgainAsync);
        if (_decision.Method == RepairMethod.Rewind)
            Rewind();
        else if (_decision.Method == RepairMethod.NewClone)
            Clone();
        Add(
            Server, $"Set it up as a standby of {Upstream}{(_case.SlotName is { } slot ? $" through slot {slot}" : "")}",
            _work.SetUpAsync, isFinal: true);
        ProcedureStep<IReadOnlyCollection<int>> started = Add(new ProcedureStep<IReadOnlyCollection<int>>(
            Server, "Start the server", (_, _, token) => _work.StartAsync(token))
        { After = Last });
        Add(new ProcedureStep(
            Upstream.Name, $"Wait until {_case.ApplicationName} streams from it", (run, token) => _work.AwaitAsync(run.Of(started), token))
        { After = Last });
        if (_decision.Method == RepairMethod.NewClone && _case.Options.RemoveOld)
            Add(Server, $"Remove '{_work.OldDirectory}'", _work.RemoveOldAsync);
        return _procedure;
    }

    private void Rewind()
    {
        bool hasCrashed = !_runs && !_case.State.Control.IsCleanlyShutDown;
        bool recoversAside = hasCrashed && _case.CrashedAsPrimary && (_case.State.IsStandby || _case.Found != _case.Server);
        bool recoversBefore = hasCrashed && !recoversAside && _case.Found == _case.Server;
        if (_case.Found == _case.Server)
        {
            if (recoversBefore)
            {
                Add(
                    Server, _case.State.IsStandby ? "Start and stop it once: it crashed" : "Recover it from its crash in single-user mode",
                    _work.RecoverAsync);
            }

            Add(
                Server,
                "Put its own files aside, and "
                    + $"{(InMountPoint ? "move what is in the directory, a mount point, into" : "call the directory")} "
                    + $"'{_case.Names.Rewinding}' for now",
                _work.PutAsideAsync, isFinal: true);
        }

        if (recoversAside && !_isRewound)
            Add(Server, "Recover it from its crash in single-user mode", _work.RecoverAsideAsync, isFinal: true);
        if (!_isRewound)
            Add(Server, $"Rewind it to {_case.Source}", token => _work.RewindAsync(recoversAside || recoversBefore, token), isFinal: true);
        Add(Server, InMountPoint
            ? $"Put its own files back, and move everything back into '{_case.Names.Directory}', as a standby's"
            : "Put its own files back, and give the directory its name back, as a standby's", _work.PutBackAsync, isFinal: true);
    }

    private void Clone()
    {
        if (!_case.IsCloned)
        {
            string tablespaces = _case.CloneTablespaces.Count == 0
                ? ""
                : $", its tablespaces to {string.Join(", ", _case.CloneTablespaces.Values.Select(directory => $"'{directory}'"))}";
            string wal = _case.CloneWalDirectory is { } directory ? $", its WAL to '{directory}'" : "";
            Add(new ProcedureStep<bool>(
                Server, $"Clone {Upstream} to '{_case.Names.Clone}'{tablespaces}{wal}", (_, keep, token) => _work.CloneAsync(keep, token))
            {
                After = Last,
                UndoWith = _work.RemoveCloneAsync,
            });
            Add(Server, "Give the clone its own settings", _work.CopyOwnFilesAsync);
        }

        Add(Server, TakingPlace(), _work.ReplaceAsync, isFinal: true);
    }

    private bool InMountPoint => _case.Names.Place.IsMountPoint;

    private string TakingPlace()
    {
        string old = _case.IsCloned ? "" : $", and the old directory '{_work.OldDirectory}'";
        return _case.Names.Place switch
        {
            { IsMountPoint: true } =>
                $"Move {(_case.IsCloned ? "" : $"the old files into '{_work.OldDirectory}', and ")}the clone's files up into "
                    + $"'{_case.Names.Directory}', which is a mount point",
            { IsLink: true } place => $"Call the clone '{place.Real}', where '{_case.Names.Directory}' leads{old}",
            _ => $"Call the clone '{_case.Names.Directory}'{old}",
        };
    }

    private ProcedureStep[] Last => _last is null ? [] : [_last];

    private void Add(
        string target, string description, Func<CancellationToken, Task> run, Func<CancellationToken, Task>? undo = null,
        bool isFinal = false) =>
        Add(new ProcedureStep(target, description, run)
        {
            After = Last,
            Undo = undo,
            IsPointOfNoReturn = isFinal,
        });

    private T Add<T>(T step)
        where T : ProcedureStep
    {
        _last = _procedure.Add(step);
        return step;
    }
}
