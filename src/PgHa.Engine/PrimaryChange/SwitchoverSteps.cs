using PgHa.Engine.Procedures;

namespace PgHa.Engine.PrimaryChange;

/// <summary>
/// Makes the steps of a switchover. In their order, a stop at any step leaves one primary, or can be undone so that there is one.
/// </summary>
internal sealed class SwitchoverSteps
{
    private readonly EngineContext _context;
    private readonly Handover _handover;
    private readonly HandoverWork _work;
    private readonly HandoverSteps _shared;
    private readonly SlotHandoverSteps _slots;
    private readonly Procedure _procedure;

    public SwitchoverSteps(EngineContext context, PgCluster cluster, Handover handover, HandoverWork work, SlotHandoverSteps slots)
    {
        _slots = slots;
        _context = context;
        _handover = handover;
        _work = work;
        _procedure = new Procedure($"Switchover of {cluster.Name} to {handover.Candidate.Name}");
        _shared = new HandoverSteps(_procedure, handover, Siblings, work);
    }

    private string Candidate => _handover.Candidate.Name;

    private string Old => _handover.Old!.Name;

    private PgInstance OldServer => _handover.Old!.Server!;

    private HandoverFollower[] Siblings =>
        [.. _handover.Siblings.Where(sibling => sibling.Member.State is not (MemberState.Down or MemberState.Unknown))];

    /// <summary>The whole procedure.</summary>
    public Procedure Make()
    {
        ProcedureStep? made = _shared.AddSlots(after: null);
        IReadOnlyList<ProcedureStep> forConsumers = _slots.AddPreparation(_procedure, made is null ? [] : [made], waits: true);
        ProcedureStep?[] prepared =
        [
            made, .. forConsumers, _shared.AddReservation(after: null), _shared.AddSyncNames(after: null),
            _procedure.Add(Old, "Checkpoint, so that it stops quickly", token => _work.CheckpointAsync(OldServer, token)),
        ];
        ProcedureStep stopped = AddStop(
            [_procedure.Add(Candidate, "Prove that it replays what it receives", _work.RequireReplayAsync, prepared)]);
        // These two run side by side: no client can write until both are done.
        ProcedureStep received = _procedure.Add(
            Candidate, $"Prove that everything of {Old} has arrived and is replayed",
            token => _work.RequireEverythingReceivedAsync(OldServer, token), stopped);
        ProcedureStep demoted = _procedure.Add(new ProcedureStep<RecoveryFiles>(
            Old, $"Make it a standby of {Candidate}: it cannot start as a primary any more",
            (_, keep, token) => _work.MakeStandbyAsync(_handover.Returning!, keep, token))
        {
            After = [stopped],
            UndoWith = (before, token) => before.PutBackAsync(token),
        });
        AddFollowers(_shared.AddPromotion([received, demoted], _work.WithdrawPromotionAsync));
        return _procedure;
    }

    private ProcedureStep AddStop(IReadOnlyList<ProcedureStep?> after) => _procedure.Add(
        new ProcedureStep(Old, $"Stop the server{_context.Owners.By(OldServer)}", token => _work.StopAsync(OldServer, token))
        {
            After = [.. after.OfType<ProcedureStep>()],
            Undo = async token =>
            {
                await _work.StartAsync(OldServer, token).ConfigureAwait(false);
                _context.Log.Warn($"{Old} is the primary again.");
            },
        });

    private void AddFollowers(ProcedureStep promoted)
    {
        ProcedureStep started = _procedure.Add(
            Old, $"Start it as a standby{_context.Owners.By(OldServer)}", token => _work.StartAsync(OldServer, token), promoted);
        string[] names = [.. Siblings.Prepend(_handover.Returning!).Select(follower => follower.ApplicationName)];
        ProcedureStep streaming = _shared.AddWait(names, [started, .. _shared.AddFollowing()]);
        _slots.AddEnd(_procedure, streaming);
        _shared.AddEnd();
        if (_handover.LeftOverSlots.Count > 0)
        {
            _procedure.Add(
                Old,
                $"Remove {Plural.Of(_handover.LeftOverSlots.Count, "slot", "slots")} {string.Join(", ", _handover.LeftOverSlots)}, "
                    + "which nobody uses there any more",
                token => LeftOverSlots.RemoveAsync(_context, OldServer, _handover.LeftOverSlots, token), streaming);
        }
    }
}
