using PgHa.Engine.Access;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Recovery;

/// <summary>
/// Reads and writes the recovery configuration of a server: <c>recovery.conf</c> in PostgreSQL 11 and older, a signal file and
/// settings in PostgreSQL 12 and newer.
/// </summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/warm-standby.html#STANDBY-SERVER-SETUP">Setting Up a Standby Server</see>.
/// </remarks>
public sealed class RecoverySettings
{
    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public RecoverySettings(EngineContext context) => _context = context;

    /// <summary>The recovery configuration of a server, read from its files.</summary>
    /// <remarks>Without access to its files, it is read by SQL, from PostgreSQL 12 on.</remarks>
    /// <exception cref="PgHaException">
    /// <c>HostAccessRequired</c>, <c>NotADataDirectory</c>, <c>ConfigurationInvalid</c>; <c>InsufficientPrivilege</c> and the failures
    /// of connecting.
    /// </exception>
    public async Task<RecoveryConfiguration> GetAsync(PgInstance instance, CancellationToken cancellationToken)
    {
        if (instance.DataDirectory is null)
            return await RecoverySqlReader.ReadAsync(_context, instance, cancellationToken).ConfigureAwait(false);
        RecoveryState state = await RecoveryState.ReadAsync(_context, instance, cancellationToken).ConfigureAwait(false);
        return RecoveryEntries.Read(instance, state.IsStandby, state.IsHotStandby, state.Dialect, name => state[name]);
    }

    /// <summary>Plans a change and checks it. It writes nothing.</summary>
    /// <exception cref="PgHaException">
    /// <c>ForeignSystemIdentifier</c>, <c>SlotNotFound</c>, <c>StandbySettingsTooLow</c>, <c>ArchiveDirectoryNotFound</c>,
    /// <c>ArchiveNotFound</c>, <c>ArchiveOfAnotherSystem</c>, <c>ArchiveNotReadable</c>, <c>RunningAsPrimary</c>;
    /// <c>SlotNameNeeded</c>, <c>HotStandbyNeeded</c>, <c>WalLevelTooLow</c>, <c>SlotSyncAccessDenied</c>,
    /// <c>UpstreamIsStandby</c>, <c>VersionNotSupported</c> of slot synchronization; <c>ReplicationAccessDenied</c>,
    /// <c>NoFreeWalSenders</c> and the failures of connecting.
    /// </exception>
    public async Task<RecoveryPlan> PlanAsync(PgInstance standby, RecoveryOptions options, CancellationToken cancellationToken)
    {
        RecoveryState state = await RecoveryState.ReadAsync(_context, standby, cancellationToken).ConfigureAwait(false);
        RequireNoPrimary(standby, state);
        if (options is { Upstream: null } and ({ SlotName: not null } or { ApplicationName: not null }))
        {
            throw new PgHaException(
                ErrorIds.UpstreamNeeded, PgHaErrorKind.InvalidArgument,
                $"Slot and application name are for an upstream, and no upstream of {standby} is named.",
                "Name it with -Upstream.", standby.ToString());
        }

        if (options.RestoreFrom is PgBackRestArchive stanza)
        {
            string? command = options.Upstream is null
                ? null
                : await ArchiveCommandAsync(options.Upstream, cancellationToken).ConfigureAwait(false);
            options = options with { RestoreFrom = stanza.AsFilledBy(command).ReadBy(standby.DataDirectory!) };
        }

        IHost host = await _context.HostOfAsync(standby, cancellationToken).ConfigureAwait(false);
        var slotSync = new SlotSyncCheck(_context, standby);
        if (options is { SyncReplicationSlots: true, SkipChecks: false })
            slotSync.RequirePossible(options, state);
        RecoveryPlan plan = new RecoveryPlanner(standby, state, host.IsWindows).Plan(options);
        if (!options.SkipChecks && !plan.IsEmpty)
        {
            if (options.Upstream is not null)
            {
                await new UpstreamCheck(_context, standby).RequireAsync(
                    options, state, options.HotStandby ?? state.IsHotStandby, cancellationToken).ConfigureAwait(false);
            }

            if (options.SyncReplicationSlots == true)
                await slotSync.RequireLoginAsync(options, state, cancellationToken).ConfigureAwait(false);
            if (options.RestoreFrom is { } archive)
            {
                await new ArchiveCheck(_context, host, standby).RequireAsync(
                    archive, state.Control, cancellationToken).ConfigureAwait(false);
            }
        }

        return plan;
    }

