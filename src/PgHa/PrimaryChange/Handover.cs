namespace PgHa;

/// <summary>What has to change in a cluster when another of its members becomes the primary.</summary>
/// <remarks>
/// Standbys of the old primary follow the candidate, with slots of the same names there; cascaded ones stay where they are. See
/// <see href="https://www.postgresql.org/docs/current/warm-standby-failover.html">Failover</see>.
/// </remarks>
internal sealed record Handover
{
    /// <summary>The primary until now; <see langword="null"/> if that is not known.</summary>
    public required PgClusterMember? Old { get; init; }

    /// <summary>The standby that becomes the primary.</summary>
    public required PgClusterMember Candidate { get; init; }

    /// <summary>The other standbys of the old primary, which shall stream from the candidate.</summary>
    public required IReadOnlyList<HandoverFollower> Siblings { get; init; }

    /// <summary>The old primary as a standby; <see langword="null"/> if it is not known.</summary>
    public required HandoverFollower? Returning { get; init; }

    /// <summary>What commits on the candidate wait for once it is the primary.</summary>
    public required SynchronousStandbyNames? Names { get; init; }

    /// <summary>
    /// The members that restore from the old primary's archive, with the directory of the candidate's if
    /// that has everything they may need.
    /// </summary>
    public required IReadOnlyList<(PgClusterMember Member, string? Archive)> ArchiveFed { get; init; }

    /// <summary>The slots on the old primary that its former standbys need no more, because they follow the candidate.</summary>
    public required IReadOnlyList<string> LeftOverSlots { get; init; }

    /// <summary>All members that shall stream from the candidate.</summary>
    public IEnumerable<HandoverFollower> Followers => Returning is null ? Siblings : Siblings.Prepend(Returning);

    /// <summary>The slots that the candidate needs for them.</summary>
    public IReadOnlyList<string> Slots => [.. Followers.Select(follower => follower.SlotName).OfType<string>().Distinct()];

    /// <summary>
    /// What becomes of the members that restore from an archive which ends with the change, and what to do
    /// about each: a sentence or two.
    /// </summary>
    public IEnumerable<string> LeftOnOldArchive =>
        from fed in ArchiveFed
        where fed.Archive is null
        select $"{fed.Member.Name} restores from the archive of {Old?.Name ?? "the old primary"}, "
            + $"which ends with the change, and {Candidate.Name} has no archive with all that it may need: "
            + "it stays where it is, and gets nothing that is written from then on. "
            + $"Let it stream (Set-PgRecoveryConf {fed.Member.Name} -Upstream {Candidate.Name}), "
            + $"or clone it anew from {Candidate.Name}.";

    /// <summary>Determines what has to change.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="old">The primary until now.</param>
    /// <param name="candidate">The primary from then on: a standby until its promotion.</param>
    /// <param name="names">What commits on the old primary wait for.</param>
    public static Handover Of(PgCluster cluster, PgClusterMember? old, PgClusterMember candidate, SynchronousStandbyNames? names)
    {
        PgClusterMember[] direct = old is null ? [] : [.. cluster.StandbysOf(old)];
        HandoverFollower[] siblings =
        [
            .. direct.Where(member => member != candidate)
                .Select(member => new HandoverFollower(member, FailoverCandidate.NameOf(member), SlotOf(member))),
        ];
        bool usesSlots = direct.Any(member => SlotOf(member) is not null);
        HandoverFollower? returning = old is null
            ? null
            : new HandoverFollower(old, old.Node?.ApplicationName ?? old.Name, usesSlots ? ReplicationSlotName.ForServer(old.Name) : null)
            {
                SynchronizesSlots = candidate.Status?.Receiver?.SynchronizesSlots == true,
            };
        return new Handover
        {
            Old = old,
            Candidate = candidate,
            Siblings = siblings,
            Returning = returning,
            Names = returning is null ? names : WithReturning(names, FailoverCandidate.NameOf(candidate), returning.ApplicationName),
            // An old primary that archives as a standby too goes on filling its archive.
            ArchiveFed = old is not null && HasEverything(old) ? [] :
            [
                .. cluster.Members
                    .Where(member => member.Kind == NodeKind.ArchiveFed && IsFedBy(cluster, old, member)
                        && !SharesArchive(candidate, member))
                    .Select(member => (member, HasEverything(candidate) ? candidate.ArchiveDirectory : null)),
            ],
            LeftOverSlots = [.. direct.Select(SlotOf).OfType<string>().Where(slot => old!.Slots.Any(own => own.Name == slot)).Distinct()],
        };
    }

    // A dead primary does not say where it archives: an archive that belongs to no member is taken for its own.
    private static bool IsFedBy(PgCluster cluster, PgClusterMember? old, PgClusterMember member) =>
        (old is not null && member.RestoreFrom == old.Name) || (old?.Status is null && cluster.Find(member.RestoreFrom) is null);

    // If the old primary and the candidate archive into one directory, nothing changes for the members that restore from it.
    private static bool SharesArchive(PgClusterMember candidate, PgClusterMember member) =>
        candidate.ArchiveDirectory is { } directory
        && ArchiveLocation.OfRestoreCommand(member.Status?.Receiver?.RestoreCommand) == directory;

    // A primary cannot confirm its own commits: in the list the old primary takes the place of the candidate.
    private static SynchronousStandbyNames? WithReturning(SynchronousStandbyNames? names, string candidate, string old)
    {
        if (names is null || !names.Names.Any(name => StandbyName.AreEqual(name, candidate)))
            return names;
        string[] others =
        [
            .. names.Names.Where(name => !StandbyName.AreEqual(name, old))
                .Select(name => StandbyName.AreEqual(name, candidate) ? old : name),
        ];
        return new SynchronousStandbyNames(names.Method, Math.Min(names.Count, others.Length), others, names.IsLegacyList);
    }

    // A server that archived as a standby has stored all WAL that its upstream had; one that archives from its
    // promotion on lacks the earlier WAL.
    private static bool HasEverything(PgClusterMember member) =>
        member is { ArchiveDirectory: not null, Status.ArchiveMode: ArchiveMode.Always };

    private static string? SlotOf(PgClusterMember member) => member.SlotName ?? member.Node?.SlotName;
}

/// <summary>A member that shall stream from the candidate.</summary>
/// <param name="Member">The member.</param>
/// <param name="ApplicationName">The name it is known by.</param>
/// <param name="SlotName">Its slot there; <see langword="null"/> for none.</param>
internal sealed record HandoverFollower(PgClusterMember Member, string ApplicationName, string? SlotName)
{
    /// <summary>Whether it shall keep copies of the candidate's failover slots, where it has not done so yet.</summary>
    public bool SynchronizesSlots { get; init; }

    /// <summary>The standbys that stream from it, by the names it knows them by: they stay, and are to stream again afterwards.</summary>
    public IReadOnlyList<string> Cascaded =>
        [.. (Member.Status?.Standbys ?? []).Where(standby => standby.IsStreaming == true).Select(standby => standby.ApplicationName)];

    /// <summary>The member's name.</summary>
    public override string ToString() => Member.Name;
}
