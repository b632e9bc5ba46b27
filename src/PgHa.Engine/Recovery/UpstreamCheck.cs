using System.Globalization;
using PgHa.Engine.Machines;
using PgHa.Engine.Replication;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Recovery;

/// <summary>Makes sure that a standby will be able to stream, before its configuration is written.</summary>
/// <remarks>A standby that cannot stream starts all the same and retries forever. Only its log shows the problem.</remarks>
internal sealed class UpstreamCheck
{
    private readonly EngineContext _context;
    private readonly PgInstance _standby;

    /// <summary>For one standby.</summary>
    public UpstreamCheck(EngineContext context, PgInstance standby)
    {
        _context = context;
        _standby = standby;
    }

    /// <summary>Checks the system, the role, the slot and the settings.</summary>
    /// <param name="options">The options, with an upstream.</param>
    /// <param name="state">The standby as it is.</param>
    /// <param name="isHotStandby">Whether it will answer queries, and so has to match the upstream's settings.</param>
    /// <param name="cancellationToken">Cancels the checks.</param>
    /// <returns>The identity of the upstream's system.</returns>
    /// <exception cref="PgHaException">
    /// <c>ForeignSystemIdentifier</c>, <c>SlotNotFound</c>, <c>SlotNotPhysical</c>, <c>SlotInUse</c>,
    /// <c>StandbySettingsTooLow</c>, <c>WrongServerVersion</c>, and the failures of <see cref="ReplicationProbe.ProveAsync"/>
    /// and of connecting.
    /// </exception>
    public async Task<SystemIdentity> RequireAsync(
        RecoveryOptions options, RecoveryState state, bool isHotStandby, CancellationToken cancellationToken)
    {
        // If both fail, the first failure says more: the slot of a foreign system does not matter.
        Task<SystemIdentity> identity = RequireStreamAsync(options.Login ?? options.Upstream!, state, cancellationToken);
        await Task.WhenAll(identity, RequireFitAsync(options, state, isHotStandby, cancellationToken)).ConfigureAwait(false);
        return await identity.ConfigureAwait(false);
    }

    /// <summary>The failure of a standby that is set up to follow a server of another system.</summary>
    public static PgHaException ForeignSystem(PgInstance standby, SystemIdentifier own, string source, SystemIdentifier foreign) => new(
        ErrorIds.ForeignSystemIdentifier,
        PgHaErrorKind.InvalidState,
        $"{standby} cannot replay the WAL of {source}: it belongs to system {own}, and the WAL to system {foreign}.",
        "Clone the primary with New-PgBaseBackup. A directory made by initdb is another system, however alike.",
        standby.ToString());

    private async Task<SystemIdentity> RequireStreamAsync(PgInstance login, RecoveryState state, CancellationToken cancellationToken)
    {
        IHost host = await _context.HostOfAsync(_standby, cancellationToken).ConfigureAwait(false);
        SystemIdentity identity = await new ReplicationProbe(_context).ProveFromAsync(
            host, login, senders: 1, cancellationToken).ConfigureAwait(false);
        if (identity.SystemIdentifier != state.Control.SystemIdentifier)
            throw ForeignSystem(_standby, state.Control.SystemIdentifier, login.ToString(), identity.SystemIdentifier);
        return identity;
    }

    private async Task RequireFitAsync(RecoveryOptions options, RecoveryState state, bool isHotStandby, CancellationToken cancellationToken)
    {
        PgInstance upstream = options.Upstream!;
        if (await OpenAsync(upstream, cancellationToken).ConfigureAwait(false) is not { } session)
            return;
        await using (session.ConfigureAwait(false))
        {
            if (session.Dialect.Version.MajorVersion != state.Dialect.Version.MajorVersion)
            {
                throw new PgHaException(
                    ErrorIds.WrongServerVersion, PgHaErrorKind.NotSupported,
                    $"{_standby} is of version {state.Dialect.Version.Major}, and its upstream "
                        + $"{upstream} of {session.Dialect.Version.Major}: WAL fits one major only.",
                    "Clone the upstream (New-PgBaseBackup).", _standby.ToString());
            }

            if (options.SlotName is { } slot)
                await RequireSlotAsync(session, slot, OwnName(state), cancellationToken).ConfigureAwait(false);
            if (isHotStandby)
                await RequireSettingsAsync(session, state, cancellationToken).ConfigureAwait(false);
        }
    }

