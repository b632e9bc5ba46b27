namespace PgHa;

/// <summary>The kinds of differences between a cluster and its definition.</summary>
public enum DriftKind
{
    /// <summary>A node of the definition is not there: its data directory is missing.</summary>
    NodeMissing,

    /// <summary>A node does not run, or does not answer.</summary>
    NodeDown,

    /// <summary>A node is a server of another cluster.</summary>
    ForeignSystem,

    /// <summary>A server accepts writes and should not.</summary>
    UnexpectedPrimary,

    /// <summary>The primary of the definition is a standby.</summary>
    NotPrimary,

    /// <summary>A standby streams and should restore from an archive only, or the other way round.</summary>
    NodeKind,

    /// <summary>A standby streams from another upstream, or with another application name.</summary>
    Upstream,

    /// <summary>A standby uses another slot, or none.</summary>
    SlotName,

    /// <summary>A standby keeps copies of its primary's failover slots and should not; or it should, and does not or cannot.</summary>
    SlotSynchronization,

    /// <summary>A standby restores from another archive, or none.</summary>
    RestoreFrom,

    /// <summary>A standby delays the replay of commits by another time.</summary>
    ApplyDelay,

    /// <summary>A standby answers queries and should not, or the other way round.</summary>
    HotStandby,

    /// <summary>A setting has another value.</summary>
    Setting,

    /// <summary>A setting has its value in the files, and takes effect at the next restart.</summary>
    PendingRestart,

    /// <summary>A rule of <c>pg_hba.conf</c> is missing.</summary>
    HbaRule,

    /// <summary>A node archives into another directory, in another mode, or not at all.</summary>
    Archive,

    /// <summary>A slot is missing, or standbys may not keep copies of it and should.</summary>
    Slot,

    /// <summary>A slot that the definition does not name is used by nobody, and keeps WAL.</summary>
    OrphanedSlot,

    /// <summary>Commits wait for other standbys than they should, or at another level of <c>synchronous_commit</c>.</summary>
    SynchronousStandbys,

    /// <summary>A role is missing, or lacks a privilege or membership.</summary>
    Role,

    /// <summary>A tablespace is missing, or in another directory.</summary>
    Tablespace,

    /// <summary>A server is a member of the cluster and not in the definition.</summary>
    UnknownMember,
}
