using PgHa.Engine.Archiving;
using PgHa.Engine.Configuration;
using PgHa.Engine.Instances;
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

    /// <summary>Creates the slots that are missing on the candidate.</summary>
    /// <param name="slots">The names.</param>
    /// <param name="keep">Gets the names of those that are missing, before the first is created.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<string>> CreateSlotsAsync(
        IReadOnlyList<string> slots, Action<IReadOnlyList<string>> keep, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> missing = [.. slots.Except(await SlotNamesAsync(cancellationToken).ConfigureAwait(false))];
        keep(missing);
        foreach (string slot in slots)
        {
            await ReplicationSlots.CreatePhysicalAsync(
                _context, _candidate, slot, reserveWal: true, cancellationToken).ConfigureAwait(false);
        }

        return missing;
    }

    /// <summary>Removes slots that <see cref="CreateSlotsAsync"/> has created, as far as it came.</summary>
    public async Task RemoveCreatedSlotsAsync(IReadOnlyList<string> created, CancellationToken cancellationToken)
    {
        foreach (string slot in created.Intersect(await SlotNamesAsync(cancellationToken).ConfigureAwait(false)))
            await ReplicationSlots.RemoveAsync(_context, _candidate, slot, endConsumer: true, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IEnumerable<string>> SlotNamesAsync(CancellationToken cancellationToken) =>
        (await ReplicationSlots.GetAsync(_context, _candidate, cancellationToken).ConfigureAwait(false)).Select(slot => slot.Name);

    /// <summary>Keeps the WAL of the candidate; <see langword="null"/> if it has no temporary slots.</summary>
    public Task<WalReservation?> KeepWalAsync(CancellationToken cancellationToken) =>
        WalReservation.TryTakeAsync(_context, _candidate, cancellationToken);

    /// <summary>
    /// Sets which standbys the commits of the candidate wait for. The setting has no effect while the server is a standby.
    /// </summary>
    /// <returns>The setting before.</returns>
    public async Task<string> SetSyncNamesAsync(string names, Action<string> keep, CancellationToken cancellationToken)
    {
        string before;
        ServerSession session = await ServerSession.OpenAsync(_context, _candidate, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            before = (await session.ScalarAsync<string>(
                $"select current_setting('{SyncNames}')", cancellationToken).ConfigureAwait(false))!;
        }

        keep(before);
        await ChangeSyncNamesAsync(names, cancellationToken).ConfigureAwait(false);
        return before;
    }

    public Task PutSyncNamesBackAsync(string before, CancellationToken cancellationToken) =>
        ChangeSyncNamesAsync(before, cancellationToken);

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
    /// <returns>The files that configured its recovery before.</returns>
    /// <exception cref="PgHaException"><c>OperationTimeout</c>: the WAL did not arrive.</exception>
    public async Task<RecoveryFiles> FetchAsync(
        FailoverCandidate source, Action<RecoveryFiles> keep, CancellationToken cancellationToken)
    {
        var options = new RecoveryOptions
        {
            Upstream = source.Member.Server,
            Login = _logins[_candidate.Name].On(source.Member.Server!),
            ApplicationName = _candidate.Name,
        };
        (RecoveryFiles before, RecoveryPlan plan) = await ReadAsync(_candidate, options, cancellationToken).ConfigureAwait(false);
        keep(before);
        await new RecoverySettings(_context).WriteAsync(plan, cancellationToken).ConfigureAwait(false);
        await TakeOverUpstreamAsync(_candidate, cancellationToken).ConfigureAwait(false);
        await HandoverWal.FetchAsync(_context, _candidate, source, cancellationToken).ConfigureAwait(false);
        return before;
    }

    /// <summary>Makes the candidate, which was not promoted after all, follow its old upstream again.</summary>
    public async Task FollowAsBeforeAsync(RecoveryFiles before, CancellationToken cancellationToken)
    {
        await before.PutBackAsync(cancellationToken).ConfigureAwait(false);
        await new InstanceControl(_context).ReloadAsync(_candidate, cancellationToken).ConfigureAwait(false);
        await TakeOverUpstreamAsync(_candidate, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sets up a stopped server as a standby of the candidate.</summary>
    /// <returns>The files that configured its recovery before.</returns>
    public async Task<RecoveryFiles> MakeStandbyAsync(
        HandoverFollower follower, Action<RecoveryFiles> keep, CancellationToken cancellationToken)
    {
        (RecoveryFiles before, RecoveryPlan plan) = await ReadAsync(
            follower.Member.Server!, OptionsOf(follower), cancellationToken).ConfigureAwait(false);
        keep(before);
        await new RecoverySettings(_context).WriteAsync(plan, cancellationToken).ConfigureAwait(false);
        return before;
    }

    /// <summary>
    /// Makes a dead primary a standby. If the caller has said that it stays down, a failure is only a warning: its disk may be broken.
    /// </summary>
    /// <returns>The files that configured its recovery before; <see langword="null"/> if they cannot be read.</returns>
    public async Task<RecoveryFiles?> FenceAsync(
        HandoverFollower dead, bool isFenced, Action<RecoveryFiles?> keep, CancellationToken cancellationToken)
    {
        RecoveryFiles? read = null;
        try
        {
            return await MakeStandbyAsync(
                dead,
                before =>
                {
                    read = before;
                    keep(before);
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e) when (isFenced)
        {
            _context.Log.Warn(
                $"{dead.Member.Name} would start as a primary, because it could not be made a standby: {e.Message} "
                + "Repair it (Repair-PgStandby) before anybody starts it.");
            return read;
        }
    }

    public Task PromoteAsync(CancellationToken cancellationToken) => _promotion.PromoteOnlyAsync(_candidate, cancellationToken);

    public Task<bool> HasNotBegunToPromoteAsync(CancellationToken cancellationToken) =>
        _promotion.HasNotBegunAsync(_candidate, cancellationToken);

    /// <summary>Withdraws the promotion if that is still possible, so that the old primary can run again.</summary>
    public Task<bool> WithdrawPromotionAsync(CancellationToken cancellationToken) =>
        _promotion.WithdrawAsync(_candidate, cancellationToken);

    /// <summary>Works out what has to change for a standby to follow the candidate.</summary>
    public Task<RecoveryPlan> PlanFollowingAsync(HandoverFollower follower, CancellationToken cancellationToken) =>
        PlanAsync(follower.Member.Server!, OptionsOf(follower), cancellationToken);

    /// <summary>Has a running standby follow the new primary.</summary>
    /// <param name="follower">The standby.</param>
    /// <param name="planned">What has to change, worked out before; <see langword="null"/> to work it out now.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task FollowAsync(HandoverFollower follower, RecoveryPlan? planned, CancellationToken cancellationToken)
    {
        PgInstance standby = follower.Member.Server!;
        if (planned is null || !await TryWriteAsync(planned, cancellationToken).ConfigureAwait(false))
            await SetUpstreamAsync(follower, cancellationToken).ConfigureAwait(false);
        await TakeOverUpstreamAsync(standby, cancellationToken).ConfigureAwait(false);
    }

    // The standby may have been stopped or started since the plan was made.
    private async Task<bool> TryWriteAsync(RecoveryPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            await new RecoverySettings(_context).WriteAsync(plan, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (PgHaException e)
        {
            _context.Log.Step($"{plan.Instance}: its configuration is read again: {e.Message}");
            return false;
        }
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

    /// <summary>Waits until standbys stream from the candidate.</summary>
    public Task WaitAsync(IReadOnlyCollection<string> applicationNames, CancellationToken cancellationToken) =>
        WaitAsync(_candidate, applicationNames, cancellationToken);

    /// <summary>Waits until standbys stream from a server.</summary>
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
    public Task SetUpstreamAsync(HandoverFollower follower, CancellationToken cancellationToken) =>
        SetAsync(follower.Member.Server!, OptionsOf(follower), cancellationToken);

    private RecoveryOptions OptionsOf(HandoverFollower follower) => new()
    {
        Upstream = _candidate,
        Login = _logins[follower.Member.Name].On(_candidate),
        ApplicationName = follower.ApplicationName,
        SlotName = follower.SlotName,
        SyncReplicationSlots = follower.SynchronizesSlots ? true : null,
        TargetTimeline = follower.Member.Server!.RequireDialect().FollowsLatestTimelineByDefault ? null : "latest",
    };

    private async Task<(RecoveryFiles Before, RecoveryPlan Plan)> ReadAsync(
        PgInstance standby, RecoveryOptions options, CancellationToken cancellationToken)
    {
        Task<RecoveryFiles> before = RecoveryFiles.ReadAsync(_context, standby, cancellationToken);
        Task<RecoveryPlan> plan = PlanAsync(standby, options, cancellationToken);
        await Task.WhenAll(before, plan).ConfigureAwait(false);
        return (before.Result, plan.Result);
    }

    private async Task SetAsync(PgInstance standby, RecoveryOptions options, CancellationToken cancellationToken) =>
        await new RecoverySettings(_context).WriteAsync(
            await PlanAsync(standby, options, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    // The checks are skipped: they ran before the old primary was stopped. If a restart is needed, the caller does it.
    private Task<RecoveryPlan> PlanAsync(PgInstance standby, RecoveryOptions options, CancellationToken cancellationToken) =>
        new RecoverySettings(_context).PlanAsync(standby, options with { SkipChecks = true }, cancellationToken);
}
