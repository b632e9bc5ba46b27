using PgHa.Engine.Cloning;
using PgHa.Engine.Machines;
using PgHa.Engine.Programs;
using PgHa.Engine.Replication;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Backups;

/// <summary>
/// Takes base backups of running servers with <c>pg_basebackup</c>. PgHa keeps the files as the server sent them, with the
/// manifest.
/// </summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/app-pgbasebackup.html">pg_basebackup</see>.</remarks>
public sealed class BackupTaker
{
    private const string ProgramName = "pg_basebackup";

    // One connection copies the files, and another one streams the WAL at the same time.
    private const int WalSenders = 2;

    private static readonly TimeSpan CleaningTime = TimeSpan.FromSeconds(60);

    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public BackupTaker(EngineContext context) => _context = context;

    /// <summary>Makes sure that a backup can be taken. It changes nothing.</summary>
    /// <exception cref="PgHaException">
    /// <c>DirectoryNotEmpty</c>, <c>NotADirectory</c>, <c>CloneInProgress</c>, <c>VersionNotSupported</c>, <c>WalSummaryOff</c>,
    /// <c>BackupNotFound</c>, <c>NoManifest</c>, <c>ForeignSystemIdentifier</c>, <c>TablespaceNotMapped</c>,
    /// <c>CompressionNeedsTar</c>, <c>CompressionProgramNotFound</c>, <c>DiskTooSmall</c>, <c>ToolTooOld</c>, and the failures of
    /// connecting.
    /// </exception>
    public async Task<BackupPlan> PlanAsync(BackupOptions options, CancellationToken cancellationToken)
    {
        if (options is { Compression: not null, Format: BackupFormat.Plain })
        {
            throw new PgHaException(
                ErrorIds.CompressionNeedsTar, PgHaErrorKind.InvalidArgument, "Only a tar backup can be compressed.", "Give -Format Tar.");
        }

        IHost host = await _context.MachineOf(options.Machine).HostForDirectoryAsync(
            options.Directory, options.ServerUser, cancellationToken).ConfigureAwait(false);
        CloneTarget target = await CloneTarget.AtAsync(host, options.Directory, cancellationToken).ConfigureAwait(false);
        await target.RequireFreeAsync(cancellationToken).ConfigureAwait(false);
        await target.HasLeftoverAsync(cancellationToken).ConfigureAwait(false);
        if (options.Format == BackupFormat.Tar)
            await RequireProgramsAsync(host, options.Compression, cancellationToken).ConfigureAwait(false);

        PgInstance login = (options.Login ?? options.Source).SeenFrom(host.Machine);
        (BackupSource source, bool summarizes) = await ReadSourceAsync(options.Source, cancellationToken).ConfigureAwait(false);
        SystemIdentity identity = await new ReplicationProbe(_context).ProveFromAsync(
            host, login, WalSenders, cancellationToken).ConfigureAwait(false);
        RequireTablespacesFit(options, source);
        string? manifest = options.Parent is { } parent
            ? await ManifestAsync(
                host, options.Source, parent, source.Dialect, summarizes, identity, cancellationToken).ConfigureAwait(false)
            : null;
        ServerPrograms found = await ServerPrograms.FindClientAsync(
            host, ProgramName, source.Dialect.Version,
            options.BinDirectory ?? options.Source.BinDirectoryOn(host.Machine),
            cancellationToken).ConfigureAwait(false);
        (string Path, ServerDialect Dialect) program = (found.PathOf(ProgramName), ServerDialect.For(found.Version));
        long size = source.DataSize + source.Tablespaces.Values.Sum();
        if (options.Compression is null && manifest is null)
            await target.RequireSpaceAsync(options.Source, size, cancellationToken).ConfigureAwait(false);
        HostCommand command = BackupCommand.For(
            program, options, login, target.Incomplete, login.HasPassword ? target.PassFile : null, manifest);
        return new BackupPlan(options, host, target, program, command, size);
    }

    /// <summary>Takes the backup.</summary>
    /// <returns>The backup.</returns>
    /// <exception cref="PgHaException">
    /// <c>DiskFull</c>, <c>ConnectionLost</c>, <c>BaseBackupFailed</c>. No part of the backup is left then.
    /// </exception>
    public async Task<PgBaseBackup> TakeAsync(BackupPlan plan, CancellationToken cancellationToken)
    {
        BackupOptions options = plan.Options;
        _context.Log.Step($"Backing {options.Source} up into '{plan.Target.Directory}'");
        await plan.Target.RemoveAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await plan.Host.CreateDirectoryAsync(plan.Target.Incomplete, cancellationToken).ConfigureAwait(false);
            await new BackupRun(_context, plan.Host, plan.Target).RunAsync(
                plan.Command, options.Source, plan.Login, $"Base backup of {options.Source}", cancellationToken).ConfigureAwait(false);
            await plan.Target.TakePlaceAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            using CancellationTokenSource deadline = new(CleaningTime);
            await plan.Target.RemoveAsync(deadline.Token).ConfigureAwait(false);
            throw;
        }

