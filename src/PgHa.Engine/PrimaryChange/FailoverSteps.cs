using PgHa.Engine.Procedures;

namespace PgHa.Engine.PrimaryChange;

/// <summary>Makes the steps of a failover.</summary>
internal sealed class FailoverSteps
{
    private readonly Handover _handover;
    private readonly IReadOnlyList<HandoverFollower> _siblings;
    private readonly SlotHandoverSteps _slots;
    private readonly HandoverWork _work;
    private readonly FailoverCandidate? _source;
    private readonly bool _canFence;
    private readonly bool _isFenced;
    private readonly Procedure _procedure;

    /// <summary>For one failover.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="handover">What changes.</param>
    /// <param name="siblings">The standbys that can be switched to the candidate.</param>
    /// <param name="slots">The steps by which logical consumers continue on the candidate.</param>
    /// <param name="work">What is done.</param>
    /// <param name="source">
    /// The standby that has more WAL than the candidate and sends it first; <see langword="null"/> if there is none.
    /// </param>
    /// <param name="canFence">Whether the old primary's directory is in reach.</param>
    /// <param name="isFenced">Whether the caller has said that the old primary stays down.</param>
    public FailoverSteps(
        PgCluster cluster, Handover handover, IReadOnlyList<HandoverFollower> siblings, SlotHandoverSteps slots, HandoverWork work,
        FailoverCandidate? source, bool canFence, bool isFenced)
    {
        _handover = handover;
        _siblings = siblings;
        _slots = slots;
        _work = work;
        _source = source;
        _canFence = canFence;
        _isFenced = isFenced;
        _procedure = new Procedure($"Failover of {cluster.Name} to {handover.Candidate.Name}");
    }

    private string Candidate => _handover.Candidate.Name;

    /// <summary>The whole procedure.</summary>
    public Procedure Make()
    {
        ProcedureStep? fenced = !_canFence ? null : _procedure.Add(
            new ProcedureStep(
                _handover.Old!.Name, $"Make it a standby of {Candidate}: it cannot start as a primary any more",
                token => _work.FenceAsync(_handover.Returning!, _isFenced, token))
            {
                Undo = _work.MakePrimaryAgainAsync,
            });
        ProcedureStep? complete = _source is null ? null : _procedure.Add(
            new ProcedureStep(
                Candidate, $"Fetch the WAL up to {_source.ReceivedLsn} from {_source.Member.Name}",
                token => _work.FetchAsync(_source, token))
            {
                After = [.. new[] { fenced }.OfType<ProcedureStep>()],
                Undo = _work.FollowAsBeforeAsync,
            });
        string[] slots = [.. _handover.Slots];
        ProcedureStep? prepared = slots.Length == 0 ? null : _procedure.Add(
            new ProcedureStep(
                Candidate, $"Create {(slots.Length == 1 ? "slot" : "slots")} {string.Join(", ", slots)}",
                token => _work.CreateSlotsAsync(slots, token))
            {
                After = [.. new[] { complete }.OfType<ProcedureStep>()],
                Undo = _work.RemoveCreatedSlotsAsync,
            });
        IReadOnlyList<ProcedureStep> forConsumers = _slots.AddPreparation(
            _procedure, [.. new[] { complete, prepared }.OfType<ProcedureStep>()], waits: false);
        ProcedureStep? kept = _work.AddReservation(_procedure, Candidate, _siblings, [.. new[] { complete }.OfType<ProcedureStep>()]);
        string names = _handover.Names?.ToString(_handover.Candidate.Server!.RequireDialect()) ?? "";
        ProcedureStep named = _procedure.Add(
            new ProcedureStep(
                Candidate,
                names.Length > 0 ? $"Prepare it to let commits wait for '{names}'" : "Prepare it to let commits wait for no standby",
                token => _work.SetSyncNamesAsync(names, token))
            {
                After = [.. new[] { complete }.OfType<ProcedureStep>()],
                Undo = _work.PutSyncNamesBackAsync,
            });
        ProcedureStep replays = _procedure.Add(
            Candidate, "Prove that nothing keeps it from replaying what it has", _work.RequireReplayBeforePromotionAsync, complete);
        ProcedureStep promoted = _procedure.Add(new ProcedureStep(Candidate, "Promote", _work.PromoteAsync)
        {
            After = [.. new[] { fenced, complete, prepared, kept, named, replays }.OfType<ProcedureStep>(), .. forConsumers],
            IsPointOfNoReturn = true,
            HasNotHappened = _work.HasNotBegunToPromoteAsync,
        });
        AddFollowers(promoted);
        return _procedure;
    }

    private void AddFollowers(ProcedureStep promoted)
    {
        ProcedureStep[] following = [.. _siblings.Select(sibling => _work.AddFollowing(_procedure, sibling, promoted))];
        foreach ((PgClusterMember member, string? archive) in _handover.ArchiveFed.Where(fed => fed.Archive is not null))
        {
            _procedure.Add(
                member.Name, $"Restore from the archive of {Candidate}",
                token => _work.RestoreFromAsync(member.Server!, archive!, token), promoted);
        }

        string[] names = [.. _siblings.Select(sibling => sibling.ApplicationName)];
        if (names.Length > 0)
        {
            _procedure.Add(
                Candidate, $"Wait until {string.Join(", ", names)} {(names.Length == 1 ? "streams" : "stream")}",
                token => _work.WaitAsync(names, token), following);
        }

        // pg_rewind of PostgreSQL 15 and older needs this checkpoint on the new primary. Meanwhile the standbys follow already.
        _procedure.Add(Candidate, "Checkpoint", token => _work.CheckpointAsync(_handover.Candidate.Server!, token), promoted);
        if (_handover.Candidate.Status!.ArchiveMode is not null)
            _procedure.Add(Candidate, "Wait until the history of its timeline is archived", _work.AwaitHistoryArchivedAsync, promoted);
    }
}
