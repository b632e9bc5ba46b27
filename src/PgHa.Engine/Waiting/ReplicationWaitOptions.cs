namespace PgHa.Engine.Waiting;

/// <summary>What to wait for on a standby.</summary>
public sealed record ReplicationWaitOptions
{
    /// <summary>The position to reach; <see langword="null"/> for where the upstream is when the waiting begins.</summary>
    public Lsn? Target { get; init; }

    /// <summary>
    /// The server that the standby's WAL comes from, directly or through other servers; <see langword="null"/> for the one in its
    /// configuration. The configuration of an archive-fed standby names none.
    /// </summary>
    public PgInstance? Upstream { get; init; }

    /// <summary>What the standby must have done with the WAL.</summary>
    public ReplicationStage Stage { get; init; } = ReplicationStage.Replayed;
}
