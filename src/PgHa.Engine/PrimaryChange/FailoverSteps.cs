using PgHa.Engine.Procedures;

namespace PgHa.Engine.PrimaryChange;

/// <summary>Makes the steps of a failover.</summary>
internal sealed class FailoverSteps
{
    private readonly Handover _handover;
    private readonly IReadOnlyList<HandoverFollower> _siblings;
    private readonly HandoverSteps _shared;
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
        _shared = new HandoverSteps(_procedure, handover, siblings, work);
    }

    private string Candidate => _handover.Candidate.Name;

    /// <summary>The whole procedure.</summary>
    public Procedure Make()
    {
        ProcedureStep? fenced = !_canFence ? null : _procedure.Add(
            new ProcedureStep<RecoveryFiles?>(
                _handover.Old!.Name, $"Make it a standby of {Candidate}: it cannot start as a primary any more",
                (_, keep, token) => _work.FenceAsync(_handover.Returning!, _isFenced, keep, token))
            {
                UndoWith = (before, token) => before?.PutBackAsync(token) ?? Task.CompletedTask,
            });
        ProcedureStep? complete = _source is null ? null : _procedure.Add(
            new ProcedureStep<RecoveryFiles>(
                Candidate, $"Fetch the WAL up to {_source.ReceivedLsn} from {_source.Member.Name}",
                (_, keep, token) => _work.FetchAsync(_source, keep, token))
            {
                After = [.. new[] { fenced }.OfType<ProcedureStep>()],
                UndoWith = _work.FollowAsBeforeAsync,
            });
        ProcedureStep? prepared = _shared.AddSlots(complete);
        IReadOnlyList<ProcedureStep> forConsumers = _slots.AddPreparation(
            _procedure, [.. new[] { complete, prepared }.OfType<ProcedureStep>()], waits: false);
        ProcedureStep? kept = _shared.AddReservation(complete);
        ProcedureStep named = _shared.AddSyncNames(complete);
        ProcedureStep replays = _procedure.Add(
            Candidate, "Prove that nothing keeps it from replaying what it has", _work.RequireReplayBeforePromotionAsync, complete);
        _shared.AddPromotion(
            [.. new[] { fenced, complete, prepared, kept, named, replays }.OfType<ProcedureStep>(), .. forConsumers],
            _work.HasNotBegunToPromoteAsync);
        IReadOnlyList<ProcedureStep> following = _shared.AddFollowing();
        if (_siblings.Count > 0)
            _shared.AddWait([.. _siblings.Select(sibling => sibling.ApplicationName)], following);
        _shared.AddEnd();
        return _procedure;
    }
}
