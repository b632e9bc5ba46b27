using PgHa.Engine.Procedures;

namespace PgHa.Engine.Operation;

/// <summary>
/// Makes the steps of a switchover. In their order, a stop at any step leaves one primary, or can be undone so that there is one.
/// </summary>
internal sealed class SwitchoverSteps
{
    private readonly EngineContext _context;
    private readonly Handover _handover;
    private readonly HandoverWork _work;
    private readonly SlotHandoverSteps _slots;
    private readonly Procedure _procedure;

    public SwitchoverSteps(EngineContext context, PgCluster cluster, Handover handover, HandoverWork work, SlotHandoverSteps slots)
    {
        _slots = slots;
        _context = context;
        _handover = handover;
        _work = work;
        _procedure = new Procedure($"Switchover of {cluster.Name} to {handover.Candidate.Name}");
    }

    private string Candidate => _handover.Candidate.Name;

    private string Old => _handover.Old!.Name;

    private PgInstance OldServer => _handover.Old!.Server!;

    private HandoverFollower[] Siblings =>
        [.. _handover.Siblings.Where(sibling => sibling.Member.State is not (MemberState.Down or MemberState.Unknown))];

    /// <summary>The whole procedure.</summary>
    public Procedure Make()
    {
        ProcedureStep? made = AddSlots();
        IReadOnlyList<ProcedureStep> forConsumers = _slots.AddPreparation(_procedure, made is null ? [] : [made], waits: true);
        ProcedureStep?[] prepared =
        [
            made, .. forConsumers, _work.AddReservation(_procedure, Candidate, Siblings, []), AddSyncNames(),
            _procedure.Add(Old, "Checkpoint, so that it stops quickly", token => _work.CheckpointAsync(OldServer, token)),
        ];
        ProcedureStep stopped = AddStop(
            [_procedure.Add(Candidate, "Prove that it replays what it receives", _work.RequireReplayAsync, prepared)]);
        ProcedureStep received = _procedure.Add(
            Candidate, $"Prove that everything of {Old} has arrived and is replayed",
            token => _work.RequireEverythingReceivedAsync(OldServer, token), stopped);
        ProcedureStep demoted = _procedure.Add(new ProcedureStep(
            Old, $"Make it a standby of {Candidate}: it cannot start as a primary any more",
            token => _work.MakeStandbyAsync(_handover.Returning!, token))
        {
            After = [received],
            Undo = _work.MakePrimaryAgainAsync,
        });
        ProcedureStep promoted = _procedure.Add(new ProcedureStep(Candidate, "Promote", _work.PromoteAsync)
        {
            After = [demoted],
            IsPointOfNoReturn = true,
            HasNotHappened = _work.WithdrawPromotionAsync,
        });
        AddFollowers(promoted);
        return _procedure;
    }

    private ProcedureStep? AddSlots() => _handover.Slots.Count == 0 ? null : _procedure.Add(
        new ProcedureStep(
            Candidate, $"Create {(_handover.Slots.Count == 1 ? "slot" : "slots")} {string.Join(", ", _handover.Slots)}",
            token => _work.CreateSlotsAsync(_handover.Slots, token))
        {
            Undo = _work.RemoveCreatedSlotsAsync,
        });

    private ProcedureStep AddSyncNames()
    {
        string names = _handover.Names?.ToString(_handover.Candidate.Server!.RequireDialect()) ?? "";
        return _procedure.Add(
            new ProcedureStep(
                Candidate,
                names.Length > 0 ? $"Prepare it to let commits wait for '{names}'" : "Prepare it to let commits wait for no standby",
                token => _work.SetSyncNamesAsync(names, token))
            {
                Undo = _work.PutSyncNamesBackAsync,
            });
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
        List<ProcedureStep> following = [started];
        following.AddRange(Siblings.Select(sibling => _work.AddFollowing(_procedure, sibling, promoted)));
        foreach ((PgClusterMember member, string? archive) in _handover.ArchiveFed.Where(fed => fed.Archive is not null))
        {
            _procedure.Add(
                member.Name, $"Restore from the archive of {Candidate}",
                token => _work.RestoreFromAsync(member.Server!, archive!, token), promoted);
        }

        string[] names = [.. Siblings.Prepend(_handover.Returning!).Select(follower => follower.ApplicationName)];
        ProcedureStep streaming = _procedure.Add(
            Candidate, $"Wait until {string.Join(", ", names)} {(names.Length == 1 ? "streams" : "stream")}",
            token => _work.WaitAsync(names, token), following);
        _slots.AddEnd(_procedure, streaming);
        // pg_rewind of PostgreSQL 15 and older needs this checkpoint on the new primary. Meanwhile the standbys follow already.
        _procedure.Add(Candidate, "Checkpoint", token => _work.CheckpointAsync(_handover.Candidate.Server!, token), promoted);
        if (_handover.Candidate.Status!.ArchiveMode is not null)
            _procedure.Add(Candidate, "Wait until the history of its timeline is archived", _work.AwaitHistoryArchivedAsync, promoted);
        if (_handover.LeftOverSlots.Count > 0)
        {
            _procedure.Add(
                Old,
                $"Remove {(_handover.LeftOverSlots.Count == 1 ? "slot" : "slots")} {string.Join(", ", _handover.LeftOverSlots)}, "
                    + "which nobody uses there any more",
                token => _work.RemoveSlotsAsync(OldServer, _handover.LeftOverSlots, token), streaming);
        }
    }
}
