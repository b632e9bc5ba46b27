namespace PgHa.Engine.Replication;

/// <summary>What to wait for on a standby.</summary>
public sealed record ReplicationWaitOptions
{
    /// <summary>The position to reach; <see langword="null"/> for where the upstream is when the waiting begins.</summary>
    public Lsn? Target { get; init; }

    /// <summary>
    /// The server the standby's WAL comes from, however far away; <see langword="null"/> to take the one its
    /// configuration names. An archive-fed standby's configuration names none.
    /// </summary>
    public PgInstance? Upstream { get; init; }

    /// <summary>What counts as reached.</summary>
    public ReplicationStage Stage { get; init; } = ReplicationStage.Replayed;
}