    /// <summary>Plans a change and makes it.</summary>
    /// <exception cref="PgHaException">What <see cref="PlanAsync"/> fails with; then nothing has changed.</exception>
    public async Task<RecoveryPlan> SetAsync(PgInstance standby, RecoveryOptions options, CancellationToken cancellationToken)
    {
        RecoveryPlan plan = await PlanAsync(standby, options, cancellationToken).ConfigureAwait(false);
        await ApplyAsync(plan, cancellationToken).ConfigureAwait(false);
        return plan;
    }

    /// <summary>
    /// Makes a data directory a standby's, and changes where its WAL comes from. A running standby reloads its configuration.
    /// </summary>
    public async Task ApplyAsync(RecoveryPlan plan, CancellationToken cancellationToken)
    {
        await WriteAsync(plan, cancellationToken).ConfigureAwait(false);
        if (plan.PendingRestart.Count > 0)
        {
            _context.Log.Warn(
                $"{plan.Instance} takes over {string.Join(", ", plan.PendingRestart)} when it is restarted (Restart-PgInstance).");
        }
    }

    /// <summary>
    /// Like <see cref="ApplyAsync"/>, but without the warning that a restart is needed: the caller restarts the server.
    /// </summary>
    internal async Task WriteAsync(RecoveryPlan plan, CancellationToken cancellationToken)
    {
        PgInstance standby = plan.Instance;
        IHost host = await _context.HostOfAsync(standby, cancellationToken).ConfigureAwait(false);
        if (plan.WritesPassFile)
        {
            await WritePassFileAsync(
                host, standby, plan.Options.Login ?? plan.Options.Upstream!, plan.State.Dialect, cancellationToken).ConfigureAwait(false);
        }
        if (plan.IsEmpty)
        {
            _context.Log.Step($"{standby} is set up like that already");
            return;
        }

        if (plan.LeftOutUpstreams is { Count: > 0 } leftOut)
        {
            _context.Log.Warn(
                $"{standby} streams from {plan.Options.Upstream!.Address} alone now; "
                + $"its primary_conninfo named {string.Join(", ", leftOut)}.");
        }

        _context.Log.Step($"Writing the recovery configuration of {standby}");
        await new RecoveryWriter(_context, host, standby, plan.State).WriteAsync(plan, cancellationToken).ConfigureAwait(false);
    }

    private async Task WritePassFileAsync(
        IHost host, PgInstance standby, PgInstance login, ServerDialect dialect, CancellationToken cancellationToken)
    {
        string path = HostPath.Combine(standby.DataDirectory!, StandbyPassFile.Name);
        await StandbyPassFile.WriteAsync(host, path, login, cancellationToken).ConfigureAwait(false);
        if (!dialect.HasPassFileOption)
        {
            _context.Log.Warn(
                $"PostgreSQL {dialect.Version.Major} takes a password file from the environment only: "
                + $"start {standby} with PGPASSFILE={path}.");
        }
    }

    // An upstream that cannot be asked is found out by the check of the upstream.
    private async Task<string?> ArchiveCommandAsync(PgInstance upstream, CancellationToken cancellationToken)
    {
        try
        {
            ServerSession session = await ServerSession.OpenAsync(_context, upstream, cancellationToken).ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
                return await session.ScalarAsync<string>("show archive_command", cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException)
        {
            return null;
        }
    }

    // The server would stay a primary until its next restart, and then become a standby at a moment that nobody chose.
    private static void RequireNoPrimary(PgInstance standby, RecoveryState state)
    {
        if (state.Status.HasProcess && !state.IsStandby)
        {
            throw new PgHaException(
                ErrorIds.RunningAsPrimary, PgHaErrorKind.InvalidState, $"{standby} runs as a primary.",
                "Stop it first (Stop-PgInstance).", standby.ToString());
        }
    }
}
