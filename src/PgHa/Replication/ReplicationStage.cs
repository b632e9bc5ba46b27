namespace PgHa;

/// <summary>How far WAL has come on a standby; each stage includes the ones before it.</summary>
/// <remarks>
/// These are the columns of
/// <see href="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW">pg_stat_replication</see>,
/// and what <c>synchronous_commit</c> waits for with <c>remote_write</c>, <c>on</c> and <c>remote_apply</c>.
/// </remarks>
public enum ReplicationStage
{
    /// <summary>The standby has written it; a crash of its machine can lose it.</summary>
    Written,

    /// <summary>It is on the standby's disk.</summary>
    Flushed,

    /// <summary>It has been applied: queries on a hot standby see it.</summary>
    Replayed,
}
