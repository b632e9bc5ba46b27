using System.Text;
using PgHa.Engine.Cloning;
using PgHa.Engine.Configuration;
using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.PrimaryChange;
using PgHa.Engine.Programs;
using PgHa.Engine.Recovery;
using PgHa.Engine.Replication;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Repair;

/// <summary>What is done to a server that is repaired.</summary>
internal sealed class RepairWork
{
    private readonly EngineContext _context;
    private readonly RepairCase _case;
    private readonly IHost _host;
    private readonly RejoinDirectory _names;
    private readonly OwnFiles _ownFiles;
    private IReadOnlyCollection<int> _sendersBefore = [];
    private bool _hasCloned;
    private bool _hasRecovered;

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

    /// <summary>
    /// Recovers a crashed server and shuts it down cleanly, which <c>pg_rewind</c> needs. Since PostgreSQL 13, <c>pg_rewind</c> does
    /// the same itself.
    /// </summary>
    /// <remarks>
    /// All WAL is kept meanwhile. Otherwise the checkpoint at the end of the recovery could recycle the file with the last checkpoint
    /// before the fork, where <c>pg_rewind</c> begins to read. On a quiet server it always would.
    /// </remarks>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        _hasRecovered = true;
        if (_case.State.IsStandby)
        {
            // A standby has no single-user mode.
            await new InstanceControl(_context).StartKeepingWalAsync(
                _case.Server, KeptOptions.All, cancellationToken).ConfigureAwait(false);
            await StopAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        string program = await ProgramPath.OfAsync(_host, _case.Server, "postgres", cancellationToken).ConfigureAwait(false);
        CommandResult result = await _host.RunAsync(
            new HostCommand(
                program,
                [
                    "--single", "-D", _names.Directory,
                    .. ConfigurationLocation.OptionsFor(_case.State.Configuration, _names.Directory), "-c", "logging_collector=off",
                    "-c", _case.State.Dialect.KeepsAllWal, "template1",
                ])
            {
                Timeout = _context.Timeout,
            },
            cancellationToken).ConfigureAwait(false);
        PgInstance recovered = _case.Server with { DataDirectory = _names.Directory };
        if (!result.Succeeded
            || !(await ControlFile.ReadAsync(_host, recovered, cancellationToken).ConfigureAwait(false)).IsCleanlyShutDown)
        {
            throw new PgHaException(
                ErrorIds.RecoveryFailed, PgHaErrorKind.OperationFailed,
                    $"{_case.Server} did not recover from its crash: {result.Error.Trim()}",
                "Correct what it says and repair it again.", _case.Server.ToString());
        }
    }

    public async Task PutAsideAsync(CancellationToken cancellationToken)
    {
        await _ownFiles.TakeFilesAsync(_names.Directory, cancellationToken).ConfigureAwait(false);
        await _names.Place.MoveOutAsync(_names.Rewinding, cancellationToken).ConfigureAwait(false);
    }

    public async Task RewindAsync(CancellationToken cancellationToken)
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
                _case.Source, Path.Combine(_names.OwnFiles, "pgha-source.pgpass"), cancellationToken).ConfigureAwait(false);
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
            await _ownFiles.PutDirectoriesBackAsync(_names.Rewinding, CancellationToken.None).ConfigureAwait(false);
            await _names.Place.MoveInAsync(_names.Rewinding, CancellationToken.None).ConfigureAwait(false);
            await _ownFiles.RemoveAsync(CancellationToken.None).ConfigureAwait(false);
            string state = (_hasRecovered, program.HasFetched) switch
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

    public async Task PutBackAsync(CancellationToken cancellationToken)
    {
        await _ownFiles.PutBackAsync(_names.Rewinding, cancellationToken).ConfigureAwait(false);
        // Without the mark of a standby, a rewound directory would start as a second primary.
        await MarkAsStandbyAsync(_names.Rewinding, cancellationToken).ConfigureAwait(false);
        await _names.Place.MoveInAsync(_names.Rewinding, cancellationToken).ConfigureAwait(false);
        await _ownFiles.RemoveAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task CloneAsync(CancellationToken cancellationToken)
    {
        await RemoveCloneAsync(cancellationToken).ConfigureAwait(false);
        await new BaseBackup(_context).CreateAsync(
            new BaseBackupOptions
            {
                Source = Upstream,
                Login = _case.Login,
                Name = _case.Server.Name,
                DataDirectory = _names.Clone,
                Port = _case.Server.Port,
                ServerUser = _host.UserName,
                WalDirectory = _case.CloneWalDirectory,
                TablespaceMapping = _case.CloneTablespaces.Where(moved => moved.Key != moved.Value).ToDictionary(),
            },
            cancellationToken).ConfigureAwait(false);
        _hasCloned = true;
    }

    public async Task RemoveCloneAsync(CancellationToken cancellationToken)
    {
        await _host.DeleteDirectoryAsync(_names.Clone, cancellationToken).ConfigureAwait(false);
        string[] elsewhere = _case.CloneWalDirectory is { } wal
            ? [.. _case.CloneTablespaces.Values, wal]
            : [.. _case.CloneTablespaces.Values];
        foreach (string tablespace in _hasCloned ? elsewhere : [])
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

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Another standby may have the same application name, so only a new WAL sender counts.
        ReplicationStatus before = await ReplicationStatusReader.ReadOneAsync(_context, Upstream, cancellationToken).ConfigureAwait(false);
        _sendersBefore = [.. before.Standbys.Select(sender => sender.ProcessId)];
        await new InstanceControl(_context).StartAsync(_case.Server, KeptOptions.AllButRecovery, cancellationToken).ConfigureAwait(false);
    }

    public async Task AwaitAsync(CancellationToken cancellationToken)
    {
        await StreamingWait.UntilStreamingAsync(
            _context, Upstream, [_case.ApplicationName], _sendersBefore, cancellationToken).ConfigureAwait(false);
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
                + $"nobody uses {(unused.Length == 1 ? "this slot" : "these slots")} now. "
                + "Remove what nobody will come back to (Remove-PgReplicationSlot).");
        }
    }

    public Task RemoveOldAsync(CancellationToken cancellationToken) =>
        ReplacedDirectory.RemoveAsync(_context, _host, OldDirectory, _case.State.Dialect, cancellationToken);

    private async Task MarkAsStandbyAsync(string directory, CancellationToken cancellationToken)
    {
        string path = Path.Combine(
            directory, _case.State.Dialect.UsesRecoveryConf ? RecoveryFileNames.RecoveryConf : RecoveryFileNames.StandbySignal);
        byte[]? now = await _host.ReadFileAsync(path, cancellationToken).ConfigureAwait(false);
        byte[] marked = _case.State.Dialect.UsesRecoveryConf
            ? ServerConfiguration.Parse(path, now ?? []).Set("standby_mode", "on").ToBytes()
            : now ?? [];
        await _host.WriteFileAsync(path, marked, mode: null, cancellationToken).ConfigureAwait(false);
    }
}
