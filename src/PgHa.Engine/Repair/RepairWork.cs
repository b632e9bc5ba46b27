using System.Text;
using PgHa.Engine.Cloning;
using PgHa.Engine.Configuration;
using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.PrimaryChange;
using PgHa.Engine.Recovery;
using PgHa.Engine.Replication;

namespace PgHa.Engine.Repair;

/// <summary>What is done to a server that is repaired.</summary>
internal sealed class RepairWork
{
    private readonly EngineContext _context;
    private readonly RepairCase _case;
    private readonly IHost _host;
    private readonly RejoinDirectory _names;
    private readonly OwnFiles _ownFiles;

    public RepairWork(EngineContext context, RepairCase repair)
    {
        (_context, _case, _host, _names) = (context, repair, repair.Host, repair.Names);
        _ownFiles = new OwnFiles(_host, _names.OwnFiles);
        OldDirectory = _names.OldAt(DateTimeOffset.UtcNow);
    }

    /// <summary>Where the old directory is in the end.</summary>
    public string OldDirectory { get; }

    private PgInstance Upstream => _case.Options.Upstream;

    public Task CreateSlotAsync(CancellationToken cancellationToken) =>
        ReplicationSlots.CreatePhysicalAsync(_context, Upstream, _case.SlotName!, reserveWal: true, cancellationToken);

    public Task RemoveNewSlotAsync(CancellationToken cancellationToken) =>
        ReplicationSlots.RemoveUnusedAsync(_context, Upstream, _case.SlotName!, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) =>
        new InstanceControl(_context).StopAsync(_case.Server, StopMode.Fast, cancellationToken);

    public Task StartAgainAsync(CancellationToken cancellationToken) =>
        new InstanceControl(_context).StartAsync(_case.Server, KeptOptions.All, cancellationToken);

    /// <inheritdoc cref="CrashRecovery.RunAsync"/>
    public Task RecoverAsync(CancellationToken cancellationToken) => new CrashRecovery(_context, _case).RunAsync(cancellationToken);