        var catalogue = new BackupCatalogue(_context, plan.Host.Machine);
        return (await catalogue.ReadAsync(plan.Target.Directory, cancellationToken).ConfigureAwait(false))[0];
    }

    // pg_basebackup compresses the backup itself, but reading the backup takes these programs. PgHa reads it first to check it.
    internal static async Task RequireProgramsAsync(IHost host, BackupCompression? compression, CancellationToken cancellationToken)
    {
        if (host.IsWindows)
            return;
        foreach (string program in compression is null ? (string[])["tar"] : ["tar", compression.Method])
        {
            if ((await host.FindFilesAsync([program], cancellationToken).ConfigureAwait(false)).Count > 0)
                continue;
            throw new PgHaException(
                ErrorIds.CompressionProgramNotFound, PgHaErrorKind.NotFound,
                $"There is no program {program} on {host.Description}, and the backup could be neither checked nor restored without it.",
                compression is null
                    ? "Install it, or take -Format Plain."
                    : "Install it, or take another -Compress: gzip, lz4 or zstd.",
                program);
        }
    }

    private async Task<(BackupSource Source, bool Summarizes)> ReadSourceAsync(PgInstance server, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(_context, server, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            BackupSource source = await BackupSource.ReadAsync(_context, session, cancellationToken).ConfigureAwait(false);
            bool summarizes = session.Dialect.HasWalSummarizer
                && await session.ScalarAsync<string>("show summarize_wal", cancellationToken).ConfigureAwait(false) == "on";
            return (source, summarizes);
        }
    }

    // A plain backup puts a tablespace into the same directory as the server does. On the server's own machine, that directory
    // is in use.
    private static void RequireTablespacesFit(BackupOptions options, BackupSource source)
    {
        if (options.Format == BackupFormat.Plain && source.Tablespaces.Count > 0)
        {
            throw new PgHaException(
                ErrorIds.TablespaceNotMapped, PgHaErrorKind.NotSupported,
                $"{options.Source} has tablespaces outside its data directory "
                    + $"({string.Join(", ", source.Tablespaces.Keys)}), which a plain backup would not hold.",
                "Take -Format Tar.", options.Source.ToString());
        }
    }

    private static async Task<string> ManifestAsync(
        IHost host, PgInstance server, string parent, ServerDialect dialect, bool summarizes, SystemIdentity identity,
        CancellationToken cancellationToken)
    {
        if (!dialect.HasWalSummarizer)
        {
            throw new PgHaException(
                ErrorIds.VersionNotSupported, PgHaErrorKind.NotSupported,
                $"{server} is of PostgreSQL {dialect.Version.Major}, and incremental backups come with 17.",
                "Take a full backup.", server.ToString());
        }

        if (!summarizes)
        {
            throw new PgHaException(
                ErrorIds.WalSummaryOff, PgHaErrorKind.InvalidState, $"{server} does not note which pages change: summarize_wal is off.",
                "Turn it on (Set-PgSetting @{ summarize_wal = 'on' }, without a restart), and take a full backup first.",
                server.ToString());
        }

        bool isDirectory = await host.StatAsync(parent, cancellationToken).ConfigureAwait(false) is { IsDirectory: true };
        string path = isDirectory ? HostPath.Combine(parent, "backup_manifest") : parent;
        if (await host.ReadFileAsync(path, cancellationToken).ConfigureAwait(false) is not { } content)
        {
            throw new PgHaException(
                ErrorIds.BackupNotFound, PgHaErrorKind.NotFound, $"There is no manifest '{path}' on {host.Description}.",
                "Name a backup that has one, or its backup_manifest.", parent);
        }

        if (BackupManifest.Parse(content).SystemIdentifier is { } system && system != identity.SystemIdentifier)
        {
            throw new PgHaException(
                ErrorIds.ForeignSystemIdentifier, PgHaErrorKind.Refused,
                $"The backup '{parent}' is of system {system}, and {server} of {identity.SystemIdentifier}.",
                "Name a backup of this server.", server.ToString());
        }

        return path;
    }
}
