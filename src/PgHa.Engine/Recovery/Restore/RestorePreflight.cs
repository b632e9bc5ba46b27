using PgHa.Engine.Archiving;
using PgHa.Engine.Backups;
using PgHa.Engine.Cloning;
using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.Programs;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Recovery.Restore;

/// <summary>Finds everything that would make a restore fail, as far as it can be known beforehand.</summary>
internal sealed class RestorePreflight
{
    private readonly EngineContext _context;
    private readonly RestoreOptions _options;

    public RestorePreflight(EngineContext context, RestoreOptions options)
    {
        _context = context;
        _options = options;
    }

    /// <summary>The plan of the restore, without its steps.</summary>
    public async Task<RestorePlan> PrepareAsync(CancellationToken cancellationToken)
    {
        if (_options is { Target.Kind: RecoveryTargetKind.EndOfWal, Action: not RecoveryTargetAction.Promote })
        {
            throw new PgHaException(
                ErrorIds.TargetNeeded, PgHaErrorKind.InvalidArgument,
                "At the end of the WAL a server is promoted: it can pause or stop only at a target.",
                "Name a target, or use -TargetAction Promote.");
        }

        IMachine machine = _context.MachineOf(_options.Machine);
        IHost host = await machine.HostForDirectoryAsync(
            _options.DataDirectory, _options.ServerUser, cancellationToken).ConfigureAwait(false);
        NewDataDirectory.RequireUsableName(_options.DataDirectory);
        CloneTarget target = await CloneTarget.AtAsync(host, _options.DataDirectory, cancellationToken).ConfigureAwait(false);
        await target.RequireFreeAsync(cancellationToken).ConfigureAwait(false);
        await target.HasLeftoverAsync(cancellationToken).ConfigureAwait(false);
        await new PortOwner(machine, host, _options.DataDirectory).RequireFreeAsync(
            _options.Port, "Give the restored server another port with -Port.", _options.Name, cancellationToken).ConfigureAwait(false);
        await RequireNewArchiveAsync(host, cancellationToken).ConfigureAwait(false);

        BackupContent content = await BackupContent.OpenAsync(host, _options.Backup, cancellationToken).ConfigureAwait(false);
        (PgBaseBackup backup, ControlData control) = await BackupReader.ReadAsync(content, cancellationToken).ConfigureAwait(false);
        var dialect = ServerDialect.For(backup.Version);
        ServerPrograms programs = await ServerPrograms.FindServerAsync(
            host, _options.BinDirectory, backup.Version, cancellationToken).ConfigureAwait(false);
        KeptConfiguration? kept = await KeptConfiguration.FindAsync(
            host, target.Directory, programs.BinDirectory, dialect, cancellationToken).ConfigureAwait(false);
        await RequireRestorableAsync(content, backup, dialect, kept, cancellationToken).ConfigureAwait(false);
        IReadOnlyDictionary<string, CloneTarget> tablespaces = await new RestoredTablespaces(host, _options).PrepareAsync(
            content, cancellationToken).ConfigureAwait(false);

        WalArchive archive = await ArchiveReader.ReadAsync(
            host, _options.ArchiveDirectory, system: null, cancellationToken).ConfigureAwait(false);
        backup = await BackupReader.WithEndAsync(backup, host, archive, cancellationToken).ConfigureAwait(false);
        WalArchive all = archive.With(await content.WalAsync(dialect, control, cancellationToken).ConfigureAwait(false));
        RecoveryRoute route = new RecoveryRouteFinder(backup, all).Find(_options.Target, _options.TargetTimeline, _options.AllowGaps);
        if (route.Gaps.Count > 0)
            _context.Log.Warn($"{string.Join(", ", route.Gaps)} cannot be had: if the target is after that, recovery will not reach it.");
        await new ReplayedTablespaces(_context, host, _options.Target, programs.PathOf(dialect.WalDumpProgram)).RequireFreeAsync(
            backup, route, archive, cancellationToken).ConfigureAwait(false);
        return new RestorePlan(_options, host, target, content, backup, route, dialect, programs.BinDirectory, tablespaces, kept);
    }

    private async Task RequireRestorableAsync(
        BackupContent content, PgBaseBackup backup, ServerDialect dialect, KeptConfiguration? kept, CancellationToken cancellationToken)
    {
        if (backup.IncrementalFromLsn is { } from)
        {
            throw Failure(
                ErrorIds.BackupIncremental, PgHaErrorKind.InvalidArgument, $"has only the changes since {from}",
                "Put it together with those it is based on first (pg_combinebackup), and restore what comes out.");
        }

        if (kept is null && await content.ReadAsync("postgresql.conf", cancellationToken).ConfigureAwait(false) is null)
        {
            throw Failure(
                ErrorIds.ConfigurationMissing, PgHaErrorKind.NotFound,
                "has no postgresql.conf: its server keeps it elsewhere, as Debian's packages do",
                "Copy postgresql.conf, pg_hba.conf and pg_ident.conf of the server into the backup.");
        }

        if (_options.Target.Kind == RecoveryTargetKind.Lsn && !dialect.HasLsnTarget)
        {
            throw Failure(
                ErrorIds.VersionNotSupported, PgHaErrorKind.NotSupported,
                $"is of PostgreSQL {dialect.Version.Major}, which cannot recover to a position",
                "Name a time, a restore point or a transaction.");
        }
    }

    // Two servers that archive into one directory spoil the archive for both.
    private async Task RequireNewArchiveAsync(IHost host, CancellationToken cancellationToken)
    {
        if (_options.NewArchiveDirectory is not { } archive)
            return;
        if (await DataDirectoryPath.AreSameAsync(host, archive, _options.ArchiveDirectory, cancellationToken).ConfigureAwait(false))
        {
            throw new PgHaException(
                ErrorIds.ArchiveInUse, PgHaErrorKind.Refused,
                $"'{archive}' is the archive that is restored from: the restored server must never write into it.",
                "Give it an archive of its own, or none.", _options.Name);
        }

        if (await host.ListAsync(archive, cancellationToken).ConfigureAwait(false) is { } names)
        {
            if (names.Count > 0)
            {
                throw new PgHaException(
                    ErrorIds.ArchiveInUse, PgHaErrorKind.Refused,
                    $"'{archive}' is not empty, and the restored server needs an archive of its own.",
                    "Name a directory that is missing or empty.", _options.Name);
            }
        }
        else if (await host.StatAsync(
            HostPath.Parent(archive) ?? archive, cancellationToken).ConfigureAwait(false) is not { IsDirectory: true })
        {
            throw new PgHaException(
                ErrorIds.ArchiveDirectoryNotFound, PgHaErrorKind.NotFound,
                $"The archive directory '{archive}' cannot be made, because there is no directory '{HostPath.Parent(archive)}'.",
                "Mount the archive's file system, or make the directory.", _options.Name);
        }
    }

    private PgHaException Failure(string id, PgHaErrorKind kind, string what, string advice) =>
        new(id, kind, $"The backup '{_options.Backup}' {what}.", advice, _options.Backup);
}