    /// <inheritdoc cref="CrashRecovery.RunAsideAsync"/>
    public async Task RecoverAsideAsync(CancellationToken cancellationToken)
    {
        try
        {
            await new CrashRecovery(_context, _case).RunAsideAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException) when (_case.Found == _case.Server)
        {
            await GiveNameBackAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task PutAsideAsync(CancellationToken cancellationToken)
    {
        await _ownFiles.TakeFilesAsync(_names.Directory, cancellationToken).ConfigureAwait(false);
        await _names.Place.MoveOutAsync(_names.Rewinding, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs <c>pg_rewind</c>.</summary>
    /// <param name="hasRecovered">Whether the server was recovered from a crash before, for the message of a failure.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task RewindAsync(bool hasRecovered, CancellationToken cancellationToken)
    {
        await Task.WhenAll(
            RewindProgram.CheckpointSourceAsync(_context, _case.Source, cancellationToken),
            _ownFiles.TakeDirectoriesAsync(_names.Rewinding, cancellationToken)).ConfigureAwait(false);
        var program = new RewindProgram(
            _context, _host, _case.Server with { DataDirectory = _names.Rewinding }, _case.State.Dialect,
            _case.State.Control.WalSegmentSize, _case.Fork, _case.RestoreCommands);
        try
        {
            await program.RunAsync(
                _case.Source, HostPath.Combine(_names.OwnFiles, "pgha-source.pgpass"), cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e) when (!program.HasChanged && _case.IsHalfRewound)
        {
            throw new PgHaException(
                e.ErrorId, e.Kind,
                $"{e.Message} The directory is between two states, as an earlier rewind left it, and is called '{_names.Rewinding}': "
                    + "it cannot be started.",
                e.Advice, e.Server, e);
        }
        catch (PgHaException e) when (!program.HasChanged && _case.Found == _case.Server)
        {
            await GiveNameBackAsync().ConfigureAwait(false);
            string state = (hasRecovered, program.HasFetched) switch
            {
                (false, false) => "The directory is as it was, and has its name back.",
                (true, false) =>
                    "The server has recovered from its crash; nothing else in the directory has changed, and it has its name back.",
                (false, true) => "WAL files were added to the directory; nothing else in it has changed, and it has its name back.",
                _ => "The server has recovered from its crash, and WAL files were added; "
                    + "nothing else in the directory has changed, and it has its name back.",
            };
            throw new PgHaException(e.ErrorId, e.Kind, $"{e.Message} {state}", e.Advice, e.Server, e);
        }

        await _host.WriteFileAsync(
            _names.Rewound, Encoding.ASCII.GetBytes(_case.Source.ToString()), mode: null, cancellationToken).ConfigureAwait(false);
    }

    // The directory is the server's own still.
    private async Task GiveNameBackAsync()
    {
        await _ownFiles.PutDirectoriesBackAsync(_names.Rewinding, CancellationToken.None).ConfigureAwait(false);
        await _names.Place.MoveInAsync(_names.Rewinding, CancellationToken.None).ConfigureAwait(false);
        await _ownFiles.RemoveAsync(CancellationToken.None).ConfigureAwait(false);
    }

    public async Task PutBackAsync(CancellationToken cancellationToken)
    {
        await _ownFiles.PutBackAsync(_names.Rewinding, cancellationToken).ConfigureAwait(false);
        // Without the mark of a standby, a rewound directory would start as a second primary.
        await MarkAsStandbyAsync(_names.Rewinding, cancellationToken).ConfigureAwait(false);
        await _names.Place.MoveInAsync(_names.Rewinding, cancellationToken).ConfigureAwait(false);
        await _ownFiles.RemoveAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the clone.</summary>
    /// <returns>Whether it is complete; for <see cref="RemoveCloneAsync"/>.</returns>
    public async Task<bool> CloneAsync(Action<bool> keep, CancellationToken cancellationToken)
    {
        keep(false);
        await RemoveCloneAsync(isComplete: false, cancellationToken).ConfigureAwait(false);
        await new BaseBackup(_context).CreateAsync(
            new BaseBackupOptions
            {
                Source = Upstream,
                Login = _case.Login,
                Name = _case.Server.Name,
                Machine = _case.Server.Machine,
                DataDirectory = _names.Clone,
                Port = _case.Server.Port,
                ServerUser = _host.UserName,
                WalDirectory = _case.CloneWalDirectory,
                TablespaceMapping = _case.CloneTablespaces.Where(moved => moved.Key != moved.Value).ToDictionary(),
            },
            cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Removes the clone. What a clone that is not complete has elsewhere was there before it, or is removed with it.</summary>
    public async Task RemoveCloneAsync(bool isComplete, CancellationToken cancellationToken)
    {
        await _host.DeleteDirectoryAsync(_names.Clone, cancellationToken).ConfigureAwait(false);
        string[] elsewhere = _case.CloneWalDirectory is { } wal
            ? [.. _case.CloneTablespaces.Values, wal]
            : [.. _case.CloneTablespaces.Values];
        foreach (string tablespace in isComplete ? elsewhere : [])
            await _host.DeleteDirectoryAsync(tablespace, cancellationToken).ConfigureAwait(false);
    }

    public async Task CopyOwnFilesAsync(CancellationToken cancellationToken)
    {
        string from = _case.Found == _case.Server ? _names.Directory : _names.OwnFiles;
        string logs = _case.State.Configuration["log_directory"] ?? _case.State.Dialect.DefaultLogDirectory;
        await _ownFiles.CopyAsync(from, _names.Clone, logs, cancellationToken).ConfigureAwait(false);
        await MarkAsStandbyAsync(_names.Clone, cancellationToken).ConfigureAwait(false);
    }

    public async Task ReplaceAsync(CancellationToken cancellationToken)
    {
        if (_case.IsCloned)
        {
            await _names.Place.MoveInAsync(_names.Clone, cancellationToken).ConfigureAwait(false);
            return;
        }

        await MoveOldAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _names.Place.MoveInAsync(_names.Clone, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            if (_case.Found == _case.Server)
                await _names.Place.MoveInAsync(OldDirectory, CancellationToken.None).ConfigureAwait(false);
            else
                await _host.MoveDirectoryAsync(OldDirectory, _case.Found.DataDirectory!, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        if (_case.Found != _case.Server)
        {
            string ownFiles = OldDirectory + ReplacedDirectory.OwnFilesSuffix;
            await _host.MoveDirectoryAsync(_names.OwnFiles, ownFiles, cancellationToken).ConfigureAwait(false);
        }

        _context.Log.Milestone($"{_case.Server.Name}: the old directory is '{OldDirectory}' now.");
        if (_names.Place.IsMountPoint && !_case.Options.RemoveOld)
        {
            _context.Log.Warn(
                $"{_case.Server}: '{OldDirectory}' is inside the data directory, which is a mount point: base backups copy it too. "
                + "Remove it when nobody needs it.");
        }
    }

    // If a rewind died in the directory, the directory does not have its real name.
    private Task MoveOldAsync(CancellationToken cancellationToken) => _case.Found == _case.Server
        ? _names.Place.MoveOutAsync(OldDirectory, cancellationToken)
        : _host.MoveDirectoryAsync(_case.Found.DataDirectory!, OldDirectory, cancellationToken);

    /// <summary>Finishes an interrupted move of a mount point's entries.</summary>
    public static Func<CancellationToken, Task> Finishing(RejoinDirectory names, string interrupted) =>
        _ => names.Place.FinishAsync(interrupted);

    /// <summary>Configures the server's upstream, and removes recovery targets, which would end its recovery early.</summary>
    public async Task SetUpAsync(CancellationToken cancellationToken)
    {
        PgInstance server = _case.Server;
        RecoveryState state = await RecoveryState.ReadAsync(_context, server, cancellationToken).ConfigureAwait(false);
        RecoveryPlan plan = new RecoveryPlanner(server, state, _host.IsWindows).Plan(_case.Recovery);
        IEnumerable<RecoverySettingChange> targets = state.Dialect.UsesRecoveryConf ? [] :
            RecoveryEntries.TargetSettings
                .Where(name => state.Configuration[name] is { Length: > 0 })
                .Select(name => new RecoverySettingChange(name, state.Configuration[name], null));
        await new RecoverySettings(_context).WriteAsync(
            new RecoveryPlan(server, state, _case.Recovery, [.. plan.Changes, .. targets]), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts the server.</summary>
    /// <returns>The WAL senders of the upstream before: another standby may have the same application name.</returns>
    public async Task<IReadOnlyCollection<int>> StartAsync(CancellationToken cancellationToken)
    {
        IReadOnlyCollection<int> before = await StreamingWait.SendersAsync(_context, Upstream, cancellationToken).ConfigureAwait(false);
        await new InstanceControl(_context).StartAsync(_case.Server, KeptOptions.AllButRecovery, cancellationToken).ConfigureAwait(false);
        return before;
    }

    /// <summary>Waits until the server streams through a WAL sender that is none of those before its start.</summary>
    public async Task AwaitAsync(IReadOnlyCollection<int> sendersBefore, CancellationToken cancellationToken)
    {
        await StreamingWait.UntilStreamingAsync(
            _context, Upstream, [_case.ApplicationName], sendersBefore, cancellationToken).ConfigureAwait(false);
        if (!_case.State.IsHotStandby)
            return;
        // A former primary's own failover slots would keep it from synchronizing the new primary's slots of the same names.
        if (_case.State.SynchronizesSlots)
            await SlotHandoverSteps.RemoveCarriedAsync(_context, _case.Server, Upstream, cancellationToken).ConfigureAwait(false);
        await WarnOfSlotsAsync(cancellationToken).ConfigureAwait(false);
    }

    // A former primary still has the slots of its former standbys.
    private async Task WarnOfSlotsAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<ReplicationSlot> slots = await ReplicationSlots.GetAsync(
            _context, _case.Server, cancellationToken).ConfigureAwait(false);
        string[] unused =
        [
            .. slots.Where(slot => !slot.IsActive && slot.RestartLsn is not null && !slot.IsSynced).Select(slot => $"'{slot.Name}'"),
        ];
        if (unused.Length > 0)
        {
            _context.Log.Warn(
                $"{_case.Server} keeps WAL for {string.Join(", ", unused)}: "
                + $"nobody uses {Plural.Of(unused.Length, "this slot", "these slots")} now. "
                + "Remove what nobody will come back to (Remove-PgReplicationSlot).");
        }
    }

    public Task RemoveOldAsync(CancellationToken cancellationToken) =>
        ReplacedDirectory.RemoveAsync(_context, _host, OldDirectory, _case.State.Dialect, cancellationToken);

    private async Task MarkAsStandbyAsync(string directory, CancellationToken cancellationToken)
    {
        string path = HostPath.Combine(
            directory, _case.State.Dialect.UsesRecoveryConf ? RecoveryFileNames.RecoveryConf : RecoveryFileNames.StandbySignal);
        byte[]? now = await _host.ReadFileAsync(path, cancellationToken).ConfigureAwait(false);
        byte[] marked = _case.State.Dialect.UsesRecoveryConf
            ? ServerConfiguration.Parse(path, now ?? []).Set("standby_mode", "on").ToBytes()
            : now ?? [];
        await _host.WriteFileAsync(path, marked, mode: null, cancellationToken).ConfigureAwait(false);
    }
}
