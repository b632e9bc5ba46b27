using System.Globalization;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Waiting;

/// <summary>Asks a hot standby itself.</summary>
/// <remarks>
/// See
/// <see href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-CONTROL">Recovery Control Functions</see>.
/// </remarks>
internal sealed class HotStandbyProgress : IStandbyProgress
{
    // WAIT FOR returns when the position is reached. This limit lets PgHa report the progress meanwhile.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(500);

    private readonly ServerSession _session;
    private readonly string _position;
    private readonly string _mode;

    public HotStandbyProgress(ServerSession session, ReplicationStage stage)
    {
        _session = session;
        ServerDialect dialect = session.Dialect;
        // After a restart the received position begins at the start of a segment, and it does not count WAL from an archive. But all
        // replayed WAL has been received too.
        _position = stage == ReplicationStage.Replayed
            ? $"{dialect.LastWalReplayLsnFunction}()"
            : $"greatest({dialect.LastWalReceiveLsnFunction}(), {dialect.LastWalReplayLsnFunction}())";
        _mode = stage == ReplicationStage.Replayed ? "standby_replay" : "standby_flush";
    }

    public async Task<Lsn?> PositionAsync(CancellationToken cancellationToken)
    {
        (bool isStandby, Lsn? position) = (await _session.QueryAsync(
            $"select pg_is_in_recovery() as is_standby, {_position}::text as lsn",
            row => (row.Get<bool>("is_standby"), row.Lsn("lsn")),
            cancellationToken).ConfigureAwait(false))[0];
        return isStandby
            ? position
            : throw ServerRoles.NotAStandby(_session.Instance);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The answer of <c>WAIT FOR</c> does not suffice: a server that was promoted meanwhile reports success for WAL that it replayed as a
    /// standby. So PgHa then reads the position and the role again.
    /// See <see href="https://www.postgresql.org/docs/19/sql-wait-for.html">WAIT FOR</see>.
    /// </remarks>
    public async Task PauseAsync(Lsn target, TimeSpan pause, TimeSpan left, CancellationToken cancellationToken)
    {
        if (!_session.Dialect.HasWaitForLsn)
        {
            await Poll.PauseAsync(pause, left, cancellationToken).ConfigureAwait(false);
            return;
        }

        // A timeout of 0 would mean no timeout. Neither the timeout nor the position can be a parameter.
        int milliseconds = Math.Max(1, (int)(left < LongestWait ? left : LongestWait).TotalMilliseconds);
        await _session.ExecuteAsync(
            string.Create(CultureInfo.InvariantCulture, $"wait for lsn '{target}' with (mode '{_mode}', timeout {milliseconds}, no_throw)"),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The connection of its WAL receiver; <see langword="null"/> if none runs, or the role may not see it.</summary>
    public async Task<ConnectionSettings?> UpstreamAsync(CancellationToken cancellationToken) =>
        await _session.ScalarAsync<string>(
            "select conninfo from pg_stat_wal_receiver", cancellationToken).ConfigureAwait(false) is { Length: > 0 } text
            ? ShownConninfo.Parse(text)
            : null;

    public async Task<string> ObstacleAsync(CancellationToken cancellationToken)
    {
        ServerDialect dialect = _session.Dialect;
        (bool isPaused, bool isStreaming, string? delay) = (await _session.QueryAsync(
            $"""
            select {dialect.IsReplayPausedFunction}() as is_paused,
                   exists (select from pg_stat_wal_receiver where status = 'streaming') as is_streaming,
                   (select setting from pg_settings where name = 'recovery_min_apply_delay' and setting <> '0') as delay
            """,
            row => (row.Get<bool>("is_paused"), row.Get<bool>("is_streaming"), row.Text("delay")),
            cancellationToken).ConfigureAwait(false))[0];
        return isPaused ? $"replay is paused ({dialect.ReplayResumeFunction}() resumes it)"
            : delay is not null ? $"recovery_min_apply_delay holds replay back by {delay} ms"
            : !isStreaming ? "it does not stream: its log says why (Get-PgServerLog)"
            : "it streams and replays, but has more to do";
    }

    public ValueTask DisposeAsync() => _session.DisposeAsync();
}
