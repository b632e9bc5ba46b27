using System.Text;
using PgHa.Engine.Archiving;
using PgHa.Engine.Cloning;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Backups;

/// <summary>The files of a base backup, whatever its form.</summary>
internal abstract class BackupContent
{
    protected const string ManifestName = "backup_manifest";
    protected const string LinksName = "pg_tblspc";

    protected BackupContent(IHost host, string directory)
    {
        Host = host;
        Directory = directory;
    }

    /// <summary>Where the backup is.</summary>
    public IHost Host { get; }

    /// <summary>The directory it is in.</summary>
    public string Directory { get; }

    /// <summary>The backup's format.</summary>
    public abstract BackupFormat Format { get; }

    /// <summary>Opens the backup in a directory, plain or tar.</summary>
    /// <exception cref="PgHaException"><c>BackupNotFound</c>, <c>NotABaseBackup</c>.</exception>
    public static async Task<BackupContent> OpenAsync(IHost host, string directory, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> names = await host.ListAsync(directory, cancellationToken).ConfigureAwait(false)
            ?? throw new PgHaException(
                ErrorIds.BackupNotFound, PgHaErrorKind.NotFound,
                $"There is no directory '{directory}' on {host.Description}.",
                "Name the directory of the backup.", directory);
        if (names.Contains("PG_VERSION"))
            return new PlainBackupContent(host, directory);
        return names.FirstOrDefault(name => name is "base.tar" || name.StartsWith("base.tar.", StringComparison.Ordinal)) is { } tar
            ? new TarBackupContent(host, directory, tar, names)
            : throw new PgHaException(
                ErrorIds.NotABaseBackup, PgHaErrorKind.InvalidArgument,
                $"'{directory}' is no base backup: there is neither PG_VERSION nor base.tar in it.",
                "Name the directory that pg_basebackup or New-PgBaseBackup made.", directory);
    }

    /// <summary>A file of the data directory; <see langword="null"/> if it is not in the backup.</summary>
    public abstract Task<byte[]?> ReadAsync(string name, CancellationToken cancellationToken);

    /// <summary>The manifest; <see langword="null"/> if there is none.</summary>
    public Task<byte[]?> ReadManifestAsync(CancellationToken cancellationToken) =>
        Host.ReadFileAsync(HostPath.Combine(Directory, ManifestName), cancellationToken);

    /// <summary>The directories of its tablespaces outside the data directory, by their OIDs.</summary>
    public abstract Task<IReadOnlyDictionary<string, string>> TablespacesAsync(CancellationToken cancellationToken);

    /// <summary>The paths of the files of the data directory.</summary>
    public abstract Task<IReadOnlyCollection<string>> NamesAsync(CancellationToken cancellationToken);

    /// <summary>The WAL segments in the backup.</summary>
    /// <param name="dialect">The server's version.</param>
    /// <param name="control">What its control file says.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public abstract Task<IReadOnlyList<ArchivedFile>> WalAsync(
        ServerDialect dialect, ControlData control, CancellationToken cancellationToken);

    /// <summary>
    /// Copies all files into an empty directory, and those of the tablespaces into others. It does not make the links to the
    /// tablespaces.
    /// </summary>
    /// <param name="directory">The directory.</param>
    /// <param name="tablespaces">The empty directories for the tablespaces, by their OIDs.</param>
    /// <param name="dialect">The server's version.</param>
    /// <param name="isDurable">Whether to return only when the files are on disk.</param>
    /// <param name="cancellationToken">Cancels. The files that are copied already stay.</param>
    public abstract Task ExtractAsync(
        string directory, IReadOnlyDictionary<string, string> tablespaces, ServerDialect dialect, bool isDurable,
        CancellationToken cancellationToken);
}

/// <summary>A base backup as a directory.</summary>
internal sealed class PlainBackupContent(IHost host, string directory) : BackupContent(host, directory)
{
    public override BackupFormat Format => BackupFormat.Plain;

