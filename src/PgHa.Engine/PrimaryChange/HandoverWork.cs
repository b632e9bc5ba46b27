using PgHa.Engine.Archiving;
using PgHa.Engine.Configuration;
using PgHa.Engine.Instances;
using PgHa.Engine.Procedures;
using PgHa.Engine.Recovery;
using PgHa.Engine.Replication;
using PgHa.Engine.Servers;
using PgHa.Engine.Settings;
using PgHa.Engine.Wal;

namespace PgHa.Engine.PrimaryChange;

/// <summary>What is done to servers when another one becomes the primary.</summary>
internal sealed class HandoverWork
{
    private const string SyncNames = "synchronous_standby_names";

    private readonly EngineContext _context;
    private readonly PgInstance _candidate;
    private readonly IReadOnlyDictionary<string, StandbyLogin> _logins;
    private readonly PromotionControl _promotion;
    private readonly List<string> _createdSlots = [];
    private WalReservation? _kept;
    private RecoveryFiles? _before;
    private RecoveryFiles? _candidateBefore;
    private string? _namesBefore;

    /// <summary>Work around a candidate.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="candidate">The standby that becomes the primary.</param>
    /// <param name="logins">How each follower streams, by its name.</param>
    public HandoverWork(EngineContext context, PgInstance candidate, IReadOnlyDictionary<string, StandbyLogin> logins)
    {
        _context = context;
        _candidate = candidate;
        _logins = logins;
        _promotion = new PromotionControl(context);
    }

