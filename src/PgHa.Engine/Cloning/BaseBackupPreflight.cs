using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.Programs;
using PgHa.Engine.Replication;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Cloning;

/// <summary>Finds out everything that would make a clone fail, before anything is written.</summary>
internal sealed class BaseBackupPreflight
{
    private const string ProgramName = "pg_basebackup";

    // One connection copies the files, and another one streams the WAL at the same time.
    private const int WalSenders = 2;

    private readonly EngineContext _context;
    private readonly BaseBackupOptions _options;

    public BaseBackupPreflight(EngineContext context, BaseBackupOptions options)
    {
        _context = context;
        _options = options;
    }

    /// <summary>Plans one more clone of a source. The facts about the source come from the plan of another clone.</summary>
    /// <remarks>It does not check whether the port is free: the caller has checked the ports of all clones at once.</remarks>
    public async Task<BaseBackupPlan> PrepareAsync(BaseBackupPlan sibling, CancellationToken cancellationToken)
    {
        CloneTarget target = await CloneTarget.AtAsync(sibling.Host, _options.DataDirectory, cancellationToken).ConfigureAwait(false);
        await target.RequireFreeAsync(cancellationToken).ConfigureAwait(false);
        await target.HasLeftoverAsync(cancellationToken).ConfigureAwait(false);
        await target.RequireSpaceAsync(_options.Source, sibling.Source.DataSize, cancellationToken).ConfigureAwait(false);
        KeptConfiguration? kept = await KeptConfiguration.FindAsync(
            sibling.Host, target.Directory, sibling.BinDirectory, sibling.Source.Dialect, cancellationToken).ConfigureAwait(false);
        return new BaseBackupPlan(
            _options, sibling.Host, target, sibling.Source, sibling.Program, sibling.BinDirectory, sibling.NewTablespaces, kept)
        {
            LiveCopyObstacle = sibling.LiveCopyObstacle,
        };
    }

    /// <summary>The clone as it can be made.</summary>
    public async Task<BaseBackupPlan> PrepareAsync(CancellationToken cancellationToken)
    {
        IHost host = await _context.MachineOf(_options.Machine).HostForDirectoryAsync(
            _options.DataDirectory, _options.ServerUser, cancellationToken).ConfigureAwait(false);
        CloneTarget target = await CloneTarget.AtAsync(host, _options.DataDirectory, cancellationToken).ConfigureAwait(false);
        Task<(BackupSource Source, LiveCopyFacts Facts)> reading = ReadSourceAsync(host, cancellationToken);
        Task<SystemIdentity> proving = new ReplicationProbe(_context).ProveFromAsync(
            host, _options.Login ?? _options.Source, WalSenders, cancellationToken);
        // If several checks fail, the first failure says most: a server that cannot be reached cannot replicate either.
        await Task.WhenAll(RequireFreeAsync(host, target, cancellationToken), reading, proving).ConfigureAwait(false);

        (BackupSource source, LiveCopyFacts facts) = await reading.ConfigureAwait(false);
        Task<ServerPrograms> tools = ToolsAsync(host, source, cancellationToken);
        Task<string> serverPrograms = ServerBinDirectoryAsync(host, source, cancellationToken);
        Task<IReadOnlyList<string>> tablespaces = TablespacesAsync(host, source, cancellationToken);
        await Task.WhenAll(
            tools,
            target.RequireSpaceAsync(_options.Source, source.DataSize, cancellationToken),
            serverPrograms,
            tablespaces).ConfigureAwait(false);
        ServerPrograms found = await tools.ConfigureAwait(false);
        string binDirectory = await serverPrograms.ConfigureAwait(false);
        KeptConfiguration? kept = await KeptConfiguration.FindAsync(
            host, target.Directory, binDirectory, source.Dialect, cancellationToken).ConfigureAwait(false);
        return new BaseBackupPlan(
            _options, host, target, source, (found.PathOf(ProgramName), ServerDialect.For(found.Version)), binDirectory,
            await tablespaces.ConfigureAwait(false), kept)
        {
            LiveCopyObstacle = facts.Obstacle,
        };
    }

