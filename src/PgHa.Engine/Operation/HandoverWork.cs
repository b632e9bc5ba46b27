using System.Diagnostics;
using System.Globalization;
using PgHa.Engine.Archiving;
using PgHa.Engine.Hosts;
using PgHa.Engine.Instances;
using PgHa.Engine.Procedures;
using PgHa.Engine.Promotion;
using PgHa.Engine.Recovery;
using PgHa.Engine.Replication;
using PgHa.Engine.Servers;
using PgHa.Engine.Settings;
using PgHa.Engine.Wal;

namespace PgHa.Engine.Operation;

/// <summary>What is done to servers when another one becomes the primary.</summary>
internal sealed class HandoverWork
{
    private const string SyncNames = "synchronous_standby_names";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    // The last bytes are on their way when the old primary ends, and nobody can write until they are replayed: later is a reason to go back.
    private static readonly TimeSpan LastBytes = TimeSpan.FromSeconds(10), LastReplay = TimeSpan.FromSeconds(15);

    private readonly EngineContext _context;
    private readonly PgInstance _new;
    private readonly IReadOnlyDictionary<string, StandbyLogin> _logins;
    private readonly PromotionControl _promotion;
    private readonly List<string> _createdSlots = [];
    private WalReservation? _kept;
    private RecoveryFiles? _before;
    private RecoveryFiles? _newBefore;
    private string? _namesBefore;

    /// <summary>Work around a new primary.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="newPrimary">The server.</param>
    /// <param name="logins">How each follower streams, by its name.</param>
    public HandoverWork(EngineContext context, PgInstance newPrimary, IReadOnlyDictionary<string, StandbyLogin> logins)
    {
        _context = context;
        _new = newPrimary;
        _logins = logins;
        _promotion = new PromotionControl(context);
    }

