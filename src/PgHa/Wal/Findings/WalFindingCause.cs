namespace PgHa;

/// <summary>What is wrong with the archiving or the keeping of WAL, the most urgent first.</summary>
public enum WalFindingCause
{
    /// <summary>WAL that a standby needs is gone: the standby needs the archive or a new clone.</summary>
    StandbyLost,

    /// <summary>WAL that a slot claims has been removed.</summary>
    SlotLost,

    /// <summary>The archive takes no file: the last attempt failed.</summary>
    ArchivingFails,

    /// <summary>WAL is missing in the archive, although the server counts it as archived.</summary>
    ArchiveIncomplete,

    /// <summary>The server is set up to archive, but has neither a command nor a library for it.</summary>
    ArchivingNotConfigured,

    /// <summary>Files wait to be archived, and none has been archived for long.</summary>
    ArchivingStalled,

    /// <summary>WAL that a slot claims will be removed at the next checkpoint.</summary>
    SlotInDanger,

    /// <summary>Nothing keeps the WAL that a standby needs: it may be removed at the next checkpoint.</summary>
    StandbyAtRisk,

    /// <summary>Nothing is connected to a slot, and the server keeps WAL for it.</summary>
    SlotUnused,

    /// <summary>WAL is written faster than it is archived.</summary>
    ArchivingSlow,

    /// <summary>There is more WAL than <c>max_wal_size</c>, because something keeps it.</summary>
    WalOverLimit,

    /// <summary>
    /// The exit status of the <c>archive_command</c> does not prove that a file is in the archive, and the tool could not be asked.
    /// </summary>
    ArchiveNotProven,
}
