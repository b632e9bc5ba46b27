using PgHa.Engine.Machines;
using PgHa.Engine.Replication;
using PgHa.Engine.Servers;
using PgHa.Engine.Wal;

namespace PgHa.Engine.PrimaryChange;

/// <summary>Waits until the candidate has the WAL that it must have before it is promoted.</summary>
internal static class HandoverWal
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    // When the old primary has stopped, the last WAL is on its way, and no client can write until the candidate has replayed it.
    // After these times the step fails, so that the switchover is undone.
    private static readonly TimeSpan LastBytes = TimeSpan.FromSeconds(10), LastReplay = TimeSpan.FromSeconds(15);

    /// <summary>Makes sure that the candidate has received and replayed all that a stopped primary wrote.</summary>
    /// <exception cref="PgHaException">
    /// <c>NotShutDown</c>; <c>CandidateMissesWal</c>; and what <see cref="ReplayProof"/> fails with.
    /// </exception>
    public static async Task RequireEverythingAsync(
        EngineContext context, PgInstance candidate, PgInstance stopped, CancellationToken cancellationToken)
    {
        IHost host = await context.HostOfAsync(stopped, cancellationToken).ConfigureAwait(false);
        ControlData control = await ControlFile.ReadAsync(host, stopped, cancellationToken).ConfigureAwait(false);
        if (control.State != DatabaseState.ShutDown)
        {
            throw new PgHaException(
                ErrorIds.NotShutDown, PgHaErrorKind.OperationFailed,
                $"{stopped} has ended without a clean shutdown (its control file says {control.State}).",
                "See its log (Get-PgServerLog) for why.", stopped.ToString());
        }

        ServerSession session = await ServerSession.OpenAsync(context, candidate, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            Lsn? received = null;
            // The shutdown checkpoint's record begins at CheckpointLsn. So all WAL has arrived only when the standby has received more
            // than that.
            await Poll.UntilAsync(
                async () => (received = await ReceivedAsync(session, cancellationToken).ConfigureAwait(false)) > control.CheckpointLsn,
                Look, Deadline.In(LastBytes),
                () => new PgHaException(
                    ErrorIds.CandidateMissesWal, PgHaErrorKind.OperationFailed,
                    $"{candidate} has received the WAL of {stopped} up to {received}, and that goes beyond {control.CheckpointLsn}.",
                    "See in both logs why it lost its connection (Get-PgServerLog), and try again.", candidate.ToString()),
                cancellationToken).ConfigureAwait(false);
        }

        await ReplayProof.RequireAsync(context, candidate, LastReplay, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until the candidate has received the WAL that only another standby has, from which it streams.</summary>
    /// <exception cref="PgHaException"><c>OperationTimeout</c>: the WAL did not arrive.</exception>
    public static async Task FetchAsync(
        EngineContext context, PgInstance candidate, FailoverCandidate source, CancellationToken cancellationToken)
    {
        var deadline = Deadline.In(context.Timeout);
        ServerSession session = await ServerSession.OpenAsync(context, candidate, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            Lsn? received = null;
            await Poll.UntilAsync(
                async () => (received = await ReceivedAsync(session, cancellationToken).ConfigureAwait(false)) >= source.ReceivedLsn,
                Look, deadline,
                () => new PgHaException(
                    ErrorIds.OperationTimeout, PgHaErrorKind.Timeout,
                    $"{candidate} has WAL up to {received} after {deadline}, and {source.Member.Name} up to {source.ReceivedLsn}.",
                    $"Its log says why it does not get it (Get-PgServerLog). Or promote {source.Member.Name} instead.",
                    candidate.ToString()),
                cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<Lsn?> ReceivedAsync(ServerSession session, CancellationToken cancellationToken) =>
        (await session.QueryAsync(
            $"select ({WalPositionSql.End(session.Dialect)})::text as lsn",
            row => row.Lsn("lsn"), cancellationToken).ConfigureAwait(false))[0];
}
