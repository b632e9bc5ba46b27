namespace PgHa;

/// <summary>What can make a server keep WAL.</summary>
public enum WalKeeperKind
{
    /// <summary>A replication slot, for what its consumer has not confirmed.</summary>
    Slot,

    /// <summary>The archiver, for what is not archived yet.</summary>
    Archiver,

    /// <summary>The WAL summarizer, for what it has not summarized for incremental backups (from 17 on).</summary>
    Summarizer,

    /// <summary>The setting <c>wal_keep_size</c>, or <c>wal_keep_segments</c> before 13.</summary>
    Setting,

    /// <summary>The last checkpoint, for recovery after a crash.</summary>
    Checkpoint,
}
