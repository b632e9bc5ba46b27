namespace PgHa;

/// <summary>What a row of <c>pg_stat_replication</c> says about a standby's acknowledgements.</summary>
/// <param name="ApplicationName">The name the standby connected with.</param>
/// <param name="State">
/// The state of its WAL sender: <c>startup</c>, <c>catchup</c>, <c>streaming</c>, <c>backup</c> or <c>stopping</c>;
/// <see langword="null"/> where the role may not see it.
/// </param>
/// <param name="FlushLsn">The last position it said it has on disk; <see langword="null"/> if it never said.</param>
/// <remarks>
/// See
/// <see href="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW">pg_stat_replication</see>.
/// </remarks>
public sealed record ConnectedStandby(string ApplicationName, string? State, Lsn? FlushLsn)
{
    // A receiver that never reports what it flushed (pg_receivewal without --synchronous) is no synchronous
    // standby whatever its name, and one that still catches up is not counted yet.
    internal bool? CanAcknowledge => State is null ? null : State is "streaming" or "stopping" && FlushLsn is not null;
}
