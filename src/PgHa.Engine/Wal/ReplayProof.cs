using PgHa.Engine.Replication;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Wal;

/// <summary>Proves that a standby replays the WAL that it has received, before an operation depends on it.</summary>
internal static class ReplayProof
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    // A startup process that sleeps has replayed all WAL. One that is about to be woken sleeps too, but not for long: one look
    // is not enough.
    private const int LooksAsleep = 5;

    /// <summary>Waits until everything is replayed that the standby has received by now.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="standby">The standby. A server that is no standby any more has nothing left to replay.</param>
    /// <param name="deadline">How long it may take.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException">
    /// <c>ReplayPaused</c>, <c>ReplayDelayed</c>; <c>ReplayBlocked</c>: sessions block replay, and the message names them;
    /// <c>ReplayBehind</c>: the server gives no reason.
    /// </exception>
    public static async Task RequireAsync(EngineContext context, PgInstance standby, TimeSpan deadline, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, standby, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            if (await LookAsync(session, cancellationToken).ConfigureAwait(false) is not { Received: { } target })
                return;
            int asleep = 0;
            ReplayObstacle? now = null;
            await Poll.UntilAsync(
                async () =>
                {
                    now = await LookAsync(session, cancellationToken).ConfigureAwait(false);
                    asleep = now is { WaitsForWal: true } ? asleep + 1 : 0;
                    return now is null || now.Replayed >= target || (asleep >= LooksAsleep && !now.IsPaused)
                        || (now.IsPaused ? throw await FailureAsync(session, now, cancellationToken).ConfigureAwait(false) : false);
                },
                Look, Deadline.In(deadline), () => FailureAsync(session, now!, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The same for a standby that is about to be promoted. A promotion overrides a delay and, with PostgreSQL 13 and newer, a
    /// pause.
    /// </summary>
    public static async Task RequireBeforePromotionAsync(EngineContext context, PgInstance standby, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, standby, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            if (await LookAsync(session, cancellationToken).ConfigureAwait(false) is not { } now
                || now.ApplyDelay > TimeSpan.Zero || (now.IsPaused && session.Dialect.PromotionEndsReplayPause))
                return;
        }

        await RequireAsync(context, standby, context.Timeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// What keeps a standby from replaying, in one sentence; <see langword="null"/> if the standby cannot be asked.
    /// </summary>
    public static async Task<string?> DescribeAsync(EngineContext context, PgInstance standby, CancellationToken cancellationToken)
    {
        try
        {
            ServerSession session = await ServerSession.OpenAsync(context, standby, cancellationToken).ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
            {
                return await LookAsync(session, cancellationToken).ConfigureAwait(false) is { } now
                    ? (await FailureAsync(session, now, cancellationToken).ConfigureAwait(false)).Message
                    : null;
            }
        }
        catch (PgHaException)
        {
            return null;
        }
    }

    private static async Task<PgHaException> FailureAsync(ServerSession session, ReplayObstacle now, CancellationToken cancellationToken)
    {
        OperationProblem problem = (now with
        {
            Blockers = await BlockersAsync(session, cancellationToken).ConfigureAwait(false),
        }).ToProblem();
        return new PgHaException(problem.Id, PgHaErrorKind.OperationFailed, problem.Message, problem.Advice, session.Instance.ToString());
    }

    // null: the server is a primary.
    private static async Task<ReplayObstacle?> LookAsync(ServerSession session, CancellationToken cancellationToken)
    {
        ServerDialect dialect = session.Dialect;
        string waitEvent = dialect.HasBackendTypes
            ? "(select min(wait_event) from pg_stat_activity where backend_type = 'startup')"
            : "null::text";
        IReadOnlyList<ReplayObstacle> rows = await session.QueryAsync(
            $"""
            select ({WalPositionSql.End(dialect)})::text as received, {dialect.LastWalReplayLsnFunction}()::text as replayed,
                   case when pg_is_in_recovery() then {dialect.IsReplayPausedFunction}() else false end as paused,
                   current_setting('recovery_min_apply_delay', true)::interval as delay,
                   current_setting('max_standby_streaming_delay', true) as streaming_delay, {waitEvent} as wait_event
            where pg_is_in_recovery()
            """,
            row => new ReplayObstacle
            {
                Standby = session.Instance.ToString(),
                Received = row.Lsn("received"),
                Replayed = row.Lsn("replayed"),
                IsPaused = row.Get<bool>("paused"),
                ApplyDelay = row.Interval("delay"),
                StreamingDelay = row.Text("streaming_delay"),
                WaitEvent = row.Text("wait_event"),
            },
            cancellationToken).ConfigureAwait(false);
        return rows.Count == 0 ? null : rows[0];
    }

    // The sessions that hold a lock that replay waits for. If there are none, the sessions that may still see rows that replay
    // would remove.
    private static async Task<IReadOnlyList<ReplayBlocker>> BlockersAsync(ServerSession session, CancellationToken cancellationToken) =>
        !session.Dialect.HasBackendTypes ? [] : await session.QueryAsync(
            """
            with blocking as (
                select unnest(pg_blocking_pids(pid)) as pid from pg_stat_activity where backend_type = 'startup'
            )
            select pid, usename::text as user_name, nullif(application_name, '') as application,
                   clock_timestamp() - coalesce(xact_start, query_start) as age
            from pg_stat_activity
            where pid <> pg_backend_pid() and backend_type = 'client backend'
              and case when exists (select from blocking) then pid in (select pid from blocking) else backend_xmin is not null end
            order by coalesce(xact_start, query_start) limit 5
            """,
            row => new ReplayBlocker(row.Get<int>("pid"), row.Text("user_name"), row.Text("application"), row.Interval("age")),
            cancellationToken).ConfigureAwait(false);
}
