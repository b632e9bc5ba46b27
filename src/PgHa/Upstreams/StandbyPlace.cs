namespace PgHa;

/// <summary>A standby's place in its cluster: whom it follows, who follows it, and what it means for commits.</summary>
internal sealed record StandbyPlace
{
    /// <summary>The standby.</summary>
    public required PgInstance Standby { get; init; }

    /// <summary>The name its upstream knows it by.</summary>
    public required string ApplicationName { get; init; }

    /// <summary>The slot on its upstream that it streams through.</summary>
    public string? SlotName { get; init; }

    /// <summary>What it says of itself; <see langword="null"/> if it does not run.</summary>
    public ReplicationStatus? Own { get; init; }

    /// <summary>What the server it follows says of itself; <see langword="null"/> for a standby that is fed from an archive.</summary>
    public ReplicationStatus? Upstream { get; init; }

    /// <summary>The last of its upstream servers that answered: the primary, if all did.</summary>
    public ReplicationStatus? Top { get; init; }

    /// <summary>The primary, if that is known.</summary>
    public ReplicationStatus? Primary => Top is { Role: ServerRole.Primary } ? Top : null;

    /// <summary>Whether it streams from the primary itself: the standby of a standby never confirms a commit.</summary>
    public bool IsDirect => Primary is not null && ReferenceEquals(Primary, Upstream);

    /// <summary>The standbys that get WAL from it now.</summary>
    public IReadOnlyList<StandbyStatus> Followers => Own?.Standbys ?? [];

    /// <summary>What commits wait for, if this standby can confirm them; otherwise <see langword="null"/>.</summary>
    public SynchronousStandbyNames? Names =>
        IsDirect && Primary!.SynchronousStandbyNames is { } names && names.Covers(ApplicationName) ? names : null;

    /// <summary>The connection it streams by, as its upstream sees it.</summary>
    public StandbyStatus? Link => Own is null
        ? null
        : Upstream?.Standbys.Where(row => StandbyName.AreEqual(row.ApplicationName, ApplicationName))
            // Only their slots can tell several standbys of one name apart.
            .OrderByDescending(row => row.SlotName == SlotName).FirstOrDefault();

    /// <summary>The names of the other standbys that confirm commits.</summary>
    public IReadOnlyList<string> Confirming => Names is { } names && Link is var link
        ? SyncStandbyPlan.Assess(names, Primary!.Standbys.Where(row => !ReferenceEquals(row, link))).Acknowledging
        : [];

    /// <summary>
    /// What commits can wait for without it: all of it if the other standbys suffice,
    /// <see langword="null"/> if none is left.
    /// </summary>
    public SynchronousStandbyNames? NamesWithout => RemainingNames.Of(Names, Confirming);

    /// <summary>Whether fewer standbys than now could confirm commits without it.</summary>
    public bool IsNeeded => Names is { } names && !names.Equals(NamesWithout);
}
