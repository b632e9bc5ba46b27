namespace PgHa;

/// <summary>The kinds of recovery targets.</summary>
/// <remarks>
/// See
/// <see href="https://www.postgresql.org/docs/current/runtime-config-wal.html#RUNTIME-CONFIG-WAL-RECOVERY-TARGET">Recovery
/// Target</see>.
/// </remarks>
public enum RecoveryTargetKind
{
    /// <summary>It goes on to the end of the archive.</summary>
    EndOfWal,

    /// <summary>As soon as the data is consistent: at the end of the backup.</summary>
    Immediate,

    /// <summary>A time, compared with those of commits and restore points.</summary>
    Time,

    /// <summary>A position in the log.</summary>
    Lsn,

    /// <summary>A restore point that <c>pg_create_restore_point()</c> made.</summary>
    Name,

    /// <summary>A transaction, by its id.</summary>
    Transaction,
}