    public async Task CreateSlotsAsync(IReadOnlyList<string> slots, CancellationToken cancellationToken)
    {
        HashSet<string> present =
        [
            .. (await ReplicationSlots.GetAsync(_context, _candidate, cancellationToken).ConfigureAwait(false)).Select(slot => slot.Name),
        ];
        foreach (string slot in slots)
        {
            if (!present.Contains(slot))
                _createdSlots.Add(slot);
            await ReplicationSlots.CreatePhysicalAsync(
                _context, _candidate, slot, reserveWal: true, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task RemoveCreatedSlotsAsync(CancellationToken cancellationToken)
    {
        HashSet<string> present =
        [
            .. (await ReplicationSlots.GetAsync(_context, _candidate, cancellationToken).ConfigureAwait(false)).Select(slot => slot.Name),
        ];
        foreach (string slot in _createdSlots.Where(present.Contains))
            await ReplicationSlots.RemoveAsync(_context, _candidate, slot, endConsumer: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds a step that keeps the WAL of the candidate for followers without a slot, until they stream.</summary>
    /// <returns>The step; <see langword="null"/> if all followers have a slot.</returns>
    public ProcedureStep? AddReservation(
        Procedure procedure, string name, IEnumerable<HandoverFollower> followers, IReadOnlyList<ProcedureStep> after)
    {
        string[] without = [.. followers.Where(follower => follower.SlotName is null).Select(follower => follower.ApplicationName)];
        return without.Length == 0 ? null : procedure.Add(new ProcedureStep(
            name, $"Keep its WAL until {string.Join(", ", without)} {(without.Length == 1 ? "streams" : "stream")}, without a slot",
            async token => _kept = await WalReservation.TryTakeAsync(_context, _candidate, token).ConfigureAwait(false))
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

    /// <summary>
    /// Sets which standbys the commits of the candidate wait for. The setting has no effect while the server is a standby.
    /// </summary>
    public async Task SetSyncNamesAsync(string names, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(_context, _candidate, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            _namesBefore = await session.ScalarAsync<string>(
                $"select current_setting('{SyncNames}')", cancellationToken).ConfigureAwait(false);
        }

        await ChangeSyncNamesAsync(names, cancellationToken).ConfigureAwait(false);
    }

    public Task PutSyncNamesBackAsync(CancellationToken cancellationToken) =>
        _namesBefore is null ? Task.CompletedTask : ChangeSyncNamesAsync(_namesBefore, cancellationToken);

    private Task<IReadOnlyList<PgSetting>> ChangeSyncNamesAsync(string names, CancellationToken cancellationToken) =>
        new SettingStore(_context).SetAsync(
            _candidate, new Dictionary<string, string?> { [SyncNames] = names }, _ => Task.FromResult(true), cancellationToken);

    public Task CheckpointAsync(PgInstance server, CancellationToken cancellationToken) =>
        Checkpoints.RunAsync(_context, server, cancellationToken);

    public Task StopAsync(PgInstance server, CancellationToken cancellationToken) =>
        new InstanceControl(_context).StopAsync(server, StopMode.Fast, cancellationToken);

    public Task StartAsync(PgInstance server, CancellationToken cancellationToken) =>
        new InstanceControl(_context).StartAsync(server, KeptOptions.AllButRecovery, cancellationToken);

    /// <summary>Makes sure that the candidate replays the WAL that it receives, while the old primary still runs.</summary>
    public Task RequireReplayAsync(CancellationToken cancellationToken) =>
        ReplayProof.RequireAsync(_context, _candidate, _context.Timeout, cancellationToken);

    public Task RequireReplayBeforePromotionAsync(CancellationToken cancellationToken) =>
        ReplayProof.RequireBeforePromotionAsync(_context, _candidate, cancellationToken);

    /// <inheritdoc cref="HandoverWal.RequireEverythingAsync"/>
    public Task RequireEverythingReceivedAsync(PgInstance stopped, CancellationToken cancellationToken) =>
        HandoverWal.RequireEverythingAsync(_context, _candidate, stopped, cancellationToken);

    /// <summary>Makes the candidate receive the WAL that only another standby has.</summary>
    /// <exception cref="PgHaException"><c>OperationTimeout</c>: the WAL did not arrive.</exception>
    public async Task FetchAsync(FailoverCandidate source, CancellationToken cancellationToken)
    {
        _candidateBefore = await RecoveryFiles.ReadAsync(_context, _candidate, cancellationToken).ConfigureAwait(false);
        await SetAsync(
            _candidate,
            new RecoveryOptions
            {
                Upstream = source.Member.Server,
                Login = _logins[_candidate.Name].On(source.Member.Server!),
                ApplicationName = _candidate.Name,
            },
            cancellationToken).ConfigureAwait(false);
        await TakeOverUpstreamAsync(_candidate, cancellationToken).ConfigureAwait(false);
        await HandoverWal.FetchAsync(_context, _candidate, source, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the candidate, which was not promoted after all, follow its old upstream again.</summary>
    public async Task FollowAsBeforeAsync(CancellationToken cancellationToken)
    {
        if (_candidateBefore is null)
            return;
        await _candidateBefore.PutBackAsync(cancellationToken).ConfigureAwait(false);
        await new InstanceControl(_context).ReloadAsync(_candidate, cancellationToken).ConfigureAwait(false);
        await TakeOverUpstreamAsync(_candidate, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sets up a stopped server as a standby of the candidate.</summary>
    public async Task MakeStandbyAsync(HandoverFollower follower, CancellationToken cancellationToken)
    {
        _before = await RecoveryFiles.ReadAsync(_context, follower.Member.Server!, cancellationToken).ConfigureAwait(false);
        await SetUpstreamAsync(follower, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Makes a dead primary a standby. If the caller has said that it stays down, a failure is only a warning: its disk may be broken.
    /// </summary>
    public async Task FenceAsync(HandoverFollower dead, bool isFenced, CancellationToken cancellationToken)
    {
        try
        {
            await MakeStandbyAsync(dead, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e) when (isFenced)
        {
            _context.Log.Warn(
                $"{dead.Member.Name} would start as a primary, because it could not be made a standby: {e.Message} "
                + "Repair it (Repair-PgStandby) before anybody starts it.");
        }
    }

    public Task MakePrimaryAgainAsync(CancellationToken cancellationToken) =>
        _before?.PutBackAsync(cancellationToken) ?? Task.CompletedTask;

    public Task PromoteAsync(CancellationToken cancellationToken) => _promotion.PromoteOnlyAsync(_candidate, cancellationToken);

    public Task<bool> HasNotBegunToPromoteAsync(CancellationToken cancellationToken) =>
        _promotion.HasNotBegunAsync(_candidate, cancellationToken);

    /// <summary>Withdraws the promotion if that is still possible, so that the old primary can run again.</summary>
    public Task<bool> WithdrawPromotionAsync(CancellationToken cancellationToken) =>
        _promotion.WithdrawAsync(_candidate, cancellationToken);

    /// <summary>Has a running standby follow the new primary.</summary>
    public async Task FollowAsync(HandoverFollower follower, CancellationToken cancellationToken)
    {
        await SetUpstreamAsync(follower, cancellationToken).ConfigureAwait(false);
        await TakeOverUpstreamAsync(follower.Member.Server!, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Adds the steps that make a standby follow the new primary, and wait until the standby's own followers stream again.
    /// </summary>
    /// <returns>The step after which it follows.</returns>
    public ProcedureStep AddFollowing(Procedure procedure, HandoverFollower follower, ProcedureStep after)
    {
        ProcedureStep following = procedure.Add(
            follower.Member.Name, $"Follow {_candidate.Name}", token => FollowAsync(follower, token), after);
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
        RecoveryOptions options = new() { RestoreFrom = FileArchive.At(archive) };
        await SetAsync(standby, options, cancellationToken).ConfigureAwait(false);
        if (!standby.RequireDialect().ReloadsRestoreCommand)
        {
            await new InstanceControl(_context).RestartAsync(
                standby, StopMode.Fast, KeptOptions.AllButRecovery, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task WaitAsync(IReadOnlyCollection<string> applicationNames, CancellationToken cancellationToken)
    {
        await WaitAsync(_candidate, applicationNames, cancellationToken).ConfigureAwait(false);
        await ReleaseWalAsync().ConfigureAwait(false);
    }

    public Task WaitAsync(PgInstance upstream, IReadOnlyCollection<string> applicationNames, CancellationToken cancellationToken) =>
        StreamingWait.UntilStreamingAsync(_context, upstream, applicationNames, cancellationToken);

    /// <summary>Removes slots that would hold WAL back for ever.</summary>
    public async Task RemoveSlotsAsync(PgInstance server, IReadOnlyList<string> slots, CancellationToken cancellationToken)
    {
        foreach (ReplicationSlot slot in
            (await ReplicationSlots.GetAsync(_context, server, cancellationToken).ConfigureAwait(false))
                .Where(slot => slots.Contains(slot.Name)))
        {
            if (slot.IsActive)
            {
                _context.Log.Warn($"{server}: slot '{slot.Name}' is in use, and stays.");
            }
            else
            {
                await ReplicationSlots.RemoveAsync(
                    _context, server, slot.Name, endConsumer: false, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Waits until the history of the new timeline is in the archive.</summary>
    public Task AwaitHistoryArchivedAsync(CancellationToken cancellationToken) =>
        HistoryArchiving.WaitAsync(_context, _candidate, cancellationToken);

    // A standby of PostgreSQL 12 and older reads the name of its upstream only when it starts.
    private async Task TakeOverUpstreamAsync(PgInstance standby, CancellationToken cancellationToken)
    {
        if (!standby.RequireDialect().ReloadsPrimaryConninfo)
        {
            await new InstanceControl(_context).RestartAsync(
                standby, StopMode.Fast, KeptOptions.AllButRecovery, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes the new upstream of a follower, which it uses from its next reload or start on.</summary>
    public Task SetUpstreamAsync(HandoverFollower follower, CancellationToken cancellationToken) => SetAsync(
        follower.Member.Server!,
        new RecoveryOptions
        {
            Upstream = _candidate,
            Login = _logins[follower.Member.Name].On(_candidate),
            ApplicationName = follower.ApplicationName,
            SlotName = follower.SlotName,
            SyncReplicationSlots = follower.SynchronizesSlots ? true : null,
            TargetTimeline = follower.Member.Server!.RequireDialect().FollowsLatestTimelineByDefault ? null : "latest",
        },
        cancellationToken);

    // The checks are skipped: they ran before the old primary was stopped. If a restart is needed, the caller does it.
    private async Task SetAsync(PgInstance standby, RecoveryOptions options, CancellationToken cancellationToken)
    {
        var settings = new RecoverySettings(_context);
        await settings.WriteAsync(
            await settings.PlanAsync(standby, options with { SkipChecks = true }, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
    }
}
