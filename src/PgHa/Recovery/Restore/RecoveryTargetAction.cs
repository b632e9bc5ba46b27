namespace PgHa;

/// <summary>What becomes of a restored server that has reached its target.</summary>
/// <remarks>
/// See
/// <see href="https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-RECOVERY-TARGET-ACTION">recovery_target_action</see>.
/// </remarks>
public enum RecoveryTargetAction
{
    /// <summary>It stays in recovery and answers queries that only read, so that the user can check whether the target is right.</summary>
    Pause,

    /// <summary>It becomes a primary, on a timeline of its own.</summary>
    Promote,

    /// <summary>It is stopped; started again, it pauses at the target.</summary>
    Shutdown,
}
