using PgHa.Engine.Servers;

namespace PgHa.Engine.Waiting;

/// <summary>Reads the position of a standby without SQL from its upstream, to which the standby reports it.</summary>
/// <remarks>
/// A standby reports after each flush, and once more when it has replayed all it received. See
/// <see href="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW">pg_stat_replication</see>.
/// </remarks>
internal sealed class UpstreamProgress : IStandbyProgress
{
    private readonly ServerSession _upstream;
    private readonly string _applicationName;
    private readonly string _column;

    public UpstreamProgress(ServerSession upstream, string applicationName, ReplicationStage stage)
    {
        _upstream = upstream;
        _applicationName = applicationName;
        _column = stage switch
        {
            ReplicationStage.Written => "write",
            ReplicationStage.Flushed => "flush",
            _ => "replay",
        } + "_" + upstream.Dialect.LsnColumnSuffix;
    }

    // If two standbys have the same name, the one behind counts. PostgreSQL 12 and older has no min(pg_lsn).
    public async Task<Lsn?> PositionAsync(CancellationToken cancellationToken)
    {
        string? position = await _upstream.ScalarAsync<string>(
            $"select {_column}::text from pg_stat_replication where application_name = $1 order by {_column} nulls first limit 1",
            cancellationToken, _applicationName).ConfigureAwait(false);
        return position is null ? null : Lsn.Parse(position);
    }

    public async Task<string> ObstacleAsync(CancellationToken cancellationToken)
    {
        string? state = await _upstream.ScalarAsync<string>(
            "select min(state) from pg_stat_replication where application_name = $1", cancellationToken,
            _applicationName).ConfigureAwait(false);
        return state switch
        {
            null => $"no standby named '{_applicationName}' streams from {_upstream.Instance}: "
                + "the standby's log says why (Get-PgServerLog)",
            "streaming" => "it streams and replays, but has more to do",
            _ => $"its WAL sender on {_upstream.Instance} is in state '{state}'",
        };
    }

    public ValueTask DisposeAsync() => _upstream.DisposeAsync();
}
