using System.Diagnostics;
using System.Globalization;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Wal;

/// <summary>Pauses and resumes the replay of a standby, through SQL alone. It goes on receiving WAL meanwhile.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-CONTROL">Recovery Control Functions</see>.</remarks>
public static class ReplayControl
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Pauses replay. From 14 on it returns when nothing is replayed any more; before, the server tells only that it was
    /// asked to, and may finish the record it is at.
    /// </summary>
    /// <exception cref="PgHaException">
    /// <c>NotAStandby</c>; <c>InsufficientPrivilege</c>; <c>OperationTimeout</c>: asked to, it did not pause before the deadline.
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
            string? position = await session.ScalarAsync<string>(
                $"select {session.Dialect.LastWalReplayLsnFunction}()::text", cancellationToken).ConfigureAwait(false);
            context.Log.Step($"{standby}: replay is paused at {position}.");
        }
    }

    /// <summary>Resumes replay; a standby that replays already is left as it is.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="standby">The standby.</param>
    /// <param name="allowPromotion">Resume also where that may make the standby a primary.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException"><c>NotAStandby</c>; <c>ResumeMayPromote</c>; <c>InsufficientPrivilege</c>.</exception>
    public static async Task ResumeAsync(EngineContext context, PgInstance standby, bool allowPromotion, CancellationToken cancellationToken)
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
            await CallAsync(session, session.Dialect.ReplayResumeFunction, cancellationToken).ConfigureAwait(false);
            context.Log.Step($"{standby}: replay goes on.");
        }
    }

    // A server that has paused at its target ends recovery when it is resumed. Whether it is there, or was paused on its
    // way, SQL does not tell; nor does it tell of a target at all up to 11.
    private static async Task RefuseAtTargetAsync(ServerSession session, CancellationToken cancellationToken)
    {
        string? target = await session.ScalarAsync<string>(
            """
            select min(t.name) from pg_settings t join pg_settings a on a.name = 'recovery_target_action' and a.setting = 'pause'
            where t.name in ('recovery_target', 'recovery_target_lsn', 'recovery_target_name', 'recovery_target_time', 'recovery_target_xid')
              and t.setting <> ''
            """,
            cancellationToken).ConfigureAwait(false);
        if (target is not null)
        {
            throw new PgHaException(
                "ResumeMayPromote",
                PgHaErrorKind.Refused,
                $"{session.Instance} has a recovery target ({target}). If it has paused there, resuming ends recovery: it becomes a primary.",
                $"If that is wanted, resume with -Force. If it shall go on as a standby, Reset-PgSetting {target} and restart it.",
                session.Instance.ToString());
        }
    }

    private static Task<bool> IsAskedToPauseAsync(ServerSession session, CancellationToken cancellationToken) =>
        session.ScalarAsync<bool>($"select {session.Dialect.IsReplayPausedFunction}()", cancellationToken);

    private static Task<string?> CallAsync(ServerSession session, string function, CancellationToken cancellationToken) => Privileges.RequireAsync(
        () => session.ScalarAsync<string>($"select {function}()::text", cancellationToken), Privileges.OfFunction(session, function));

    private static async Task AwaitPauseAsync(EngineContext context, ServerSession session, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            // A promotion ends recovery at any time, and the function fails without it.
            string? state = await session.ScalarAsync<string>(
                "select case when pg_is_in_recovery() then pg_get_wal_replay_pause_state() end", cancellationToken).ConfigureAwait(false);
            switch (state)
            {
                case "paused":
                    return;
                case null:
                    throw ServerRoles.NotAStandby(session.Instance);
            }

            if (Stopwatch.GetElapsedTime(started) >= context.Timeout)
                throw NotPaused(session.Instance, context.Timeout);
            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    private static PgHaException NotPaused(PgInstance standby, TimeSpan timeout) => new(
        "OperationTimeout",
        PgHaErrorKind.Timeout,
        string.Create(CultureInfo.InvariantCulture, $"{standby} was asked to pause replay and had not done so after {timeout.TotalSeconds:0.#} s; it will, as soon as it is through with the record it is at."),
        "That record may wait for recovery_min_apply_delay, or for a query in its way (max_standby_streaming_delay). Wait longer with -Timeout, or take the request back with Resume-PgReplay.",
        standby.ToString());
}
