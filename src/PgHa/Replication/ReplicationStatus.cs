namespace PgHa;

/// <summary>A server's part in replication at one moment: what it wrote or replayed, where that came from and where it goes.</summary>
public sealed record ReplicationStatus
{
    /// <summary>The server that was asked.</summary>
    public required PgInstance Server { get; init; }

    /// <summary>Whether it accepts writes or replays.</summary>
    public required ServerRole Role { get; init; }

    /// <summary>Whether it answers SQL.</summary>
    public ServerState State { get; init; }

    /// <summary>The identifier of the cluster it is a copy of; a standby can only follow a server with the same one.</summary>
    public SystemIdentifier? SystemIdentifier { get; init; }

    /// <summary>The timeline it writes, receives or replays.</summary>
    public TimelineId? Timeline { get; init; }

    /// <summary>The position written by a primary, or replayed by a standby.</summary>
    public Lsn? CurrentLsn { get; init; }

    /// <summary>
    /// The bytes that a standby has not replayed: up to the primary's position if the primary was asked too, otherwise up
    /// to the last position that the upstream reported.
    /// </summary>
    public long? LagBytes { get; init; }

    /// <summary>How old the data of a standby is; zero when it has all there is, however long ago that was written.</summary>
    public TimeSpan? LagTime { get; init; }

    /// <summary>What a standby receives and replays.</summary>
    public ReceiverStatus? Receiver { get; init; }

    /// <summary>The upstream, if it was asked too.</summary>
    public PgInstance? Upstream { get; init; }

    /// <summary>The standbys that stream from this server.</summary>
    public IReadOnlyList<StandbyStatus> Standbys { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>
    /// The slots whose standbys must have received a change before the consumer of a failover slot gets it
    /// (<c>synchronized_standby_slots</c>); unknown in PostgreSQL 16 and older.
    /// </summary>
    public string? SynchronizedStandbySlots { get; init; }

    /// <summary>The server's replication slots.</summary>
    public IReadOnlyList<ReplicationSlot> Slots { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>The standbys that commits wait for (<c>synchronous_standby_names</c>).</summary>
    public SynchronousStandbyNames? SynchronousStandbyNames { get; init; }

    /// <summary>What commits wait for (<c>synchronous_commit</c>).</summary>
    public CommitLevel? SynchronousCommit { get; init; }

    /// <summary>The name the server has for itself (<c>cluster_name</c>); none if it is empty.</summary>
    public string? ClusterName { get; init; }

    /// <summary>Since when the server runs, by its own clock: no two servers of a cluster start in the same microsecond.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Whether it archives its WAL (<c>archive_mode</c>); none if it does not.</summary>
    public ArchiveMode? ArchiveMode { get; init; }

    /// <summary>The command that archives a file (<c>archive_command</c>), with passwords masked; none if it is empty.</summary>
    public string? ArchiveCommand { get; init; }

    /// <summary>When the server was asked, by its own clock.</summary>
    public DateTimeOffset? ObservedAt { get; init; }

    /// <summary>What is wrong, the most urgent first.</summary>
    public IReadOnlyList<ReplicationFinding> Findings { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>The findings in words; empty where all is well.</summary>
    public string Diagnosis => string.Join("; ", Findings);

    /// <summary>The signs of a manager that the server shows by SQL; <see langword="null"/> if it was not asked.</summary>
    internal IReadOnlyList<ManagementSign>? ManagementSigns { get; init; }

    /// <summary>The same status with another name for the server.</summary>
    internal ReplicationStatus WithServer(PgInstance server) => this with
    {
        Server = server,
        Standbys = [.. Standbys.Select(standby => standby with { Upstream = server })],
        Slots = [.. Slots.Select(slot => slot with { Server = server })],
    };

    /// <summary>Whether both may be copies of one cluster; a server whose identifier is not known may be a copy of any.</summary>
    internal bool IsSameSystem(ReplicationStatus other) =>
        SystemIdentifier is not { } mine || other.SystemIdentifier is not { } theirs || mine == theirs;

    /// <summary><c>node23@127.0.0.1:9423: Standby at 0/3000148</c>.</summary>
    public override string ToString() => $"{Server}: {Role} at {CurrentLsn?.ToString() ?? "an unknown position"}";
}