    // The role that streams is enough to set up a standby. PgHa does not check what this role cannot see.
    private async Task<ServerSession?> OpenAsync(PgInstance upstream, CancellationToken cancellationToken)
    {
        try
        {
            return await ServerSession.OpenAsync(_context, upstream, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e) when (e.Kind == PgHaErrorKind.PermissionDenied)
        {
            _context.Log.Warn($"Slot and settings of {upstream} are not checked: {e.Message}");
            return null;
        }
    }

    // If the standby runs, it may be the one that uses the slot.
    private string? OwnName(RecoveryState state) => !state.Status.HasProcess ? null
        : state[RecoveryEntries.PrimaryConninfo] is { Length: > 0 } now ? ConnectionSettings.Parse(now).ApplicationName ?? _standby.Name
        : _standby.Name;

    private static async Task RequireSlotAsync(ServerSession session, string slot, string? ownName, CancellationToken cancellationToken)
    {
        PgInstance upstream = session.Instance;
        IReadOnlyList<(string Type, bool IsActive, string? User)> found = await session.QueryAsync(
            """
            select s.slot_type, s.active, r.application_name
            from pg_replication_slots s left join pg_stat_replication r on r.pid = s.active_pid
            where s.slot_name = $1
            """,
            row => (row.Text("slot_type")!, row.Get<bool>("active"), row.Text("application_name")),
            cancellationToken,
            slot).ConfigureAwait(false);
        if (found.Count == 0)
        {
            throw new PgHaException(
                ErrorIds.SlotNotFound, PgHaErrorKind.NotFound, $"{upstream} has no replication slot '{slot}'.",
                $"Create it with New-PgReplicationSlot {slot}.", upstream.ToString());
        }

        if (found[0].Type != "physical")
        {
            throw new PgHaException(
                ErrorIds.SlotNotPhysical, PgHaErrorKind.InvalidArgument, $"The slot '{slot}' of {upstream} is a logical one.",
                "Create a physical one with New-PgReplicationSlot.", upstream.ToString());
        }

        // A role without the right to see other sessions does not see whose connection it is.
        if (found[0].IsActive && (ownName is null || (found[0].User is { } user && !StandbyName.AreEqual(user, ownName))))
        {
            throw new PgHaException(
                ErrorIds.SlotInUse, PgHaErrorKind.InvalidState, $"The slot '{slot}' of {upstream} is in use by another standby.",
                "Create one for each standby with New-PgReplicationSlot.", upstream.ToString());
        }
    }

    private async Task RequireSettingsAsync(ServerSession session, RecoveryState state, CancellationToken cancellationToken)
    {
        // The upstream is of the standby's major, so its defaults are the standby's.
        IReadOnlyList<(string Name, int Value, int Default)> settings = await session.QueryAsync(
            "select name, setting::int4 as value, boot_val::int4 as standard from pg_settings where name = any($1)",
            row => (row.Text("name")!, row.Get<int>("value"), row.Get<int>("standard")),
            cancellationToken,
            [StandbyRequirement.NamesOf(session.Dialect).ToArray()]).ConfigureAwait(false);

        IReadOnlyList<StandbyRequirement> unmet = StandbyRequirement.Unmet(
            settings.ToDictionary(setting => setting.Name, setting => setting.Value),
            settings.ToDictionary(setting => setting.Name, setting => state.Number(setting.Name) ?? setting.Default));
        if (unmet.Count > 0)
        {
            throw new PgHaException(
                ErrorIds.StandbySettingsTooLow,
                PgHaErrorKind.InvalidState,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_standby} would not start as a hot standby of {session.Instance}: {string.Join("; ", unmet)}."),
                "Raise them to at least the upstream's values (Set-PgSetting).",
                _standby.ToString());
        }
    }
}
