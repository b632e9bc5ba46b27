using System.Diagnostics;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Wal;

/// <summary>Makes servers write a checkpoint, by SQL only.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/sql-checkpoint.html">CHECKPOINT</see>.</remarks>
public static class Checkpoints
{
    /// <summary>Makes a checkpoint on a primary, or a restartpoint on a standby, and waits for it.</summary>
    /// <exception cref="PgHaException">
    /// <c>InsufficientPrivilege</c>; <c>OperationTimeout</c>: the server goes on with the checkpoint.
    /// </exception>
    public static async Task<Checkpoint> RunAsync(EngineContext context, PgInstance instance, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, instance, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            Checkpoint before = await ReadAsync(session, cancellationToken).ConfigureAwait(false);
            context.Log.Step($"{instance}: {(before.IsRestartpoint ? "restartpoint" : "checkpoint")}");
            long started = Stopwatch.GetTimestamp();
            await RequestAsync(context, session, cancellationToken).ConfigureAwait(false);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(started);

            Checkpoint after = await ReadAsync(session, cancellationToken).ConfigureAwait(false);
            if (after.CheckpointLsn == before.CheckpointLsn)
                context.Log.Step($"{instance}: it has replayed no checkpoint of its primary since its last restartpoint, and made none.");
            return after with { IsNew = after.CheckpointLsn != before.CheckpointLsn, Elapsed = elapsed };
        }
    }

    private static async Task RequestAsync(EngineContext context, ServerSession session, CancellationToken cancellationToken)
    {
        try
        {
            await Privileges.RequireAsync(
                async () =>
                {
                    await session.ExecuteAsync("checkpoint", cancellationToken).ConfigureAwait(false);
                    return true;
                },
                Advice(session)).ConfigureAwait(false);
        }
        catch (PgHaException e) when (e.ErrorId == ErrorIds.OperationTimeout)
        {
            throw new PgHaException(
                e.ErrorId, e.Kind,
                $"{session.Instance} had not finished its checkpoint after {TimeText.Seconds(context.Timeout)}. It goes on with it.",
                "Wait longer with -Timeout.", e.Server, e.InnerException);
        }
    }

    private static string Advice(ServerSession session) => session.Dialect.CheckpointRole is { } role
        ? $"Connect as a superuser or a member of {role}: GRANT {role} TO {SqlQuoting.Identifier(session.Instance.UserName)}."
        : "Connect as a superuser; from PostgreSQL 15 on the role pg_checkpoint would do.";

    private static async Task<Checkpoint> ReadAsync(ServerSession session, CancellationToken cancellationToken)
    {
        string suffix = session.Dialect.LsnColumnSuffix;
        return (await session.QueryAsync(
            $"""
            select pg_is_in_recovery() as in_recovery, checkpoint_{suffix}::text as checkpoint_lsn, redo_{suffix}::text as redo_lsn,
                   timeline_id, checkpoint_time
            from pg_control_checkpoint()
            """,
            row => new Checkpoint
            {
                Server = session.Instance,
                IsRestartpoint = row.Get<bool>("in_recovery"),
                CheckpointLsn = row.Lsn("checkpoint_lsn")!.Value,
                RedoLsn = row.Lsn("redo_lsn")!.Value,
                Timeline = new TimelineId((uint)row.Get<int>("timeline_id")),
                Time = row.Get<DateTimeOffset?>("checkpoint_time"),
            },
            cancellationToken).ConfigureAwait(false))[0];
    }
}
