namespace PgHa;

/// <summary>How much WAL a server has, why it keeps it, and whether that is enough for its standbys.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/wal-configuration.html">WAL Configuration</see>.</remarks>
public sealed record WalRetention
{
    /// <summary>The server.</summary>
    public required PgInstance Server { get; init; }

    /// <summary>Whether it accepts writes or replays.</summary>
    public required ServerRole Role { get; init; }

    /// <summary>The position written by a primary, or received by a standby.</summary>
    public required Lsn CurrentLsn { get; init; }

    /// <summary>The size of a WAL file.</summary>
    public required WalSegmentSize SegmentSize { get; init; }

    /// <summary>Where recovery would begin after a crash.</summary>
    public required Lsn RedoLsn { get; init; }

    /// <summary>
    /// The position up to which WAL has been summarized for incremental backups; none if <c>summarize_wal</c> is off,
    /// and in PostgreSQL 16 and older.
    /// </summary>
    public Lsn? SummarizedLsn { get; init; }

    /// <summary>The files there are; unknown where the role may not list them.</summary>
    public WalFiles? Files { get; init; }

    /// <summary>
    /// The size of WAL from which on a checkpoint comes early (<c>max_wal_size</c>), in bytes. WAL that is
    /// kept for a reason may exceed it.
    /// </summary>
    public long MaxWalSize { get; init; }

    /// <summary>
    /// The WAL that is kept for standbys without a slot (<c>wal_keep_size</c>, or
    /// <c>wal_keep_segments</c> before 13), in bytes.
    /// </summary>
    public long WalKeepSize { get; init; }

    /// <summary>The name of that setting.</summary>
    public string WalKeepSetting { get; init; } = "wal_keep_size";

    /// <summary>
    /// The WAL that slots may keep at most (<c>max_slot_wal_keep_size</c>, from 13 on), in
    /// bytes; none if there is no limit.
    /// </summary>
    public long? MaxSlotWalKeepSize { get; init; }

    /// <summary>The server's replication slots.</summary>
    public IReadOnlyList<ReplicationSlot> Slots { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>Whether its WAL gets into its archive.</summary>
    public ArchiveStatus? Archive { get; init; }

    /// <summary>Why it keeps WAL, the reason that reaches back furthest first.</summary>
    public IReadOnlyList<WalKeeper> Keepers { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>The standbys, and whether it has what they need.</summary>
    public IReadOnlyList<StandbyWal> Standbys { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>When the server was asked, by its own clock.</summary>
    public DateTimeOffset? ObservedAt { get; init; }

    /// <summary>What is wrong, the most urgent first.</summary>
    public IReadOnlyList<WalFinding> Findings { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>The findings in words; empty where all is well.</summary>
    public string Diagnosis => string.Join("; ", Findings);

    /// <summary>The position of the oldest WAL there is; unknown where the role may not list the files.</summary>
    public Lsn? OldestLsn => Files?.Oldest.StartLsn(SegmentSize);

    /// <summary><c>node20@127.0.0.1:9420: 13 files (208 MB)</c>.</summary>
    public override string ToString() => $"{Server}: {Files?.ToString() ?? $"WAL up to {CurrentLsn}"}";

    /// <summary>The first position of the segment with a position: WAL is kept and removed by segments.</summary>
    internal Lsn SegmentStart(Lsn position) => new(position.Value - (position.Value % (ulong)SegmentSize.Bytes));
}