    private async Task RequireFreeAsync(IHost host, CloneTarget target, CancellationToken cancellationToken)
    {
        await target.RequireFreeAsync(cancellationToken).ConfigureAwait(false);
        await target.HasLeftoverAsync(cancellationToken).ConfigureAwait(false);
        await RequireFreePortAsync(host, cancellationToken).ConfigureAwait(false);
    }

    private async Task RequireFreePortAsync(IHost host, CancellationToken cancellationToken)
    {
        PgInstance source = _options.Source;
        bool isOfSource = _options.Port == source.Port && _options.IsBesideSource
            && (source.DataDirectory is not null || _options.Address == source.Host);
        const string Advice = "Give the clone another port with -Port.";
        if (isOfSource)
            throw PortOwner.InUse(_options.Port, $"the source {source}", Advice, source.ToString());
        await new PortOwner(_context.MachineOf(_options.Machine), host, _options.DataDirectory).RequireFreeAsync(
            _options.Port, Advice, source.ToString(), cancellationToken).ConfigureAwait(false);
    }

    private async Task<(BackupSource, LiveCopyFacts)> ReadSourceAsync(IHost host, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(_context, _options.Source, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            BackupSource source = await BackupSource.ReadAsync(_context, session, cancellationToken).ConfigureAwait(false);
            return (source, await LiveCopyReader.ReadAsync(host, session, _options, source, cancellationToken).ConfigureAwait(false));
        }
    }

    // The source's own programs certainly have the right version, if they are on the clone's machine.
    private Task<ServerPrograms> ToolsAsync(IHost host, BackupSource source, CancellationToken cancellationToken) =>
        ServerPrograms.FindClientAsync(
            host, ProgramName, source.Dialect.Version,
            _options.BinDirectory ?? _options.Source.BinDirectoryOn(_options.Machine), cancellationToken);

    // The pg_basebackup may be newer than the server. The clone needs the server programs of its own version.
    private async Task<string> ServerBinDirectoryAsync(IHost host, BackupSource source, CancellationToken cancellationToken) =>
        _options.Source.BinDirectoryOn(_options.Machine)
            ?? (await ServerPrograms.FindServerAsync(
                host, binDirectory: null, source.Dialect.Version, cancellationToken).ConfigureAwait(false)).BinDirectory;

    // A tablespace that is not mapped goes into the same directory as the source's. On the source's machine, that directory is
    // in use.
    private async Task<IReadOnlyList<string>> TablespacesAsync(IHost host, BackupSource source, CancellationToken cancellationToken)
    {
        if (_options.Restore is not null && source.Tablespaces.Count > 0)
        {
            throw new PgHaException(
                ErrorIds.TablespaceNotMapped, PgHaErrorKind.NotSupported,
                $"{_options.Source} has tablespaces in {string.Join(", ", source.Tablespaces.Keys)}, which a restored clone would share.",
                "Clone the server itself, without -From.", _options.Source.ToString());
        }

        List<string> directories = [];
        foreach (string location in source.Tablespaces.Keys)
        {
            string target = _options.TablespaceMapping.GetValueOrDefault(location, location);
            if (await host.ListAsync(target, cancellationToken).ConfigureAwait(false) is { Count: > 0 })
            {
                throw new PgHaException(
                    ErrorIds.TablespaceNotMapped, PgHaErrorKind.AlreadyExists,
                    $"The tablespace in '{location}' of {_options.Source} cannot be copied to '{target}': that directory is not empty.",
                    $"Name another one with -TablespaceMapping @{{ '{location}' = '…' }}.",
                    _options.Source.ToString());
            }

            directories.Add(target);
        }

        string? unknown = _options.TablespaceMapping.Keys.FirstOrDefault(location => !source.Tablespaces.ContainsKey(location));
        return unknown is null
            ? directories
            : throw new PgHaException(
                ErrorIds.TablespaceNotFound, PgHaErrorKind.NotFound, $"{_options.Source} has no tablespace in '{unknown}'.",
                source.Tablespaces.Count == 0
                    ? "It has none outside its data directory."
                    : $"It has tablespaces in: {string.Join(", ", source.Tablespaces.Keys)}.",
                _options.Source.ToString());
    }
}
