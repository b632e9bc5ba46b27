namespace PgHa;

/// <summary>Facts from a server's catalogs that matter to a cluster, other than its settings and its replication.</summary>
public sealed record ServerFacts
{
    /// <summary>The version, with the minor version.</summary>
    public required ServerVersion Version { get; init; }

    /// <summary>The roles, except PostgreSQL's own.</summary>
    public IReadOnlyList<ServerRoleFacts> Roles { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>The directories of the tablespaces, by name; those inside the data directory are left out.</summary>
    public IReadOnlyDictionary<string, string> Tablespaces { get; init; } = new Dictionary<string, string>();

    /// <summary>The age in transactions of the oldest row that is not frozen, in the database where it is highest.</summary>
    public long TransactionAge { get; init; }

    /// <summary>
    /// The data pages with a wrong checksum since the statistics were reset; <see langword="null"/> without checksums, and on PostgreSQL 11
    /// and older.
    /// </summary>
    public long? ChecksumFailures { get; init; }

    /// <summary>The age of the oldest transaction that is open; <see langword="null"/> if none is.</summary>
    public TimeSpan? OldestTransaction { get; init; }

    /// <summary>
    /// Whether PgHa's role sees the transactions of other roles; if not, <see cref="OldestTransaction"/> leaves them out.
    /// </summary>
    public bool SeesActivity { get; init; } = true;

    /// <summary>
    /// The age of the oldest prepared transaction; <see langword="null"/> if there is none. Only COMMIT PREPARED or ROLLBACK PREPARED ends
    /// it.
    /// </summary>
    public TimeSpan? OldestPreparedTransaction { get; init; }

    /// <summary>How many unlogged tables there are in the database that PgHa connects to: a failover empties them.</summary>
    public long UnloggedTables { get; init; }

    /// <summary>How many WAL senders there are.</summary>
    public int WalSenders { get; init; }

    /// <summary>How many connections there are.</summary>
    public int Connections { get; init; }

    /// <summary>By how much the server's clock is ahead of this machine's.</summary>
    public TimeSpan ClockOffset { get; init; }
}

/// <summary>A role as a server has it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsSuperuser">Whether it may do anything.</param>
/// <param name="CanReplicate">Whether it may open replication connections.</param>
/// <param name="CanLogin">Whether it may connect.</param>
/// <param name="MemberOf">The roles it is a member of.</param>
public sealed record ServerRoleFacts(string Name, bool IsSuperuser, bool CanReplicate, bool CanLogin, IReadOnlyList<string> MemberOf);
