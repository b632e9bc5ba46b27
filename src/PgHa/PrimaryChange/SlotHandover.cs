namespace PgHa;

/// <summary>What happens to logical slots, and to <c>synchronized_standby_slots</c>, when another member becomes the primary.</summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/logical-replication-failover.html">Logical Replication Failover</see>.
/// </remarks>
internal sealed record SlotHandover
{
    /// <summary>The failover slots of the old primary if it answers, otherwise the slots that the candidate has copies of.</summary>
    public required IReadOnlyList<string> Failover { get; init; }

    /// <summary>Why the candidate would not have a failover slot as things are, by the slot's name.</summary>
    public required IReadOnlyDictionary<string, string> NotReady { get; init; }

    /// <summary>The logical slots of the old primary that standbys keep no copy of.</summary>
    public required IReadOnlyList<string> Others { get; init; }

    /// <summary>What <c>synchronized_standby_slots</c> of the candidate shall be; <see langword="null"/> to leave it alone.</summary>
    public required string? StandbySlots { get; init; }

    /// <summary>The slots that <c>synchronized_standby_slots</c> of the old primary names and that the candidate will not have.</summary>
    public required IReadOnlyList<string> DroppedStandbySlots { get; init; }

    /// <summary>What keeps the candidate from ever having the failover slots.</summary>
    public required IReadOnlyList<string> Obstacles { get; init; }

    /// <summary>Determines what happens to the slots.</summary>
    /// <param name="handover">Who follows whom.</param>
    /// <param name="standbySlots">
    /// <c>synchronized_standby_slots</c> of the old primary; <see langword="null"/> if it is not known, or not there (17).
    /// </param>
    /// <param name="deadSlots">The names of the logical slots of an old primary that does not answer, where they are known.</param>
    public static SlotHandover Of(Handover handover, string? standbySlots, IReadOnlyList<string>? deadSlots = null)
    {
        PgClusterMember candidate = handover.Candidate;
        ReplicationSlot[] logical =
        [
            .. (handover.Old?.Slots ?? [])
                .Where(slot => slot is { Use: SlotUse.LogicalConsumer, IsTemporary: false } && !SlotWords.IsLost(slot)),
        ];
        string[] failover = handover.Old?.Status is not null
            ? [.. logical.Where(slot => slot.IsFailover).Select(slot => slot.Name)]
            : [.. candidate.Slots.Where(slot => slot.IsSynced).Select(slot => slot.Name)];
        string[] wanted = StandbySlotNames.Parse(standbySlots ?? candidate.Status?.SynchronizedStandbySlots);
        string?[] kept = [.. wanted.Select(name => InCandidate(name, handover))];
        string names = string.Join(",", kept.OfType<string>().Distinct());
        return new SlotHandover
        {
            Failover = failover,
            NotReady = failover.Select(name => (name, Why: NotReadyReason(name, candidate)))
                .Where(slot => slot.Why is not null)
                .ToDictionary(slot => slot.name, slot => slot.Why!),
            Others = [.. logical.Where(slot => !slot.IsFailover).Select(slot => slot.Name).Concat(deadSlots ?? []).Except(failover)],
            StandbySlots = names == string.Join(",", StandbySlotNames.Parse(candidate.Status?.SynchronizedStandbySlots)) ? null : names,
            DroppedStandbySlots = [.. wanted.Zip(kept).Where(pair => pair.Second is null).Select(pair => pair.First)],
            Obstacles = failover.Length == 0 || candidate.Status?.Receiver is not { } receiver ? []
                : receiver.SynchronizesSlots != true ? ["sync_replication_slots is off there"]
                : receiver.SlotSyncObstacles,
        };
    }

    /// <summary>Why a server would not have a failover slot after its promotion; <see langword="null"/> if it would.</summary>
    public static string? NotReadyReason(string name, PgClusterMember member) => NotReadyReason(name, member.Slots);

    /// <summary>The same by the server's slots.</summary>
    public static string? NotReadyReason(string name, IReadOnlyList<ReplicationSlot> slots) =>
        slots.FirstOrDefault(slot => slot.Name == name) switch
        {
            null => "there is no copy of it yet",
            { IsSynced: false } => "a slot of that name is there that is no copy, and is in its way",
            { } copy => copy.NotReadyReason,
        };

    /// <summary>What stands in the way of a switchover that shall lose no failover slot.</summary>
    public IEnumerable<OperationProblem> Problems(string old, string candidate)
    {
        if (Obstacles.Count > 0)
        {
            yield return new(ErrorIds.FailoverSlotsNotCopied,
                $"{candidate} keeps no copy of {string.Join(", ", Failover)} of {old}, "
                    + $"because {string.Join(", and ", Obstacles)}: "
                    + "the consumers of these slots would have to begin anew.",
                $"Set it up (Set-PgRecoveryConf -SyncReplicationSlots on {candidate}), or give the slots up with -AllowSlotLoss.");
        }
    }

    // In the list the old primary takes the place of the candidate. Standbys that are down or do not follow are left out:
    // consumers would wait for them for ever.
    private static string? InCandidate(string name, Handover handover) =>
        name == (handover.Candidate.SlotName ?? handover.Candidate.Node?.SlotName) ? handover.Returning?.SlotName
        : handover.Followers.Any(
            follower => follower.SlotName == name && (follower == handover.Returning || follower.Member.Status is not null))
            || handover.Candidate.Slots.Any(slot => slot.Name == name && slot.Type == ReplicationSlotType.Physical) ? name
        : null;
}
