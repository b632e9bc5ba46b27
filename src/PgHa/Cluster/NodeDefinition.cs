namespace PgHa;

/// <summary>One server of a cluster as it should be.</summary>
/// <remarks>
/// A node with neither <see cref="Upstream"/> nor <see cref="RestoreFrom"/> is the primary. See
/// <see href="https://www.postgresql.org/docs/current/warm-standby.html">Log-Shipping Standby Servers</see>.
/// </remarks>
public sealed record NodeDefinition
{
    private readonly string? _applicationName;

    /// <summary>The node's name, unique in the cluster: its <c>cluster_name</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The address that the server listens on, and at which others reach it.</summary>
    public string Host { get; init; } = PgInstance.DefaultHost;

    /// <summary>The TCP port.</summary>
    public int Port { get; init; } = PgInstance.DefaultPort;

    /// <summary>The machine that it is on, as PgHa reaches it; this one by default.</summary>
    public PgMachine Machine { get; init; } = PgMachine.This;

    /// <summary>The data directory, on the node's machine.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The name of the node it streams from; <see langword="null"/> if it does not stream.</summary>
    public string? Upstream { get; init; }

    /// <summary>The archive it restores WAL from: the name of the node that archives there, or a directory.</summary>
    public string? RestoreFrom { get; init; }

    /// <summary>Whether a standby answers queries.</summary>
    public bool HotStandby { get; init; } = true;

    /// <summary>The physical slot on its upstream that keeps WAL for it.</summary>
    public string? SlotName { get; init; }

    /// <summary>
    /// Whether a standby keeps copies of its primary's failover slots (PostgreSQL 17 and newer): <c>sync_replication_slots</c> and
    /// <c>hot_standby_feedback</c> are on, and its <c>primary_conninfo</c> names a database.
    /// </summary>
    public bool SyncReplicationSlots { get; init; }

    /// <summary>The name that its upstream, and <c>synchronous_standby_names</c>, know it by; its own name by default.</summary>
    public string ApplicationName
    {
        get => _applicationName ?? Name;
        init => _applicationName = value == Name ? null : value;
    }

    /// <summary>How long it waits before it replays a commit (<c>recovery_min_apply_delay</c>).</summary>
    public TimeSpan ApplyDelay { get; init; }

    /// <summary>The directory it archives its WAL into; <see langword="null"/> if it does not archive.</summary>
    public string? ArchiveDirectory { get; init; }

    /// <summary>
    /// Whether it archives as a standby too (<see cref="PgHa.ArchiveMode.Always"/>), for which it needs an archive of its own.
    /// </summary>
    public ArchiveMode ArchiveMode { get; init; }

    /// <summary>Slots that it keeps for consumers other than the cluster's standbys.</summary>
    public IReadOnlyList<SlotDefinition> Slots { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>Settings of this node alone; they win over the cluster's.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Rules of this node's <c>pg_hba.conf</c> alone, after the cluster's.</summary>
    public IReadOnlyList<HbaRule> Hba { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>The directories of the tablespaces on this node, by the tablespace's name.</summary>
    public IReadOnlyDictionary<string, string> Tablespaces { get; init; } = new Dictionary<string, string>();

    /// <summary>What the node is, by where its WAL comes from.</summary>
    public NodeKind Kind => Upstream is not null ? NodeKind.Streaming : RestoreFrom is not null ? NodeKind.ArchiveFed : NodeKind.Primary;

    /// <summary><c>node23 (standby of node20)</c>.</summary>
    public override string ToString() => Kind switch
    {
        NodeKind.Primary => $"{Name} (primary)",
        NodeKind.Streaming => $"{Name} (standby of {Upstream})",
        _ => $"{Name} (standby fed from the archive of {RestoreFrom})",
    };
}