    public override Task<byte[]?> ReadAsync(string name, CancellationToken cancellationToken) =>
        Host.ReadFileAsync(HostPath.Combine(Directory, name), cancellationToken);

    // An entry that is no link is a tablespace in the data directory itself (allow_in_place_tablespaces).
    public override Task<IReadOnlyDictionary<string, string>> TablespacesAsync(CancellationToken cancellationToken) =>
        SymbolicLink.TargetsInAsync(Host, HostPath.Combine(Directory, LinksName), cancellationToken);

    public override async Task<IReadOnlyCollection<string>> NamesAsync(CancellationToken cancellationToken) =>
        [.. (await DirectoryTree.FilesAsync(Host, Directory, cancellationToken).ConfigureAwait(false)).Keys];

    public override async Task<IReadOnlyList<ArchivedFile>> WalAsync(
        ServerDialect dialect, ControlData control, CancellationToken cancellationToken)
    {
        WalArchive found = await ArchiveReader.ReadAsync(
            Host, HostPath.Combine(Directory, dialect.WalDirectory), control.SystemIdentifier, cancellationToken).ConfigureAwait(false);
        return [.. found.Files.Where(file => file.Segment is not null)];
    }

    public override async Task ExtractAsync(
        string directory, IReadOnlyDictionary<string, string> tablespaces, ServerDialect dialect, bool isDurable,
        CancellationToken cancellationToken)
    {
        await Host.CopyDirectoryAsync(Directory, directory, isDurable, cancellationToken).ConfigureAwait(false);
        foreach ((string oid, string from) in await TablespacesAsync(cancellationToken).ConfigureAwait(false))
        {
            await Host.CopyDirectoryAsync(from, tablespaces[oid], isDurable, cancellationToken).ConfigureAwait(false);
            if (!Host.IsWindows)
                await Host.DeleteFileAsync(HostPath.Combine(directory, LinksName, oid), cancellationToken).ConfigureAwait(false);
        }

        // A backup made with --waldir has a link there, and the restored server would write into the backup.
        string wal = HostPath.Combine(directory, dialect.WalDirectory);
        if (!Host.IsWindows && await SymbolicLink.TargetAsync(Host, wal, cancellationToken).ConfigureAwait(false) is not null)
        {
            await Host.DeleteFileAsync(wal, cancellationToken).ConfigureAwait(false);
            await Host.CreateDirectoryAsync(wal, cancellationToken).ConfigureAwait(false);
            await Host.CopyDirectoryAsync(
                HostPath.Combine(Directory, dialect.WalDirectory), wal, isDurable, cancellationToken).ConfigureAwait(false);
        }
    }
}