    public async Task CreateSlotsAsync(IReadOnlyList<string> slots, CancellationToken cancellationToken)
    {
        HashSet<string> present = [.. (await ReplicationSlots.GetAsync(_context, _new, cancellationToken).ConfigureAwait(false)).Select(slot => slot.Name)];
        foreach (string slot in slots)
        {
            if (!present.Contains(slot))
                _createdSlots.Add(slot);
            await ReplicationSlots.CreatePhysicalAsync(_context, _new, slot, reserveWal: true, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task RemoveCreatedSlotsAsync(CancellationToken cancellationToken)
    {
        HashSet<string> present = [.. (await ReplicationSlots.GetAsync(_context, _new, cancellationToken).ConfigureAwait(false)).Select(slot => slot.Name)];
        foreach (string slot in _createdSlots.Where(present.Contains))
            await ReplicationSlots.RemoveAsync(_context, _new, slot, endConsumer: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds the step after which the new primary keeps its WAL for those of its followers that have no slot there, until they stream.</summary>
    /// <returns>The step; <see langword="null"/> if all have one.</returns>
    public ProcedureStep? AddReservation(Procedure procedure, string name, IEnumerable<HandoverFollower> followers, IReadOnlyList<ProcedureStep> after)
    {
        string[] without = [.. followers.Where(follower => follower.SlotName is null).Select(follower => follower.ApplicationName)];
        return without.Length == 0 ? null : procedure.Add(new ProcedureStep(
            name, $"Keep its WAL until {string.Join(", ", without)} {(without.Length == 1 ? "streams" : "stream")}, without a slot",
            async token => _kept = await WalReservation.TryTakeAsync(_context, _new, token).ConfigureAwait(false))
        {
            After = after,
            Undo = _ => ReleaseWalAsync(),
        });
    }

    private async Task ReleaseWalAsync()
    {
        if (_kept is not null)
            await _kept.DisposeAsync().ConfigureAwait(false);
        _kept = null;
    }

    /// <summary>Sets what the new primary's commits wait for; as long as it is a standby this has no effect.</summary>
    public async Task SetSyncNamesAsync(string names, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(_context, _new, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
            _namesBefore = await session.ScalarAsync<string>($"select current_setting('{SyncNames}')", cancellationToken).ConfigureAwait(false);
        await ChangeSyncNamesAsync(names, cancellationToken).ConfigureAwait(false);
    }

    public Task PutSyncNamesBackAsync(CancellationToken cancellationToken) =>
        _namesBefore is null ? Task.CompletedTask : ChangeSyncNamesAsync(_namesBefore, cancellationToken);

    private Task<IReadOnlyList<PgSetting>> ChangeSyncNamesAsync(string names, CancellationToken cancellationToken) =>
        new SettingStore(_context).SetAsync(_new, new Dictionary<string, string?> { [SyncNames] = names }, _ => Task.FromResult(true), cancellationToken);

    public Task CheckpointAsync(PgInstance server, CancellationToken cancellationToken) => Checkpoints.RunAsync(_context, server, cancellationToken);

    public Task StopAsync(PgInstance server, CancellationToken cancellationToken) => new InstanceControl(_context).StopAsync(server, StopMode.Fast, cancellationToken);

    public Task StartAsync(PgInstance server, CancellationToken cancellationToken) =>
        new InstanceControl(_context).StartAsync(server, KeptOptions.AllButRecovery, cancellationToken);

    /// <summary>Makes sure that the new primary replays what it receives, as long as there is a primary to go on with.</summary>
    public Task RequireReplayAsync(CancellationToken cancellationToken) => ReplayProof.RequireAsync(_context, _new, _context.Timeout, cancellationToken);

    public Task RequireReplayBeforePromotionAsync(CancellationToken cancellationToken) => ReplayProof.RequireBeforePromotionAsync(_context, _new, cancellationToken);

    /// <summary>Makes sure that the new primary has received and replayed all that a stopped one wrote.</summary>
    /// <exception cref="PgHaException"><c>NotShutDown</c>; <c>CandidateMissesWal</c>; and what <see cref="ReplayProof"/> fails with.</exception>
    public async Task RequireEverythingReceivedAsync(PgInstance stopped, CancellationToken cancellationToken)
    {
        IHost host = await _context.HostOfAsync(stopped, cancellationToken).ConfigureAwait(false);
        ControlData control = await ControlFile.ReadAsync(host, stopped, cancellationToken).ConfigureAwait(false);
        if (control.State != DatabaseState.ShutDown)
        {
            throw new PgHaException(
                "NotShutDown", PgHaErrorKind.OperationFailed, $"{stopped} has ended without a clean shutdown (its control file says {control.State}).",
                "See its log (Get-PgServerLog) for why.", stopped.ToString());
        }

        ServerSession session = await ServerSession.OpenAsync(_context, _new, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            long started = Stopwatch.GetTimestamp();
            // That position is where the last record begins, so everything is there only when more has been received.
            while (await ReceivedAsync(session, cancellationToken).ConfigureAwait(false) is var received && !(received > control.CheckpointLsn))
            {
                if (Stopwatch.GetElapsedTime(started) > LastBytes)
                {
                    throw new PgHaException(
                        "CandidateMissesWal", PgHaErrorKind.OperationFailed,
                        $"{_new} has received the WAL of {stopped} up to {received}, and that goes beyond {control.CheckpointLsn}.",
                        "See in both logs why it lost its connection (Get-PgServerLog), and try again.", _new.ToString());
                }

                await Task.Delay(Look, cancellationToken).ConfigureAwait(false);
            }
        }

        await ReplayProof.RequireAsync(_context, _new, LastReplay, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Has the new primary, still a standby, receive what another standby has and it has not.</summary>
    /// <exception cref="PgHaException"><c>OperationTimeout</c>: it did not arrive.</exception>
    public async Task FetchAsync(FailoverCandidate source, CancellationToken cancellationToken)
    {
        _newBefore = await RecoveryFiles.ReadAsync(_context, _new, cancellationToken).ConfigureAwait(false);
        await SetAsync(
            _new, new RecoveryOptions { Upstream = source.Member.Server, Login = _logins[_new.Name].On(source.Member.Server!), ApplicationName = _new.Name },
            cancellationToken).ConfigureAwait(false);
        await TakeOverUpstreamAsync(_new, cancellationToken).ConfigureAwait(false);
        long started = Stopwatch.GetTimestamp();
        ServerSession session = await ServerSession.OpenAsync(_context, _new, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            while (await ReceivedAsync(session, cancellationToken).ConfigureAwait(false) is var received && !(received >= source.ReceivedLsn))
            {
                if (Stopwatch.GetElapsedTime(started) > _context.Timeout)
                {
                    throw new PgHaException(
                        "OperationTimeout", PgHaErrorKind.Timeout,
                        string.Create(CultureInfo.InvariantCulture, $"{_new} has WAL up to {received} after {_context.Timeout.TotalSeconds:0.#} s, and {source.Member.Name} up to {source.ReceivedLsn}."),
                        $"Its log says why it does not get it (Get-PgServerLog). Or promote {source.Member.Name} instead.", _new.ToString());
                }

                await Task.Delay(Look, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Has the new primary, which did not become it, follow whom it followed before it fetched WAL.</summary>
    public async Task FollowAsBeforeAsync(CancellationToken cancellationToken)
    {
        if (_newBefore is null)
            return;
        await _newBefore.PutBackAsync(cancellationToken).ConfigureAwait(false);
        await new InstanceControl(_context).ReloadAsync(_new, cancellationToken).ConfigureAwait(false);
        await TakeOverUpstreamAsync(_new, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Has a server that is stopped start as a standby of the new primary from now on.</summary>
    public async Task MakeStandbyAsync(HandoverFollower follower, CancellationToken cancellationToken)
    {
        _before = await RecoveryFiles.ReadAsync(_context, follower.Member.Server!, cancellationToken).ConfigureAwait(false);
        await SetUpstreamAsync(follower, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes a dead primary a standby. Where somebody has seen to it that it stays down, it may fail: its disk may be what is broken.</summary>
    public async Task FenceAsync(HandoverFollower dead, bool isFenced, CancellationToken cancellationToken)
    {
        try
        {
            await MakeStandbyAsync(dead, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e) when (isFenced)
        {
            _context.Log.Warn($"{dead.Member.Name} would start as a primary, because it could not be made a standby: {e.Message} Repair it (Repair-PgStandby) before anybody starts it.");
        }
    }

    public Task MakePrimaryAgainAsync(CancellationToken cancellationToken) => _before?.PutBackAsync(cancellationToken) ?? Task.CompletedTask;

    public Task PromoteAsync(CancellationToken cancellationToken) => _promotion.PromoteOnlyAsync(_new, cancellationToken);

    public Task<bool> HasNotBegunToPromoteAsync(CancellationToken cancellationToken) => _promotion.HasNotBegunAsync(_new, cancellationToken);

    /// <summary>Takes the promotion back where that can be done: the old primary is ready to go on.</summary>
    public Task<bool> WithdrawPromotionAsync(CancellationToken cancellationToken) => _promotion.WithdrawAsync(_new, cancellationToken);

    /// <summary>Has a running standby follow the new primary.</summary>
    public async Task FollowAsync(HandoverFollower follower, CancellationToken cancellationToken)
    {
        await SetUpstreamAsync(follower, cancellationToken).ConfigureAwait(false);
        await TakeOverUpstreamAsync(follower.Member.Server!, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds the steps for a standby that follows the new primary, until those that stream from it do so again.</summary>
    /// <returns>The step after which it follows.</returns>
    public ProcedureStep AddFollowing(Procedure procedure, HandoverFollower follower, ProcedureStep after)
    {
        ProcedureStep following = procedure.Add(follower.Member.Name, $"Follow {_new.Name}", token => FollowAsync(follower, token), after);
        if (follower.Cascaded is { Count: > 0 } names)
        {
            procedure.Add(
                follower.Member.Name, $"Wait until {string.Join(", ", names)} {(names.Count == 1 ? "streams" : "stream")}",
                token => WaitAsync(follower.Member.Server!, names, token), following);
        }

        return following;
    }

    /// <summary>Has an archive-fed standby restore from another archive.</summary>
    public async Task RestoreFromAsync(PgInstance standby, string archive, CancellationToken cancellationToken)
    {
        await SetAsync(standby, new RecoveryOptions { RestoreFrom = archive }, cancellationToken).ConfigureAwait(false);
        if (!standby.RequireDialect().ReloadsRestoreCommand)
            await new InstanceControl(_context).RestartAsync(standby, StopMode.Fast, KeptOptions.AllButRecovery, cancellationToken).ConfigureAwait(false);
    }

    public async Task WaitAsync(IReadOnlyCollection<string> applicationNames, CancellationToken cancellationToken)
    {
        await WaitAsync(_new, applicationNames, cancellationToken).ConfigureAwait(false);
        await ReleaseWalAsync().ConfigureAwait(false);
    }

    public Task WaitAsync(PgInstance upstream, IReadOnlyCollection<string> applicationNames, CancellationToken cancellationToken) =>
        StreamingWait.UntilStreamingAsync(_context, upstream, applicationNames, cancellationToken);

    /// <summary>Removes slots that would hold WAL back for ever.</summary>
    public async Task RemoveSlotsAsync(PgInstance server, IReadOnlyList<string> slots, CancellationToken cancellationToken)
    {
        foreach (ReplicationSlot slot in (await ReplicationSlots.GetAsync(_context, server, cancellationToken).ConfigureAwait(false)).Where(slot => slots.Contains(slot.Name)))
        {
            if (slot.IsActive)
                _context.Log.Warn($"{server}: slot '{slot.Name}' is in use, and stays.");
            else
                await ReplicationSlots.RemoveAsync(_context, server, slot.Name, endConsumer: false, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until the history of the new timeline is in the archive.</summary>
    public Task AwaitHistoryArchivedAsync(CancellationToken cancellationToken) => HistoryArchiving.WaitAsync(_context, _new, cancellationToken);

    // Up to 12 a standby reads whom to follow when it starts, and not again.
    private async Task TakeOverUpstreamAsync(PgInstance standby, CancellationToken cancellationToken)
    {
        if (!standby.RequireDialect().ReloadsPrimaryConninfo)
            await new InstanceControl(_context).RestartAsync(standby, StopMode.Fast, KeptOptions.AllButRecovery, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes whom a follower follows from its next reload or start on.</summary>
    public Task SetUpstreamAsync(HandoverFollower follower, CancellationToken cancellationToken) => SetAsync(
        follower.Member.Server!,
        new RecoveryOptions
        {
            Upstream = _new,
            Login = _logins[follower.Member.Name].On(_new),
            ApplicationName = follower.ApplicationName,
            SlotName = follower.SlotName,
            SyncReplicationSlots = follower.SynchronizesSlots ? true : null,
            TargetTimeline = follower.Member.Server!.RequireDialect().FollowsLatestTimelineByDefault ? null : "latest",
        },
        cancellationToken);

    // What can be proven has been, before the old primary was stopped; and who has to be restarted will be.
    private async Task SetAsync(PgInstance standby, RecoveryOptions options, CancellationToken cancellationToken)
    {
        var settings = new RecoverySettings(_context);
        await settings.WriteAsync(await settings.PlanAsync(standby, options with { SkipChecks = true }, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Lsn?> ReceivedAsync(ServerSession session, CancellationToken cancellationToken) =>
        (await session.QueryAsync($"select ({WalPositionSql.End(session.Dialect)})::text as lsn", row => row.Lsn("lsn"), cancellationToken).ConfigureAwait(false))[0];
}
