namespace PgHa;

/// <summary>Where a lag is, or what else is wrong with replication.</summary>
public enum ReplicationFindingCause
{
    /// <summary>Too few synchronous standbys confirm: every commit that waits for them hangs.</summary>
    CommitsHang,

    /// <summary>Two standbys of one name take turns as the synchronous one: which of them has a commit is not known.</summary>
    DuplicateApplicationName,

    /// <summary>No standby has a name that <c>synchronous_standby_names</c> lists.</summary>
    SyncStandbyMissing,

    /// <summary>A listed standby streams from another standby: it never confirms a commit of the primary.</summary>
    SyncStandbyCascaded,

    /// <summary>A listed standby is connected and does not confirm commits yet, or never will.</summary>
    SyncStandbyNotReady,

    /// <summary>A listed standby is connected, and the role may not see whether it confirms commits.</summary>
    SyncStandbyUnknown,

    /// <summary>Commits wait for more standbys than <c>synchronous_standby_names</c> lists.</summary>
    SyncCountTooHigh,

    /// <summary>
    /// WAL that a slot claims has been removed: a standby needs the archive or a new clone, a logical
    /// consumer a new slot and a new copy.
    /// </summary>
    SlotLost,

    /// <summary>WAL that a slot claims will be removed at the next checkpoint.</summary>
    SlotInDanger,

    /// <summary>The upstream has no slot of the name that the standby asks for.</summary>
    SlotMissing,

    /// <summary>Nothing is connected to a slot, and the server keeps WAL for it.</summary>
    SlotUnused,

    /// <summary>A standby is set up to keep copies of its primary's logical slots, but cannot.</summary>
    SlotSyncBlocked,

    /// <summary>A standby's copy of a logical slot would not outlive a promotion.</summary>
    SlotNotReady,

    /// <summary>The standby has an upstream and does not stream from it.</summary>
    NotStreaming,

    /// <summary>A standby is connected and has not replied for long.</summary>
    StandbySilent,

    /// <summary>WAL is written faster than it is sent: the upstream is overloaded, or its standby does not take more.</summary>
    SendingSlow,

    /// <summary>WAL is sent faster than the standby writes it: the network, or the standby's load.</summary>
    ReceivingSlow,

    /// <summary>WAL is received faster than it is flushed: the standby's disk.</summary>
    FlushingSlow,

    /// <summary>WAL is received faster than it is replayed.</summary>
    ReplaySlow,

    /// <summary>Replay is paused.</summary>
    ReplayPaused,

    /// <summary>Replay is held back on purpose (<c>recovery_min_apply_delay</c>).</summary>
    ReplayDelayed,

    /// <summary>The standby is fed from the archive, and the next WAL file is not there.</summary>
    WaitingForArchive,

    /// <summary>Standbys are listed, and <c>synchronous_commit</c> lets commits wait for none of them.</summary>
    CommitsDoNotWait,
}
