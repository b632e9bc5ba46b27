namespace PgHa;

/// <summary>What can need the WAL of an archive.</summary>
public enum ArchiveKeeperKind
{
    /// <summary>A base backup: recovery from it begins there.</summary>
    BaseBackup,

    /// <summary>
    /// The last checkpoint of a primary or restartpoint of a standby: crash recovery begins there, and so does
    /// the search of <c>pg_rewind</c>.
    /// </summary>
    Checkpoint,

    /// <summary>A replication slot, for what its consumer has not confirmed.</summary>
    Slot,

    /// <summary>A position that somebody named.</summary>
    Position,
}