/// <summary>A base backup as <c>base.tar</c>, compressed or not; <c>tar</c> detects the compression.</summary>
internal sealed class TarBackupContent(IHost host, string directory, string baseName, IReadOnlyList<string> names)
    : BackupContent(host, directory)
{
    private const string WalStart = "pg_wal.tar";

    public override BackupFormat Format => BackupFormat.Tar;

    private string? WalTar => names.FirstOrDefault(name => name.StartsWith(WalStart, StringComparison.Ordinal));

    public override async Task<byte[]?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        CommandResult result = await TarAsync(
            ["-xO", "-f", HostPath.Combine(Directory, baseName), name], cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded && !result.Error.Contains("Not found in archive", StringComparison.Ordinal))
            throw Failure(baseName, result);
        return result.Succeeded ? result.OutputBytes.ToArray() : null;
    }

    public override async Task<IReadOnlyCollection<string>> NamesAsync(CancellationToken cancellationToken) =>
        [.. await ListAsync(baseName, cancellationToken).ConfigureAwait(false)];

    // Each tar is named after the OID of its tablespace, and its suffix tells how it is compressed.
    private IEnumerable<(string Oid, string Tar)> TablespaceTars =>
        names.Where(name => name.Contains(".tar", StringComparison.Ordinal) && name != baseName && name != WalTar)
            .Select(name => (name[..name.IndexOf('.')], name));

    public override async Task<IReadOnlyDictionary<string, string>> TablespacesAsync(CancellationToken cancellationToken) =>
        TablespaceTars.Any() && await ReadAsync(TablespaceMap.FileName, cancellationToken).ConfigureAwait(false) is { } map
            ? TablespaceMap.Parse(Encoding.UTF8.GetString(map))
            : new Dictionary<string, string>();

    public override async Task<IReadOnlyList<ArchivedFile>> WalAsync(
        ServerDialect dialect, ControlData control, CancellationToken cancellationToken)
    {
        int size = control.WalSegmentSize.Bytes;
        return
        [
            // In PostgreSQL 9.6 and older the WAL is in base.tar, as is that of a backup without streaming.
            .. (await ListAsync(WalTar ?? baseName, cancellationToken).ConfigureAwait(false))
                .Select(path => path[(path.LastIndexOf('/') + 1)..])
                .Where(name => WalFileName.TryParse(name, out _))
                .Select(name => new ArchivedFile(name, size, DateTimeOffset.UnixEpoch)
                {
                    Header = new WalSegmentHeader(control.SystemIdentifier, size, WalFileName.Parse(name).StartLsn(control.WalSegmentSize)),
                }),
        ];
    }

    public override async Task ExtractAsync(
        string directory, IReadOnlyDictionary<string, string> tablespaces, ServerDialect dialect, bool isDurable,
        CancellationToken cancellationToken)
    {
        await ExtractAsync(baseName, directory, cancellationToken).ConfigureAwait(false);
        foreach ((string oid, string tablespace) in TablespaceTars)
        {
            // A tablespace that is not in the map is in the data directory itself (allow_in_place_tablespaces).
            string target = tablespaces.GetValueOrDefault(oid) ?? HostPath.Combine(directory, LinksName, oid);
            await Host.CreateDirectoryAsync(target, cancellationToken).ConfigureAwait(false);
            await ExtractAsync(tablespace, target, cancellationToken).ConfigureAwait(false);
        }

        string wal = HostPath.Combine(directory, dialect.WalDirectory);
        await Host.CreateDirectoryAsync(wal, cancellationToken).ConfigureAwait(false);
        if (WalTar is { } walTar)
            await ExtractAsync(walTar, wal, cancellationToken).ConfigureAwait(false);
        if (isDurable && !Host.IsWindows)
        {
            await Host.RunAsync(
                new HostCommand("find", [directory, .. tablespaces.Values, "!", "-type", "l", "-exec", "sync", "{}", "+"])
                {
                    Timeout = Timeout.InfiniteTimeSpan,
                },
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The files in a tar. Listing them also proves that the tar can be read to its end.</summary>
    private async Task<IEnumerable<string>> ListAsync(string tar, CancellationToken cancellationToken)
    {
        CommandResult result = await TarAsync(["-t", "-f", HostPath.Combine(Directory, tar)], cancellationToken).ConfigureAwait(false);
        return result.Succeeded
            ? result.Output.Split('\n').Where(path => path.Length > 0 && !path.EndsWith('/'))
            : throw Failure(tar, result);
    }

    private async Task ExtractAsync(string tar, string directory, CancellationToken cancellationToken)
    {
        CommandResult result = await TarAsync(
            ["-x", "-p", "-f", HostPath.Combine(Directory, tar), "-C", directory], cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded)
            throw Failure(tar, result);
    }

    private Task<CommandResult> TarAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        Host.RunAsync(new HostCommand("tar", arguments) { Timeout = Timeout.InfiniteTimeSpan }, cancellationToken);

    private PgHaException Failure(string tar, CommandResult result) => new(
        result.Error.Contains("No space left on device", StringComparison.Ordinal) ? ErrorIds.DiskFull : ErrorIds.BackupNotReadable,
        PgHaErrorKind.OperationFailed,
        $"'{HostPath.Combine(Directory, tar)}' cannot be unpacked: {result.Error.Trim()}",
        "Make sure that tar is there, and the program that the backup is compressed with (gzip, lz4, zstd).", Directory);
}
