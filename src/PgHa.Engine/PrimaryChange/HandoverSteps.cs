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
    private ProcedureStep<WalReservation?>? _kept;
    private ProcedureStep<IReadOnlyList<Task<RecoveryPlan?>>>? _promoted;

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
            Candidate, $"Create {Plural.Of(_handover.Slots.Count, "slot", "slots")} {string.Join(", ", _handover.Slots)}",
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
            Candidate, $"Keep its WAL until {string.Join(", ", without)} {Plural.Of(without.Length, "streams", "stream")}, without a slot",
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
    /// Promotes the candidate. Meanwhile it reads what has to change for each sibling, because commits may wait for a sibling.
    /// </summary>
    /// <param name="after">What has to be done before.</param>
    /// <param name="hasNotHappened">Whether a promotion that failed provably did nothing.</param>
    public ProcedureStep AddPromotion(IReadOnlyList<ProcedureStep> after, Func<CancellationToken, Task<bool>> hasNotHappened) =>
        _promoted = _procedure.Add(new ProcedureStep<IReadOnlyList<Task<RecoveryPlan?>>>(Candidate, "Promote", async (_, _, token) =>
        {
            Task<RecoveryPlan?>[] plans = [.. _siblings.Select(sibling => _work.TryPlanFollowingAsync(sibling, token))];
            await _work.PromoteAsync(token).ConfigureAwait(false);
            return plans;
        })
        {
            After = after,
            IsPointOfNoReturn = true,
            HasNotHappened = hasNotHappened,
        });

    /// <summary>
    /// Makes the siblings follow the new primary, and those that only restore from an archive use that of the new primary.
    /// </summary>
    /// <returns>The steps after which the siblings follow.</returns>
    public IReadOnlyList<ProcedureStep> AddFollowing()
    {
        ProcedureStep[] following = [.. _siblings.Select(AddFollowing)];
        foreach ((PgClusterMember member, string? archive) in _handover.ArchiveFed.Where(fed => fed.Archive is not null))
        {
            _procedure.Add(
                member.Name, $"Restore from the archive of {Candidate}",
                token => _work.RestoreFromAsync(member.Server!, archive!, token), _promoted);
        }

        return following;
    }

    /// <summary>Waits until followers stream, and then keeps no more WAL for those without a slot.</summary>
    public ProcedureStep AddWait(IReadOnlyList<string> names, IReadOnlyList<ProcedureStep> following) => _procedure.Add(
        new ProcedureStep(
            Candidate, $"Wait until {string.Join(", ", names)} {Plural.Of(names.Count, "streams", "stream")}",
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
    public void AddEnd()
    {
        // pg_rewind of PostgreSQL 15 and older needs this checkpoint on the new primary. Meanwhile the standbys follow already.
        _procedure.Add(Candidate, "Checkpoint", token => _work.CheckpointAsync(_handover.Candidate.Server!, token), _promoted);
        if (_handover.Candidate.Status!.ArchiveMode is not null)
            _procedure.Add(Candidate, "Wait until the history of its timeline is archived", _work.AwaitHistoryArchivedAsync, _promoted);
    }

    private ProcedureStep AddFollowing(HandoverFollower follower, int index)
    {
        ProcedureStep<IReadOnlyList<Task<RecoveryPlan?>>> promoted = _promoted!;
        ProcedureStep following = _procedure.Add(new ProcedureStep(
            follower.Member.Name, $"Follow {Candidate}",
            async (run, token) => await _work.FollowAsync(
                follower, await run.Of(promoted)[index].ConfigureAwait(false), token).ConfigureAwait(false))
        {
            After = [promoted],
        });
        if (follower.Cascaded is { Count: > 0 } names)
        {
            _procedure.Add(
                follower.Member.Name, $"Wait until {string.Join(", ", names)} {Plural.Of(names.Count, "streams", "stream")}",
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
