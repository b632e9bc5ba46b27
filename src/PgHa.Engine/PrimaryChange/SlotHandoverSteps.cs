using System.Globalization;
using PgHa.Engine.Procedures;
using PgHa.Engine.Replication;
using PgHa.Engine.Settings;

namespace PgHa.Engine.PrimaryChange;

/// <summary>The steps by which logical consumers continue on the candidate.</summary>
internal sealed class SlotHandoverSteps
{
    private const string StandbySlots = "synchronized_standby_slots";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private readonly EngineContext _context;
    private readonly Handover _handover;
    private readonly SlotHandover _slots;
    private readonly bool _mayLose;

    /// <param name="context">Log and deadlines.</param>
    /// <param name="handover">Who follows whom.</param>
    /// <param name="slots">What becomes of the slots.</param>
    /// <param name="mayLose">Whether a failover slot that is not ready is given up instead of waited for.</param>
    public SlotHandoverSteps(EngineContext context, Handover handover, SlotHandover slots, bool mayLose) =>
        (_context, _handover, _slots, _mayLose) = (context, handover, slots, mayLose);

    private PgInstance Candidate => _handover.Candidate.Server!;

    /// <summary>Says which slots the candidate will not have, as far as that is decided already.</summary>
    public void Warn(bool isFailover)
    {
        string old = _handover.Old?.Name ?? "the old primary", candidate = _handover.Candidate.Name;
        if (_slots.Others.Count > 0)
        {
            _context.Log.Warn(
                $"{candidate} does not get the logical slots of {old} that standbys keep no copy of: {string.Join(", ", _slots.Others)}. "
                + "Their consumers need a new slot and a new copy of their tables.");
        }

        if (_mayLose || isFailover)
        {
            foreach ((string name, string why) in _slots.NotReady)
            {
                _context.Log.Warn(
                    $"{candidate} loses failover slot '{name}' with the promotion: {why}. "
                    + "Its consumer needs a new slot and a new copy of its tables.");
            }
        }

        if (_slots.DroppedStandbySlots.Count > 0)
        {
            _context.Log.Warn(
                $"{StandbySlots} named {string.Join(", ", _slots.DroppedStandbySlots)} on {old}, "
                + $"and no standby uses such a slot on {candidate}: "
                + "consumers of failover slots will not wait for it there.");
        }
    }

    /// <summary>Adds what comes before the point of no return.</summary>
    /// <param name="procedure">The procedure.</param>
    /// <param name="after">
    /// The step that creates the physical slots on the candidate, which must exist before they are named.
    /// </param>
    /// <param name="waits">Whether the old primary runs, so that copies can still get ready.</param>
    public IReadOnlyList<ProcedureStep> AddPreparation(Procedure procedure, IReadOnlyList<ProcedureStep> after, bool waits)
    {
        List<ProcedureStep> steps = [];
        if (_slots.StandbySlots is { } names)
        {
            string before = _handover.Candidate.Status?.SynchronizedStandbySlots ?? "";
            steps.Add(procedure.Add(new ProcedureStep<string>(
                _handover.Candidate.Name,
                "Prepare it to let consumers of failover slots wait for "
                    + $"{(names.Length > 0 ? $"the standbys of slots {names}" : "no standby")}",
                async (_, keep, token) =>
                {
                    keep(before);
                    await SetAsync(Candidate, names, token).ConfigureAwait(false);
                    return before;
                })
            {
                After = after,
                UndoWith = (value, token) => SetAsync(Candidate, value, token),
            }));
        }

        if (waits && !_mayLose && _slots.Failover.Count > 0)
        {
            string reasons = string.Join("; ", _slots.NotReady.Select(slot => $"{slot.Key}, {slot.Value}"));
            string notYet = reasons.Length == 0 ? "" : $" (not yet: {reasons})";
            steps.Add(procedure.Add(
                _handover.Candidate.Name, $"Wait until its copies of failover slots {string.Join(", ", _slots.Failover)} are ready{notYet}",
                AwaitReadyAsync, after));
        }

        return steps;
    }

    /// <summary>
    /// Adds the last steps on the old primary, which is a standby by then. Its own slots would keep it from synchronizing those of the
    /// new primary.
    /// </summary>
    public void AddEnd(Procedure procedure, ProcedureStep after)
    {
        if (_slots.Failover.Count > 0)
        {
            procedure.Add(
                _handover.Old!.Name,
                $"Remove its own failover slots {string.Join(", ", _slots.Failover)}, which {_handover.Candidate.Name} carries on",
                token => RemoveCarriedAsync(_context, _handover.Old!.Server!, Candidate, token), after);
        }

        if (_handover.Old?.Status?.SynchronizedStandbySlots is { Length: > 0 })
        {
            procedure.Add(
                _handover.Old.Name, $"Reset {StandbySlots}, which names slots that are gone there",
                token => SetAsync(_handover.Old.Server!, "", token), after);
        }
    }

