using PgHa.Engine.Machines;
using PgHa.Engine.Programs;
using PgHa.Engine.Replication;
using PgHa.Engine.Servers;
using PgHa.Engine.Settings;

namespace PgHa.Engine.Recovery;

/// <summary>
/// Keeps a restart from leaving a standby down, because the standby has lower values of <c>max_connections</c> and the like than
/// its primary: warns of it, or waits until the standby would start again.
/// </summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-ADMIN">Hot Standby: Administrator's
/// Overview</see>.
/// </remarks>
public static class StandbyRoom
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Compares the settings that a server would start with to those of its primary in its control file, and writes a warning.
    /// </summary>
    /// <remarks>It does nothing for a server whose files are not on this machine.</remarks>
    public static async Task WarnAsync(EngineContext context, PgInstance server, CancellationToken cancellationToken)
    {
        if (await TryReadAsync(context, server, ofStandby: false, cancellationToken).ConfigureAwait(false) is ({ } state, { } next))
            await WarnAsync(context, server, state, next, cancellationToken).ConfigureAwait(false);
    }

    private static async Task WarnAsync(
        EngineContext context, PgInstance server, RecoveryState state, Dictionary<string, int> next, CancellationToken cancellationToken)
    {
        Dictionary<string, int> now = Of(state.Control);
        if (state is { IsStandby: true, IsHotStandby: true } && StandbyRequirement.Unmet(now, next) is { Count: > 0 } unmet)
        {
            context.Log.Warn(
                $"{server} would not start again: {string.Join("; ", unmet)}, as its primary has it. "
                    + "Lower it on the primary first and restart that one, or raise it here (Set-PgSetting).");
        }
        else if (!state.IsStandby && StandbyRequirement.Unmet(next, now) is { Count: > 0 } raised
            && await MayHaveStandbysAsync(context, server, cancellationToken).ConfigureAwait(false))
        {
            string settings = string.Join("; ", raised.Select(one => $"{one.Name} = {one.Required}"));
            context.Log.Warn(
                $"{server} will have {settings} from its next start on: its standbys, if it has any, need as much before that "
                + "(Restart-PgCluster restarts them first), or they do not replay any more.");
        }
    }

    /// <summary>
    /// Waits until a standby would start again. Lower values of its primary are in the standby's control file only after the
    /// standby has replayed the change.
    /// </summary>
    /// <remarks>
    /// It returns at once for a server whose files are not on this machine or cannot be read, and for a server that is no hot standby.
    /// </remarks>
    /// <param name="context">Log and access.</param>
    /// <param name="standby">A standby that runs.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="PgHaException">
    /// <c>StandbySettingsTooLow</c>: the standby has not replayed the change in time, or the primary has the same values as
    /// before.
    /// </exception>
    public static async Task AwaitAsync(
        EngineContext context, PgInstance standby, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (await TryReadAsync(context, standby, ofStandby: true, cancellationToken).ConfigureAwait(false) is ({ } state, { } next))
            await AwaitRoomAsync(context, standby, state, next, limit, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Before a restart: waits for a hot standby that runs, and warns of any other server. It reads the server's files once.
    /// </summary>
    /// <param name="context">Log and access.</param>
    /// <param name="server">The server.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="PgHaException"><c>StandbySettingsTooLow</c>, as in <see cref="AwaitAsync"/>.</exception>
    public static async Task BeforeRestartAsync(
        EngineContext context, PgInstance server, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (await TryReadAsync(context, server, ofStandby: false, cancellationToken).ConfigureAwait(false) is not ({ } state, { } next))
            return;
        // A standby that runs is better than one that does not start again.
        if (state is { IsStandby: true, IsHotStandby: true, Status.HasProcess: true })
            await AwaitRoomAsync(context, server, state, next, limit, cancellationToken).ConfigureAwait(false);
        else
            await WarnAsync(context, server, state, next, cancellationToken).ConfigureAwait(false);
    }

    private static async Task AwaitRoomAsync(
        EngineContext context, PgInstance standby, RecoveryState state, Dictionary<string, int> next, TimeSpan limit,
        CancellationToken cancellationToken)
    {
        IHost host = await context.HostOfAsync(standby, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<StandbyRequirement> unmet = StandbyRequirement.Unmet(Of(state.Control), next);
        if (unmet.Count == 0)
            return;
        var deadline = Deadline.In(limit);
        await Poll.UntilAsync(
            async () =>
            {
                ControlData control = await ControlFile.ReadAsync(host, standby, cancellationToken).ConfigureAwait(false);
                unmet = StandbyRequirement.Unmet(Of(control), next);
                return unmet.Count == 0;
            },
            Look, deadline,
            () => new PgHaException(
                ErrorIds.StandbySettingsTooLow, PgHaErrorKind.InvalidState,
                $"{standby} would not start again: {string.Join("; ", unmet)}. In {deadline} it has not "
                    + "replayed that its primary has less. It was not restarted.",
                "Lower it on the primary first, and restart that; or raise it on the standby (Set-PgSetting). Where the primary has "
                    + "been restarted with less, see what keeps the standby from replaying (Get-PgReplicationStatus).",
                standby.ToString()),
            cancellationToken).ConfigureAwait(false);
    }

    // The state of a server, and the settings that it would start with; nothing where only a hot standby is asked about and it is none.
    private static async Task<(RecoveryState? State, Dictionary<string, int>? Next)> TryReadAsync(
        EngineContext context, PgInstance server, bool ofStandby, CancellationToken cancellationToken)
    {
        if (server.DataDirectory is null)
            return default;
        try
        {
            RecoveryState state = await RecoveryState.ReadAsync(context, server, cancellationToken).ConfigureAwait(false);
            if (ofStandby && state is not { IsStandby: true, IsHotStandby: true })
                return default;
            return (state, await NextAsync(context, server, state, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (e is PgHaException or MalformedTextException)
        {
            context.Log.Detail($"What {server} would start with is not known: {e.Message}");
            return default;
        }
    }

    // A setting that no file sets has its default. To ask the server's own program takes a start of it for each, in every restart.
    private static async Task<Dictionary<string, int>> NextAsync(
        EngineContext context, PgInstance server, RecoveryState state, CancellationToken cancellationToken)
    {
        Dictionary<string, int> next = [];
        List<string> unknown = [];
        foreach (string name in StandbyRequirement.NamesOf(state.Dialect))
        {
            if ((state.Number(name) ?? StandbyRequirement.DefaultOf(name, state.Dialect)) is { } value)
                next[name] = value;
            else
                unknown.Add(name);
        }

        if (unknown.Count == 0)
            return next;
        IHost host = await context.HostOfAsync(server, cancellationToken).ConfigureAwait(false);
        ServerPrograms programs = await ServerPrograms.FindServerAsync(host, server, cancellationToken).ConfigureAwait(false);
        foreach ((string name, int value) in await ProgramDefaults.ReadAsync(
            host, programs.BinDirectory, unknown, cancellationToken).ConfigureAwait(false))
        {
            next[name] = value;
        }

        return next;
    }

    private static async Task<bool> MayHaveStandbysAsync(EngineContext context, PgInstance server, CancellationToken cancellationToken)
    {
        try
        {
            ReplicationStatus status = await ReplicationStatusReader.ReadOneAsync(context, server, cancellationToken).ConfigureAwait(false);
            return status.Standbys.Count > 0 || status.Slots.Any(slot => slot.Type == ReplicationSlotType.Physical);
        }
        catch (PgHaException)
        {
            // The server does not run, or does not answer. Its files show its slots.
            IHost host = await context.HostOfAsync(server, cancellationToken).ConfigureAwait(false);
            return await host.ListAsync(
                HostPath.Combine(server.DataDirectory!, "pg_replslot"), cancellationToken).ConfigureAwait(false) is { Count: > 0 };
        }
    }

    private static Dictionary<string, int> Of(ControlData control)
    {
        Dictionary<string, int> values = new()
        {
            ["max_connections"] = control.MaxConnections,
            ["max_worker_processes"] = control.MaxWorkerProcesses,
            ["max_prepared_transactions"] = control.MaxPreparedTransactions,
            ["max_locks_per_transaction"] = control.MaxLocksPerTransaction,
        };
        if (control.MaxWalSenders is { } senders)
            values["max_wal_senders"] = senders;
        return values;
    }
}
