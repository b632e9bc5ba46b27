using System.Globalization;
using PgHa.Engine.Configuration;
using PgHa.Engine.Instances;
using PgHa.Engine.Instances.Control;
using PgHa.Engine.Machines;
using PgHa.Engine.Recovery;
using PgHa.Engine.Replication;
using PgHa.Engine.Servers;
using PgHa.Engine.Wal;

namespace PgHa.Engine.PrimaryChange;

/// <summary>
/// Makes a standby a primary: by <c>pg_promote()</c>, or by <c>pg_ctl</c> where the server has no such function or answers no SQL.
/// </summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/warm-standby-failover.html">Failover</see>.</remarks>
public sealed class PromotionControl
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan LastMoments = TimeSpan.FromSeconds(5);

    private readonly EngineContext _context;
    private bool _wasAsked;

    /// <summary>Works in a context.</summary>
    public PromotionControl(EngineContext context) => _context = context;

    /// <summary>Makes sure that the server may be promoted. It reads, and changes nothing.</summary>
    /// <param name="standby">The server.</param>
    /// <param name="allowSecondPrimary">Promote it even though its upstream runs.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether there is something to do: a primary needs no promotion.</returns>
    /// <exception cref="PgHaException">
    /// <c>UpstreamRuns</c>: it streams at this moment, so another server is the primary; <c>HostAccessRequired</c>: a server without
    /// SQL, or of PostgreSQL 11 and older, can only be promoted on its host; <c>ServerNotRunning</c>; or no access to it.
    /// </exception>
    public async Task<bool> CheckAsync(PgInstance standby, bool allowSecondPrimary, CancellationToken cancellationToken)
    {
        string? upstream;
        if (await OpenAsync(standby, cancellationToken).ConfigureAwait(false) is { } session)
        {
            await using (session.ConfigureAwait(false))
            {
                if (!await ServerRoles.IsStandbyAsync(session, cancellationToken).ConfigureAwait(false))
                {
                    _context.Log.Step($"{standby} is a primary already.");
                    return false;
                }

                if (!session.Dialect.HasPromoteFunction)
                    RequireHost(standby, $"PostgreSQL {session.Dialect.Version.Major} has no function that promotes");
                upstream = await UpstreamAsync(session, cancellationToken).ConfigureAwait(false);
            }
        }
        else
        {
            ReplicationStatus? status = await ColdStandbyReader.ReadAsync(_context, standby, cancellationToken).ConfigureAwait(false);
            // Before the first byte the receiver's title does not say "streaming". But the process exists only while it is connected.
            upstream = status?.Receiver?.ProcessId is not null ? "its upstream" : null;
        }

        return upstream is null || allowSecondPrimary ? true : throw new PgHaException(
            ErrorIds.UpstreamRuns, PgHaErrorKind.Refused,
            $"{standby} streams from {upstream} at this moment: promoted, it would be a second primary, "
                + "and what clients write to the other one would not reach it.",
            "Stop the primary first. -Force promotes all the same: "
                + "for a clone that goes its own way, with an archive and clients of its own.",
            standby.ToString());
    }

    /// <summary>
    /// Promotes the server, waits until it accepts writes, and has it make a checkpoint. Without the checkpoint <c>pg_rewind</c> of
    /// PostgreSQL 15 and older does not see the new timeline.
    /// </summary>
    /// <exception cref="PgHaException">
    /// What <see cref="ReplayProof"/> fails with, before anything has changed; <c>InsufficientPrivilege</c>, <c>PromotionFailed</c>;
    /// <c>OperationTimeout</c>: the promotion was requested, and the server is still recovering; it goes on.
    /// </exception>
    public async Task PromoteAsync(PgInstance standby, CancellationToken cancellationToken)
    {
        if (await OpenAsync(standby, cancellationToken).ConfigureAwait(false) is { } session)
        {
            await session.DisposeAsync().ConfigureAwait(false);
            await ReplayProof.RequireBeforePromotionAsync(_context, standby, cancellationToken).ConfigureAwait(false);
        }

        await PromoteOnlyAsync(standby, cancellationToken).ConfigureAwait(false);
        await Checkpoints.RunAsync(_context, standby, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Promotes the server and waits until it accepts writes. The caller makes the checkpoint; standbys can follow the server meanwhile.
    /// </summary>
    internal async Task PromoteOnlyAsync(PgInstance standby, CancellationToken cancellationToken)
    {
        var deadline = Deadline.In(_context.Timeout);
        _context.Log.Step($"Promoting {standby}");
        ServerSession? session = await OpenAsync(standby, cancellationToken).ConfigureAwait(false);
        try
        {
            await RequestAsync(standby, session, cancellationToken).ConfigureAwait(false);
            // From here on the server becomes a primary, even if PgHa is stopped.
            await AwaitAsync(standby, session, deadline, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (session is not null)
                await session.DisposeAsync().ConfigureAwait(false);
        }

        _context.Log.Step(string.Create(
            CultureInfo.InvariantCulture, $"{standby} is a primary after {deadline.Elapsed.TotalMilliseconds:0} ms"));
    }

    private Task AwaitAsync(PgInstance standby, ServerSession? session, Deadline deadline, CancellationToken cancellationToken) =>
        Poll.UntilAsync(
            () => IsPrimaryAsync(standby, session, cancellationToken), Look, deadline,
            async () =>
            {
                string? obstacle = await ReplayProof.DescribeAsync(_context, standby, cancellationToken).ConfigureAwait(false);
                return new PgHaException(
                    ErrorIds.OperationTimeout, PgHaErrorKind.Timeout,
                    $"{standby} was told to become a primary and still recovered "
                        + $"after {deadline}.{(obstacle is null ? "" : $" {obstacle}")}",
                    "It replays first what it has received: see how far it is (Get-PgReplicationStatus), and in its log (Get-PgServerLog). "
                        + "Until it is through, it must not be told to follow another server.",
                    standby.ToString());
            },
            cancellationToken);

    /// <summary>
    /// Whether a failed promotion provably has not begun and will not begin: the server was never asked, or it has ended and its files
    /// are still those of a standby.
    /// </summary>
    internal async Task<bool> HasNotBegunAsync(PgInstance standby, CancellationToken cancellationToken)
    {
        if (!_wasAsked)
            return true;
        if (standby.DataDirectory is null || !await IsGoneAsync(standby, cancellationToken).ConfigureAwait(false))
            return false;
        return await IsStandbyByItsFilesAsync(standby, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Takes back a promotion that has not ended: stops the server at once, proves by its files that it is still a standby, and starts
    /// it as one. The request was only in the memory of the stopped server and in the file <c>promote</c>, which is deleted.
    /// </summary>
    /// <returns>Whether it provably was not promoted, and will not be.</returns>
    internal async Task<bool> WithdrawAsync(PgInstance standby, CancellationToken cancellationToken)
    {
        if (await HasNotBegunAsync(standby, cancellationToken).ConfigureAwait(false))
            return true;
        if (standby.DataDirectory is not { } directory || !await IsStandbyByItsFilesAsync(standby, cancellationToken).ConfigureAwait(false))
            return false;
        _context.Log.Step($"{standby}: the promotion is taken back");
        var control = new InstanceControl(_context);
        await control.StopAsync(standby, StopMode.Immediate, cancellationToken).ConfigureAwait(false);
        // The promotion may have ended just before the stop.
        bool isStandby = await IsStandbyByItsFilesAsync(standby, cancellationToken).ConfigureAwait(false);
        if (isStandby)
        {
            IHost host = await _context.HostOfAsync(standby, cancellationToken).ConfigureAwait(false);
            await host.DeleteFileAsync(HostPath.Combine(directory, "promote"), cancellationToken).ConfigureAwait(false);
        }

        try
        {
            await control.StartAsync(standby, KeptOptions.All, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e) when (isStandby)
        {
            _context.Log.Warn($"{standby} was not promoted, and does not start as a standby: {e.Message}");
        }

        return isStandby;
    }

    private async Task<bool> IsStandbyByItsFilesAsync(PgInstance standby, CancellationToken cancellationToken) =>
        await RecoveryState.ReadAsync(_context, standby, cancellationToken).ConfigureAwait(false)
            is { IsStandby: true, Control.State: DatabaseState.InArchiveRecovery or DatabaseState.ShutDownInRecovery };

    // A server that closes its connections may be about to end.
    private Task<bool> IsGoneAsync(PgInstance standby, CancellationToken cancellationToken)
    {
        var control = new InstanceControl(_context);
        return Poll.TryUntilAsync(
            async () => !(await control.GetStatusAsync(standby, cancellationToken).ConfigureAwait(false)).HasProcess,
            Look, Deadline.In(LastMoments), cancellationToken);
    }

    private async Task RequestAsync(PgInstance standby, ServerSession? session, CancellationToken cancellationToken)
    {
        if (session is { Dialect.HasPromoteFunction: true })
        {
            await AskAsync(session, cancellationToken).ConfigureAwait(false);
            return;
        }

        RequireHost(standby, "it cannot be told through SQL");
        IHost host = await _context.HostOfAsync(standby, cancellationToken).ConfigureAwait(false);
        IServerControl control = await ServerControls.OfAsync(_context, host, standby, cancellationToken).ConfigureAwait(false);
        _wasAsked = true;
        CommandResult result = await control.PromoteAsync(cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded)
        {
            throw new PgHaException(
                ErrorIds.PromotionFailed, PgHaErrorKind.OperationFailed, $"{standby} could not be promoted: {result.Error.Trim()}",
                "See its log (Get-PgServerLog).", standby.ToString());
        }
    }

    private async Task AskAsync(ServerSession session, CancellationToken cancellationToken)
    {
        _wasAsked = true;
        try
        {
            await Privileges.RequireAsync(
                () => session.ScalarAsync<bool>("select pg_promote(wait => false)", cancellationToken),
                Privileges.OfFunction(session, "pg_promote")).ConfigureAwait(false);
        }
        catch (PgHaException e) when (e.SqlState() is not null)
        {
            // The server reported an error, so it did not start the promotion.
            _wasAsked = false;
            throw;
        }
    }

    // null: the server runs, but does not answer SQL.
    private async Task<ServerSession?> OpenAsync(PgInstance standby, CancellationToken cancellationToken)
    {
        try
        {
            return await ServerSession.OpenAsync(_context, standby, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e) when (e.ErrorId == ErrorIds.ServerAnswersNoSql)
        {
            RequireHost(standby, "it answers no SQL");
            return null;
        }
    }

    private async Task<bool> IsPrimaryAsync(PgInstance server, ServerSession? asked, CancellationToken cancellationToken)
    {
        try
        {
            if (asked is not null)
                return !await ServerRoles.IsStandbyAsync(asked, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e)
        {
            // A promotion keeps connections. A server that has crashed may come back, and a new connection tells.
            _context.Log.Detail($"{server}: the connection that asked for the promotion has ended: {e.Message}");
        }

        if (await OpenAsync(server, cancellationToken).ConfigureAwait(false) is not { } session)
            return false;
        await using (session.ConfigureAwait(false))
            return !await ServerRoles.IsStandbyAsync(session, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<string?> UpstreamAsync(ServerSession session, CancellationToken cancellationToken)
    {
        // A role without the privilege sees the receiver's process but not its state. Then PgHa refuses instead of guessing.
        string? conninfo = await session.ScalarAsync<string>(
            "select coalesce(conninfo, '') from pg_stat_wal_receiver where coalesce(status, 'streaming') = 'streaming'",
            cancellationToken).ConfigureAwait(false);
        if (string.IsNullOrEmpty(conninfo))
            return conninfo is null ? null : "its upstream";
        ConnectionSettings upstream = ShownConninfo.Parse(conninfo);
        return $"{upstream.Host ?? "its upstream"}:{upstream.Port ?? PgInstance.DefaultPort}";
    }

    private static void RequireHost(PgInstance standby, string because)
    {
        if (standby.DataDirectory is null)
        {
            throw new PgHaException(
                ErrorIds.HostAccessRequired, PgHaErrorKind.InvalidArgument, $"{standby} can be promoted from its host only: {because}.",
                "Run it on the server's machine, with an instance that names its data directory.", standby.ToString());
        }
    }
}
