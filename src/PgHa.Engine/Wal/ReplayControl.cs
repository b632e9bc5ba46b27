using PgHa.Engine.Servers;

namespace PgHa.Engine.Wal;

/// <summary>
/// Pauses and resumes replay on a standby, by SQL only. The standby continues to receive WAL while replay is paused.
/// </summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-CONTROL">Recovery Control
/// Functions</see>.
/// </remarks>
public static class ReplayControl
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    // PostgreSQL 12 and older call the second RecoveryWalAll.
    private const string GoesOnAsStandby = """
        select coalesce(bool_or(coalesce(
            wait_event in ('RecoveryWalStream', 'RecoveryWalAll', 'RecoveryRetrieveRetryInterval'), false)), true)
        from pg_stat_activity where backend_type = 'startup'
        """;

    /// <summary>
    /// Pauses replay. With PostgreSQL 14 and newer, it returns when replay has stopped. Older servers only confirm the request,
    /// and may still finish the current record.
    /// </summary>
    /// <exception cref="PgHaException">
    /// <c>NotAStandby</c>; <c>InsufficientPrivilege</c>; <c>OperationTimeout</c>: the standby did not pause before the
    /// deadline.
    /// </exception>
    public static async Task SuspendAsync(EngineContext context, PgInstance standby, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, standby, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            await ServerRoles.RequireStandbyAsync(session, cancellationToken).ConfigureAwait(false);
            if (await IsAskedToPauseAsync(session, cancellationToken).ConfigureAwait(false))
                context.Log.Step($"{standby}: replay is paused already, or about to be.");
            else
                await CallAsync(session, session.Dialect.ReplayPauseFunction, cancellationToken).ConfigureAwait(false);

            if (session.Dialect.HasReplayPauseState)
                await AwaitPauseAsync(context, session, cancellationToken).ConfigureAwait(false);
            string? position = await PositionAsync(session, cancellationToken).ConfigureAwait(false);
            context.Log.Step($"{standby}: replay is paused at {position}.");
        }
    }

    /// <summary>
    /// Resumes replay. It changes nothing on a standby whose replay is not paused. A standby that had paused at its recovery target becomes
    /// a primary by it; it is one when this returns.
    /// </summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="standby">The standby.</param>
    /// <param name="allowPromotion">Whether to resume even if that may make the standby a primary.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException">
    /// <c>NotAStandby</c>; <c>ResumeMayPromote</c>; <c>InsufficientPrivilege</c>; <c>OperationTimeout</c>: the promotion goes on.
    /// </exception>
    public static async Task ResumeAsync(
        EngineContext context, PgInstance standby, bool allowPromotion, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, standby, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            await ServerRoles.RequireStandbyAsync(session, cancellationToken).ConfigureAwait(false);
            if (!await IsAskedToPauseAsync(session, cancellationToken).ConfigureAwait(false))
            {
                context.Log.Step($"{standby}: replay is not paused.");
                return;
            }

            if (!allowPromotion)
                await RefuseAtTargetAsync(session, cancellationToken).ConfigureAwait(false);
            string? pausedAt = allowPromotion ? await PositionAsync(session, cancellationToken).ConfigureAwait(false) : null;
            await CallAsync(session, session.Dialect.ReplayResumeFunction, cancellationToken).ConfigureAwait(false);
            context.Log.Step($"{standby}: replay goes on.");
            if (allowPromotion)
                await AwaitPromotionAsync(context, session, pausedAt, cancellationToken).ConfigureAwait(false);
        }
    }

    // A server that has paused at its recovery target ends recovery when it is resumed. SQL does not tell whether the server
    // has paused there or before. In PostgreSQL 11 and older SQL does not even show the target.
    private static async Task RefuseAtTargetAsync(ServerSession session, CancellationToken cancellationToken)
    {
        string? target = await session.ScalarAsync<string>(
            """
            select min(t.name) from pg_settings t join pg_settings a on a.name = 'recovery_target_action' and a.setting = 'pause'
            where t.name in ('recovery_target', 'recovery_target_lsn', 'recovery_target_name', 'recovery_target_time',
                             'recovery_target_xid')
              and t.setting <> ''
            """,
            cancellationToken).ConfigureAwait(false);
        if (target is not null)
        {
            throw new PgHaException(
                ErrorIds.ResumeMayPromote,
                PgHaErrorKind.Refused,
                $"{session.Instance} has a recovery target ({target}). "
                    + "If it has paused there, resuming ends recovery: it becomes a primary.",
                $"If that is wanted, resume with -Force. If it shall go on as a standby, Reset-PgSetting {target} and restart it.",
                session.Instance.ToString());
        }
    }

    private static Task<bool> IsAskedToPauseAsync(ServerSession session, CancellationToken cancellationToken) =>
        session.ScalarAsync<bool>($"select {session.Dialect.IsReplayPausedFunction}()", cancellationToken);

    private static Task<string?> CallAsync(ServerSession session, string function, CancellationToken cancellationToken) =>
        Privileges.RequireAsync(
            () => session.ScalarAsync<string>($"select {function}()::text", cancellationToken), Privileges.OfFunction(session, function));

    private static Task<string?> PositionAsync(ServerSession session, CancellationToken cancellationToken) =>
        session.ScalarAsync<string>($"select {session.Dialect.LastWalReplayLsnFunction}()::text", cancellationToken);

    // SQL does not tell whether the server has paused at its target. So this returns also when the server replays more, or waits for
    // WAL, and where the role may not see what the startup process does.
    private static async Task AwaitPromotionAsync(
        EngineContext context, ServerSession session, string? pausedAt, CancellationToken cancellationToken)
    {
        bool isStandby = true;
        var deadline = Deadline.In(context.Timeout);
        await Poll.UntilAsync(
            async () =>
            {
                isStandby = await ServerRoles.IsStandbyAsync(session, cancellationToken).ConfigureAwait(false);
                return !isStandby
                    || await PositionAsync(session, cancellationToken).ConfigureAwait(false) != pausedAt
                    || await session.ScalarAsync<bool>(GoesOnAsStandby, cancellationToken).ConfigureAwait(false);
            },
            Pause, deadline, () => NotPromoted(session.Instance, deadline), cancellationToken).ConfigureAwait(false);
        if (isStandby)
            return;
        context.Log.Step($"{session.Instance} is a primary now.");
    }

    private static async Task AwaitPauseAsync(EngineContext context, ServerSession session, CancellationToken cancellationToken)
    {
        var deadline = Deadline.In(context.Timeout);
        await Poll.UntilAsync(
            // A promotion can end recovery at any time, and the function fails outside of recovery.
            async () => await session.ScalarAsync<string>(
                "select case when pg_is_in_recovery() then pg_get_wal_replay_pause_state() end",
                cancellationToken).ConfigureAwait(false) is { } state
                    ? state == "paused"
                    : throw ServerRoles.NotAStandby(session.Instance),
            Pause, deadline, () => NotPaused(session.Instance, deadline), cancellationToken).ConfigureAwait(false);
    }

    private static PgHaException NotPromoted(PgInstance standby, Deadline deadline) => new(
        ErrorIds.OperationTimeout,
        PgHaErrorKind.Timeout,
        $"{standby} was told to resume replay, and after {deadline} it had neither replayed more nor become a primary.",
        "Wait longer with -Timeout, or look at its log (Get-PgServerLog): a promotion goes on.",
        standby.ToString());

    private static PgHaException NotPaused(PgInstance standby, Deadline deadline) => new(
        ErrorIds.OperationTimeout,
        PgHaErrorKind.Timeout,
        $"{standby} was asked to pause replay and had not done so after {deadline}; "
            + "it will, as soon as it is through with the record it is at.",
        "That record may wait for recovery_min_apply_delay, or for a query in its way (max_standby_streaming_delay). "
            + "Wait longer with -Timeout, or take the request back with Resume-PgReplay.",
        standby.ToString());
}
