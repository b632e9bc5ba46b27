namespace PgHa;

/// <summary>What a standby means for the commits of the server it streams from.</summary>
/// <remarks>
/// See <c>sync_state</c> in
/// <see href="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW">pg_stat_replication</see>.
/// </remarks>
public enum SyncState
{
    /// <summary>Commits never wait for it.</summary>
    Async,

    /// <summary>Commits wait for it if one of those before it in the list goes away.</summary>
    Potential,

    /// <summary>Commits wait for it.</summary>
    Sync,

    /// <summary>Commits wait for enough standbys of a group it is in.</summary>
    Quorum,
}
