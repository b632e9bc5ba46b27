using PgHa.Engine.Machines;
using PgHa.Engine.Replication;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Recovery;

/// <summary>
/// Makes sure that a standby will be able to synchronize the failover slots of its primary, before its configuration is
/// written.
/// </summary>
/// <remarks>
/// If it is not able to, the server starts all the same, and only its log shows the problem. See
/// <see href="https://www.postgresql.org/docs/current/logicaldecoding-explanation.html#LOGICALDECODING-REPLICATION-SLOTS-SYNCHRONIZATION">
/// Replication Slot Synchronization</see>.
/// </remarks>
internal sealed class SlotSyncCheck(EngineContext context, PgInstance standby)
{
    /// <summary>Checks the settings in the standby's own files.</summary>
    /// <exception cref="PgHaException">
    /// <c>VersionNotSupported</c> (17), <c>UpstreamNeeded</c>, <c>SlotNameNeeded</c>, <c>HotStandbyNeeded</c>, <c>WalLevelTooLow</c>.
    /// </exception>
    public void RequirePossible(RecoveryOptions options, RecoveryState state)
    {
        if (!state.Dialect.HasSlotSynchronization)
            throw SlotErrors.NeedsMajor(standby, state.Dialect.Version, "slot synchronization (-SyncReplicationSlots)", 17);
        if (options.Upstream is null && state[RecoveryEntries.PrimaryConninfo] is null or "")
            throw Missing(ErrorIds.UpstreamNeeded, "and it streams from no server", "Name the primary with -Upstream.");
        if ((options.Upstream is null ? state[RecoveryEntries.PrimarySlotName] : options.SlotName) is null or "")
        {
            throw Missing(
                ErrorIds.SlotNameNeeded, "which takes a physical slot on the primary",
                "Make the slot (New-PgReplicationSlot), and name it with -SlotName, beside -Upstream.");
        }

        if (!(options.HotStandby ?? state.IsHotStandby))
            throw Missing(
                ErrorIds.HotStandbyNeeded, "which takes a standby that answers queries", "Start it as a hot standby (-HotStandby On).");
        if (!state.Dialect.RaisesWalLevelForLogicalSlots && state.Configuration["wal_level"] is var level && level != "logical")
            throw SlotErrors.WalLevelTooLow(standby, level ?? "replica", "logical");
    }

    /// <summary>
    /// Connects as the standby will: to a database of the primary, as an ordinary client. This needs another rule in
    /// <c>pg_hba.conf</c> than replication.
    /// </summary>
    /// <exception cref="PgHaException">
    /// <c>SlotSyncAccessDenied</c>, <c>UpstreamIsStandby</c>, and the failures of connecting.
    /// </exception>
    public async Task RequireLoginAsync(RecoveryOptions options, RecoveryState state, CancellationToken cancellationToken)
    {
        if ((options.Upstream is null
            ? await PresentLoginAsync(state, cancellationToken).ConfigureAwait(false)
            : options.Login ?? options.Upstream) is not { } login)
        {
            return;
        }

        try
        {
            ServerSession session = await ServerSession.OpenAsync(context, login, cancellationToken).ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
            {
                if (await session.ScalarAsync<bool>("select pg_is_in_recovery()", cancellationToken).ConfigureAwait(false))
                {
                    throw new PgHaException(
                        ErrorIds.UpstreamIsStandby, PgHaErrorKind.InvalidState,
                        $"{login} is a standby itself, and {standby} can keep copies of a primary's slots only.",
                        "Let it stream from the primary (Set-PgUpstream), or leave -SyncReplicationSlots out.", standby.ToString());
                }
            }
        }
        catch (PgHaException e) when (e.Kind == PgHaErrorKind.PermissionDenied)
        {
            throw new PgHaException(
                ErrorIds.SlotSyncAccessDenied, PgHaErrorKind.PermissionDenied,
                $"Slot synchronization connects to database '{login.Database}' of {login} as "
                    + $"an ordinary client, and role '{login.UserName}' is not let in: {e.Message}",
                "Add a rule on every node that may be the primary, such as Add-PgHbaRule "
                    + $"'host {login.Database} {login.UserName} ADDRESS scram-sha-256'.",
                standby.ToString(), e);
        }
    }

    private async Task<PgInstance?> PresentLoginAsync(RecoveryState state, CancellationToken cancellationToken)
    {
        PgInstance? upstream = UpstreamAddress.Of(standby, ConnectionSettings.Parse(state[RecoveryEntries.PrimaryConninfo]!));
        IHost host = await context.HostOfAsync(standby, cancellationToken).ConfigureAwait(false);
        return upstream is null
            ? null
            : await StandbyLogin.AtAsync(context, host, standby, state, upstream, cancellationToken).ConfigureAwait(false);
    }

    private PgHaException Missing(string id, string what, string advice) => new(
        id, PgHaErrorKind.InvalidState, $"{standby} shall keep copies of its primary's failover slots, {what}.", advice,
        standby.ToString());
}
