using PgHa.Engine.Machines;
using PgHa.Engine.Procedures;
using PgHa.Engine.Recovery;
using PgHa.Engine.Replication;

namespace PgHa.Engine.Upstreams;

/// <summary>Makes a standby follow another server: by a reload since PostgreSQL 13, by a restart in PostgreSQL 12 and older.</summary>
/// <remarks>
/// A stopped standby is only configured. Whether it can stream shows when it starts. See
/// <see href="https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-PRIMARY-CONNINFO">primary_conninfo</see>.
/// </remarks>
public sealed class UpstreamChange
{
    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public UpstreamChange(EngineContext context) => _context = context;

    /// <summary>Plans the change and makes it.</summary>
    /// <exception cref="PgHaException">
    /// A failure of <see cref="PlanAsync"/>, after which nothing has changed; or a failure of <see cref="RunAsync"/>.
    /// </exception>
    public async Task ApplyAsync(PgInstance standby, UpstreamChangeOptions options, CancellationToken cancellationToken) =>
        await RunAsync(await PlanAsync(standby, options, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>Checks that the standby can follow the other server, and plans the steps. It changes nothing.</summary>
    /// <param name="standby">The standby, running or not, on its host.</param>
    /// <param name="options">The upstream.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException">
    /// <c>NotAStandby</c>; <c>UpstreamIsItself</c>, <c>UpstreamIsDescendant</c>; <c>StandbyDiverged</c>: the standby has WAL that the
    /// other server does not have and never will; <c>SlotNameNeeded</c>; and the reasons why it could not stream:
    /// <c>ForeignSystemIdentifier</c>, <c>SlotNotFound</c>, <c>SlotInUse</c>, <c>StandbySettingsTooLow</c>,
    /// <c>ReplicationAccessDenied</c> and the other failures of connecting.
    /// </exception>
    public async Task<UpstreamChangePlan> PlanAsync(PgInstance standby, UpstreamChangeOptions options, CancellationToken cancellationToken)
    {
        RecoveryState state = await RecoveryState.ReadAsync(_context, standby, cancellationToken).ConfigureAwait(false);
        if (!state.IsStandby)
            throw NotAStandby(standby, state.Status.HasProcess);
        ReplicationStatus? own = await OwnStatusAsync(_context, standby, state, cancellationToken).ConfigureAwait(false);
        if (own is { Role: ServerRole.Primary })
            throw NotAStandby(standby, runs: true);
        ReplicationStatus upstream = await new UpstreamChain(_context, standby, own).RequireNoCircleAsync(
            options.Upstream, cancellationToken).ConfigureAwait(false);

        RecoveryConfiguration now = RecoveryEntries.Read(standby, state.IsStandby, state.IsHotStandby, state.Dialect, name => state[name]);
        IHost host = await _context.HostOfAsync(standby, cancellationToken).ConfigureAwait(false);
        string? slot = SlotName(standby, now, options.Upstream, options.SlotName, options.CreateSlot);
        bool makesSlot = options.CreateSlot && !upstream.Slots.Any(present => present.Name == slot);
        RecoveryOptions recovery = new()
        {
            Upstream = options.Upstream,
            Login = options.Login ?? await StandbyLogin.AtAsync(
                _context, host, standby, state, options.Upstream, cancellationToken).ConfigureAwait(false),
            ApplicationName = now.ApplicationName,
            SlotName = slot,
            SkipChecks = true,
        };

        WalPosition received = await new WalPositionReader(_context).OfStandbyAsync(
            standby, state, own, cancellationToken).ConfigureAwait(false);
        SystemIdentity identity = await new UpstreamCheck(_context, standby).RequireAsync(
            makesSlot ? recovery with { SlotName = null } : recovery, state, state.IsHotStandby, cancellationToken).ConfigureAwait(false);
        WalPosition? offered = await new WalPositionReader(_context).OfUpstreamAsync(
            options.Upstream, identity, upstream.Role == ServerRole.Primary, cancellationToken).ConfigureAwait(false);
        if (offered is not null && received.DivergenceFrom(offered) is { } divergence)
            throw Diverged(standby, received, options.Upstream, divergence);
        return new UpstreamChangeSteps(_context, host, options, recovery, state, now).Make(makesSlot);
    }

    /// <summary>Makes the change.</summary>
    /// <exception cref="PgHaException">
    /// <c>OperationTimeout</c>: the standby did not stream from the new upstream in time; it follows the old one again, if that was
    /// asked for.
    /// </exception>
    public async Task RunAsync(UpstreamChangePlan plan, CancellationToken cancellationToken)
    {
        if (plan.Procedure.IsEmpty)
            _context.Log.Step($"{plan.Procedure.Name}: it is so already");
        else
            await new ProcedureRunner(_context).RunAsync(plan.Procedure, cancellationToken).ConfigureAwait(false);
        if (plan.LeftSlot is { } left)
        {
            _context.Log.Warn(
                $"The old upstream keeps WAL in slot {left}, which nobody uses any more: "
                + "-RemoveOldSlot, or Remove-PgReplicationSlot, removes it.");
        }
    }

    /// <summary>
    /// The slot to stream through: the one that is named; otherwise the present one, if the upstream stays the same or the slot is to
    /// be created.
    /// </summary>
    internal static string? SlotName(PgInstance standby, RecoveryConfiguration now, PgInstance upstream, string? asked, bool create)
    {
        PgInstance? present = now.PrimaryConninfo is { } text ? UpstreamAddress.Of(standby, ConnectionSettings.Parse(text)) : null;
        bool isPresent = present is not null && UpstreamAddress.AreSame(present, upstream);
        return asked ?? (isPresent || create ? now.SlotName : null) ?? (create ? throw SlotNameNeeded(standby) : null);
    }

    /// <summary>
    /// The status of a running server, as the server or its host tells it; <see langword="null"/> if the server does not run.
    /// </summary>
    internal static async Task<ReplicationStatus?> OwnStatusAsync(
        EngineContext context, PgInstance standby, RecoveryState state, CancellationToken cancellationToken) =>
        !state.Status.HasProcess ? null
        : state.Status.State == InstanceState.ColdStandby
            ? await ColdStandbyReader.ReadAsync(context, standby, cancellationToken).ConfigureAwait(false)
                ?? throw NotAStandby(standby, runs: true)
            : await ReplicationStatusReader.ReadOneAsync(context, standby, cancellationToken).ConfigureAwait(false);

    private static PgHaException NotAStandby(PgInstance server, bool runs) => new(
        ErrorIds.NotAStandby, PgHaErrorKind.InvalidState,
        $"{server} is no standby: {(runs ? "it runs as a primary" : "it would start as a primary")}.",
        "A former primary is taken back into its cluster by Repair-PgStandby; a new standby is set up by Set-PgRecoveryConf.",
        server.ToString());

    private static PgHaException SlotNameNeeded(PgInstance standby) => new(
        ErrorIds.SlotNameNeeded, PgHaErrorKind.InvalidArgument,
        $"{standby} uses no slot so far whose name the new one could have.", "Name it with -SlotName.", standby.ToString());

    private static PgHaException Diverged(PgInstance standby, WalPosition received, PgInstance upstream, WalDivergence divergence) => new(
        ErrorIds.StandbyDiverged, PgHaErrorKind.InvalidState,
        $"{standby} cannot follow {upstream}: it has WAL up to {received}, and the two parted at {divergence.Lsn}"
            + $"{(divergence.Timeline is { } timeline ? $" of timeline {timeline}" : "")}. "
            + $"Its last {ByteSize.Format(divergence.Bytes)} are not in the history of {upstream}.",
        "Repair-PgStandby -Upstream rewinds it, or makes a new clone.", standby.ToString());
}