    /// <summary>Removes a standby's own logical slots that its primary has as failover slots.</summary>
    public static async Task RemoveCarriedAsync(
        EngineContext context, PgInstance standby, PgInstance primary, CancellationToken cancellationToken)
    {
        HashSet<string> carried =
        [
            .. (await ReplicationSlots.GetAsync(context, primary, cancellationToken).ConfigureAwait(false))
                .Where(slot => slot is { IsFailover: true, IsTemporary: false, Use: SlotUse.LogicalConsumer }).Select(slot => slot.Name),
        ];
        foreach (ReplicationSlot own in await ReplicationSlots.GetAsync(context, standby, cancellationToken).ConfigureAwait(false))
        {
            if (own.Use != SlotUse.LogicalConsumer || !carried.Contains(own.Name))
                continue;
            if (own.IsActive)
            {
                context.Log.Warn(
                    $"{standby}: slot '{own.Name}' is in use, and stays. It keeps {standby} from synchronizing the slots of {primary}.");
            }
            else
            {
                await ReplicationSlots.RemoveAsync(context, standby, own.Name, endConsumer: false, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private Task<IReadOnlyList<PgSetting>> SetAsync(PgInstance server, string value, CancellationToken cancellationToken) =>
        new SettingStore(_context).SetAsync(
            server, new Dictionary<string, string?> { [StandbySlots] = value }, _ => Task.FromResult(true), cancellationToken);

    // A consumer that continues from an older copy gets changes again that it has confirmed already. So this also waits until the
    // copies have reached the current positions of the slots.
    private async Task AwaitReadyAsync(CancellationToken cancellationToken)
    {
        var deadline = Deadline.In(_context.Timeout);
        Dictionary<string, ReplicationSlot> slots =
            (await ReplicationSlots.GetAsync(_context, _handover.Old!.Server!, cancellationToken).ConfigureAwait(false))
                .Where(slot => _slots.Failover.Contains(slot.Name))
                .ToDictionary(slot => slot.Name);
        (string Name, string? Why)[] notReady = [];
        string[] behind = [];
        bool areReady = await Poll.TryUntilAsync(
            async () =>
            {
                // The postmaster restarts a slot sync worker that has ended only when something wakes it, such as a new connection.
                _context.Sessions?.Release();
                IReadOnlyList<ReplicationSlot> copies = await ReplicationSlots.GetAsync(
                    _context, Candidate, cancellationToken).ConfigureAwait(false);
                notReady =
                [
                    .. slots.Keys
                        .Select(name => (Name: name, Why: SlotHandover.NotReadyReason(name, copies)))
                        .Where(slot => slot.Why is not null),
                ];
                behind =
                [
                    .. slots.Values
                        .Where(slot => !IsAsFar(copies.FirstOrDefault(copy => copy.Name == slot.Name), slot))
                        .Select(slot => slot.Name),
                ];
                return behind.Length == 0 && notReady.Length == 0;
            },
            Look, deadline, cancellationToken).ConfigureAwait(false);
        if (notReady.Length > 0)
            throw NotReady(notReady[0].Name, notReady.Select(slot => $"'{slot.Name}': {slot.Why}"));
        if (!areReady)
        {
            _context.Log.Warn(
                $"The copies of {string.Join(", ", behind)} on {Candidate} are behind: "
                + "a consumer that does not remember its own position gets some changes twice.");
        }
    }

    private static bool IsAsFar(ReplicationSlot? copy, ReplicationSlot slot) =>
        copy?.ConfirmedFlushLsn >= slot.ConfirmedFlushLsn || slot.ConfirmedFlushLsn is null;

    private PgHaException NotReady(string first, IEnumerable<string> slots) => new(
        ErrorIds.FailoverSlotsNotReady, PgHaErrorKind.Timeout,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The promotion of {Candidate} would lose failover slots, after {_context.Timeout.TotalSeconds:0.#} s of waiting: "
                + $"{string.Join("; ", slots)}."),
        $"Let the consumer of '{first}' read on from {_handover.Old!.Name}, see the log of {Candidate} (Get-PgServerLog), and try again; "
        + "or give the slots up with -AllowSlotLoss.",
        Candidate.ToString());
}
