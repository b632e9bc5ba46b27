namespace PgHa;

/// <summary>One server of a cluster at one moment.</summary>
/// <remarks>
/// <see cref="Status"/> is its own report, and <see cref="Link"/> the report of its upstream. A member may have either, both or neither;
/// the other properties are the best that is known from both.
/// </remarks>
public sealed record PgClusterMember
{
    /// <summary>The cluster's name.</summary>
    public required string Cluster { get; init; }

    /// <summary>The member's name, unique in the cluster.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The server; <see langword="null"/> if only its upstream reported it, because the upstream does not know its address.
    /// </summary>
    public PgInstance? Server { get; init; }

    /// <summary>What the definition says it is; <see langword="null"/> if it is in none.</summary>
    public NodeDefinition? Node { get; init; }

    /// <summary>What it is, by where its WAL comes from; <see langword="null"/> if that is not known.</summary>
    public NodeKind? Kind { get; init; }

    /// <summary>What it does.</summary>
    public MemberState State { get; init; }

    /// <summary>
    /// The name of the member it streams from, or is set up to stream from; <see langword="null"/> if there is none, or it is not known.
    /// </summary>
    public string? Upstream { get; init; }

    /// <summary>The archive it restores WAL from: the name of the member that archives there, otherwise the directory.</summary>
    public string? RestoreFrom { get; init; }

    /// <summary>The directory it archives into; <see langword="null"/> if it does not archive, or the directory is not known.</summary>
    public string? ArchiveDirectory { get; init; }

    /// <summary>Its own report, or what its host shows if it answers no SQL; <see langword="null"/> if it does not answer.</summary>
    public ReplicationStatus? Status { get; init; }

    /// <summary>The report of its upstream; <see langword="null"/> if it is not connected.</summary>
    public StandbyStatus? Link { get; init; }

    /// <summary>Why it has no status: one sentence; <see langword="null"/> if it has.</summary>
    public string? Error { get; init; }

    /// <summary>The stable id of <see cref="Error"/>, such as <c>ServerUnreachable</c>.</summary>
    public string? ErrorId { get; init; }

    /// <summary>The identifier of the cluster it is a copy of.</summary>
    public SystemIdentifier? SystemIdentifier { get; init; }

    /// <summary>Who is in charge of it, and the signs of that.</summary>
    public ServerManagement Management { get; init; } = ServerManagement.Unknown;

    /// <summary>The name of its manager; <see langword="null"/> if there is none; <c>unknown</c> if nobody could look.</summary>
    public string? ManagedBy => Management.ManagedBy;

    /// <summary>Whether it accepts writes or replays; <see langword="null"/> if that is not known.</summary>
    public ServerRole? Role => Status?.Role ?? (Link is null ? null : ServerRole.Standby);

    /// <summary>Whether it answers queries: a cold standby does not; <see langword="null"/> if that is not known.</summary>
    public bool? IsHot => Status is null ? null : Status.State == ServerState.Running;

    /// <summary>The timeline it writes, receives or replays.</summary>
    public TimelineId? Timeline => Status?.Timeline;

    /// <summary>The position written by a primary, or replayed by a standby.</summary>
    public Lsn? CurrentLsn => Status?.CurrentLsn ?? Link?.ReplayedLsn;

    /// <summary>The bytes that a standby has not replayed.</summary>
    public long? LagBytes => Status is null ? Link?.LagBytes : Status.LagBytes;

    /// <summary>How old the data of a standby is.</summary>
    public TimeSpan? LagTime => Status is null ? Link?.ReplayLag : Status.LagTime;

    /// <summary>Whether commits wait for it; <see langword="null"/> if it is not connected.</summary>
    public SyncState? SyncState => Link?.SyncState;

    /// <summary>The slot on its upstream that it streams through.</summary>
    public string? SlotName => Link?.SlotName ?? Status?.Receiver?.SlotName;

    /// <summary>The name its upstream knows it by.</summary>
    public string? ApplicationName => Link?.ApplicationName ?? Status?.Receiver?.ApplicationName;

    /// <summary>
    /// How long it waits before it replays a commit; zero if it does not wait, <see langword="null"/> if that is not known.
    /// </summary>
    public TimeSpan? ApplyDelay => Status?.Receiver?.ApplyDelay;

    /// <summary>The slots on it.</summary>
    public IReadOnlyList<ReplicationSlot> Slots => Status?.Slots ?? [];

    /// <summary><c>node23: Streaming from node20</c>.</summary>
    public override string ToString() => $"{Name}: {State}{((Upstream ?? RestoreFrom) is { } source ? $" from {source}" : "")}";
}
