namespace PgHa;

/// <summary>How the source writes the checkpoint that a base backup starts with.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/app-pgbasebackup.html">pg_basebackup</see>.</remarks>
public enum BackupCheckpoint
{
    /// <summary>
    /// At once, at the cost of a burst of writing. It is the default, other than in <c>pg_basebackup</c>, because with
    /// <see cref="Spread"/> a clone does not even start for up to <c>checkpoint_timeout</c>, and looks hung.
    /// </summary>
    Fast,

    /// <summary>Over <c>checkpoint_completion_target</c> of <c>checkpoint_timeout</c>, so that a busy server hardly notices.</summary>
    Spread,
}
