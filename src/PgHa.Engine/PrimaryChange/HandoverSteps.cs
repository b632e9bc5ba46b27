using PgHa.Engine.Procedures;
using PgHa.Engine.Recovery;
using PgHa.Engine.Replication;

namespace PgHa.Engine.PrimaryChange;

/// <summary>The steps that a switchover and a failover have in common.</summary>
internal sealed class HandoverSteps
{
    private readonly Procedure _procedure;
    private readonly Handover _handover;
    private readonly IReadOnlyList<HandoverFollower> _siblings;
    private readonly HandoverWork _work;
    private readonly Dictionary<HandoverFollower, ProcedureStep<RecoveryPlan>> _plans = [];
    private ProcedureStep<WalReservation?>? _kept;

    /// <param name="procedure">Where they are added.</param>
    /// <param name="handover">What changes.</param>
    /// <param name="siblings">The standbys that follow the candidate.</param>
    /// <param name="work">What is done.</param>
    public HandoverSteps(
        Procedure procedure, Handover handover, IReadOnlyList<HandoverFollower> siblings, HandoverWork work) =>
        (_procedure, _handover, _siblings, _work) = (procedure, handover, siblings, work);

    private string Candidate => _handover.Candidate.Name;

    /// <summary>Creates the slots of the followers; <see langword="null"/> if none needs one.</summary>
    public ProcedureStep? AddSlots(ProcedureStep? after) => _handover.Slots.Count == 0 ? null : _procedure.Add(
        new ProcedureStep<IReadOnlyList<string>>(
            Candidate, $"Create {(_handover.Slots.Count == 1 ? "slot" : "slots")} {string.Join(", ", _handover.Slots)}",
            (_, keep, token) => _work.CreateSlotsAsync(_handover.Slots, keep, token))
        {
            After = After(after),
            UndoWith = _work.RemoveCreatedSlotsAsync,
        });

    /// <summary>
    /// Keeps the WAL of the candidate for followers without a slot, until they stream; <see langword="null"/> if all have a slot.
    /// </summary>
    public ProcedureStep? AddReservation(ProcedureStep? after)
    {
        string[] without = [.. _siblings.Where(follower => follower.SlotName is null).Select(follower => follower.ApplicationName)];
        return _kept = without.Length == 0 ? null : _procedure.Add(new ProcedureStep<WalReservation?>(
            Candidate, $"Keep its WAL until {string.Join(", ", without)} {(without.Length == 1 ? "streams" : "stream")}, without a slot",
            (_, _, token) => _work.KeepWalAsync(token))
        {
            After = After(after),
            UndoWith = (kept, _) => ReleaseAsync(kept),
        });
    }

    /// <summary>Prepares the standbys that the commits of the new primary wait for.</summary>
    public ProcedureStep AddSyncNames(ProcedureStep? after)
    {
        string names = _handover.Names?.ToString(_handover.Candidate.Server!.RequireDialect()) ?? "";
        return _procedure.Add(new ProcedureStep<string>(
            Candidate,
            names.Length > 0 ? $"Prepare it to let commits wait for '{names}'" : "Prepare it to let commits wait for no standby",
            (_, keep, token) => _work.SetSyncNamesAsync(names, keep, token))
        {
            After = After(after),
            UndoWith = _work.PutSyncNamesBackAsync,
        });
    }

    /// <summary>
    /// Reads what has to change for each sibling to follow the candidate. After the promotion, commits may wait for that.
    /// </summary>
    public IEnumerable<ProcedureStep> AddPlans()
    {
        foreach (HandoverFollower sibling in _siblings)
        {
            _plans[sibling] = _procedure.Add(new ProcedureStep<RecoveryPlan>(
                sibling.Member.Name, $"Read what has to change for it to follow {Candidate}",
                (_, _, token) => _work.PlanFollowingAsync(sibling, token)));
        }

        return _plans.Values;
    }

    /// <summary>
    /// Makes the siblings follow the new primary, and those that only restore from an archive use that of the new primary.
    /// </summary>
    /// <param name="promoted">The promotion.</param>
    /// <returns>The steps after which the siblings follow.</returns>
    public IReadOnlyList<ProcedureStep> AddFollowing(ProcedureStep promoted)
    {
        ProcedureStep[] following = [.. _siblings.Select(sibling => AddFollowing(sibling, promoted))];
        foreach ((PgClusterMember member, string? archive) in _handover.ArchiveFed.Where(fed => fed.Archive is not null))
        {
            _procedure.Add(
                member.Name, $"Restore from the archive of {Candidate}",
                token => _work.RestoreFromAsync(member.Server!, archive!, token), promoted);
        }

        return following;
    }

    /// <summary>Waits until followers stream, and then keeps no more WAL for those without a slot.</summary>
    public ProcedureStep AddWait(IReadOnlyList<string> names, IReadOnlyList<ProcedureStep> following) => _procedure.Add(
        new ProcedureStep(
            Candidate, $"Wait until {string.Join(", ", names)} {(names.Count == 1 ? "streams" : "stream")}",
            async (run, token) =>
            {
                await _work.WaitAsync(names, token).ConfigureAwait(false);
                if (_kept is not null)
                    await ReleaseAsync(run.Of(_kept)).ConfigureAwait(false);
            })
        {
            After = following,
        });

    /// <summary>Makes a checkpoint on the new primary, and waits until the history of its timeline is archived.</summary>
    public void AddEnd(ProcedureStep promoted)
    {
        // pg_rewind of PostgreSQL 15 and older needs this checkpoint on the new primary. Meanwhile the standbys follow already.
        _procedure.Add(Candidate, "Checkpoint", token => _work.CheckpointAsync(_handover.Candidate.Server!, token), promoted);
        if (_handover.Candidate.Status!.ArchiveMode is not null)
            _procedure.Add(Candidate, "Wait until the history of its timeline is archived", _work.AwaitHistoryArchivedAsync, promoted);
    }

    private ProcedureStep AddFollowing(HandoverFollower follower, ProcedureStep promoted)
    {
        ProcedureStep<RecoveryPlan> plan = _plans[follower];
        ProcedureStep following = _procedure.Add(new ProcedureStep(
            follower.Member.Name, $"Follow {Candidate}", (run, token) => _work.FollowAsync(follower, run.Of(plan), token))
        {
            After = [plan, promoted],
        });
        if (follower.Cascaded is { Count: > 0 } names)
        {
            _procedure.Add(
                follower.Member.Name, $"Wait until {string.Join(", ", names)} {(names.Count == 1 ? "streams" : "stream")}",
                token => _work.WaitAsync(follower.Member.Server!, names, token), following);
        }

        return following;
    }

    private static ProcedureStep[] After(ProcedureStep? step) => step is null ? [] : [step];

    private static async Task ReleaseAsync(WalReservation? kept)
    {
        if (kept is not null)
            await kept.DisposeAsync().ConfigureAwait(false);
    }
}
