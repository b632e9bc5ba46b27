namespace PgHa;

/// <summary>In what a cluster is not as its definition says.</summary>
public enum DriftKind
{
    /// <summary>A node of the definition is not there: its data directory is missing.</summary>
    NodeMissing,

    /// <summary>A node does not run, or does not answer.</summary>
    NodeDown,

    /// <summary>A node is a server of another cluster.</summary>
    ForeignSystem,

    /// <summary>A server accepts writes that should not.</summary>
    UnexpectedPrimary,

    /// <summary>The primary of the definition is a standby.</summary>
    NotPrimary,

    /// <summary>A standby streams and should live on an archive, or the other way round.</summary>
    NodeKind,

    /// <summary>A standby streams from another upstream, or as another name.</summary>
    Upstream,

    /// <summary>A standby uses another slot, or none.</summary>
    SlotName,

    /// <summary>A standby keeps copies of its primary's failover slots and should not, or the other way round, or something keeps it from that.</summary>
    SlotSynchronization,

    /// <summary>A standby restores from another archive, or none.</summary>
    RestoreFrom,

    /// <summary>A standby holds commits back for another time.</summary>
    ApplyDelay,

    /// <summary>A standby answers queries and should not, or the other way round.</summary>
    HotStandby,

    /// <summary>A setting has another value.</summary>
    Setting,

    /// <summary>A setting has its value in the files, and waits for a restart.</summary>
    PendingRestart,

    /// <summary>A rule of <c>pg_hba.conf</c> is missing.</summary>
    HbaRule,

    /// <summary>A node archives elsewhere, otherwise, or not at all.</summary>
    Archive,

    /// <summary>A slot is missing, or standbys may not keep copies of it and should.</summary>
    Slot,

    /// <summary>A slot that the definition does not name is used by nobody, and keeps WAL.</summary>
    OrphanedSlot,

    /// <summary>Commits wait for other standbys than they should, or otherwise.</summary>
    SynchronousStandbys,

    /// <summary>A role is missing, or may not do what it should.</summary>
    Role,

    /// <summary>A tablespace is missing, or elsewhere.</summary>
    Tablespace,

    /// <summary>A server is a member of the cluster and not in the definition.</summary>
    UnknownMember,
}
