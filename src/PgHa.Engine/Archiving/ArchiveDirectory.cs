using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Archiving;

/// <summary>A directory that is to be a server's archive, on the server's machine or another one.</summary>
internal sealed class ArchiveDirectory
{
    private readonly IHost _server;
    private readonly PgInstance _instance;
    private readonly FileArchive _archive;
    private readonly IArchiveFiles _files;

    /// <summary>An archive, the server and its host, and the archive's files.</summary>
    public ArchiveDirectory(IHost server, PgInstance instance, FileArchive archive, IArchiveFiles files)
    {
        _server = server;
        _instance = instance;
        _archive = archive;
        _files = files;
    }

    private string Directory => _archive.Directory;

    /// <summary>Makes sure that the server can archive there, and that no other server does.</summary>
    /// <returns>Whether the directory has to be made.</returns>
    public async Task<bool> CheckAsync(IReadOnlyList<PgSetting> settings, ArchiveOptions options, CancellationToken cancellationToken)
    {
        if (await IsSameAsync(new DirectoryArchive(_instance.DataDirectory!), cancellationToken).ConfigureAwait(false)
            || (_archive is DirectoryArchive && HostPath.Below(_instance.DataDirectory!, Directory) is not null))
        {
            throw Failure(
                ErrorIds.ArchiveInDataDirectory, PgHaErrorKind.InvalidArgument,
                    "is in the server's own data directory, and would be lost with it",
                "Choose a directory elsewhere, best on another disk.");
        }

        await RefuseOwnRestoreSourceAsync(settings, cancellationToken).ConfigureAwait(false);
        switch (await _files.LookAsync(cancellationToken).ConfigureAwait(false))
        {
            case ArchiveRoom.Absent:
                return true;
            // PgHa makes only the last directory of the path. A missing parent is most likely a file system that is not mounted.
            case ArchiveRoom.ParentAbsent:
                throw Failure(
                    ErrorIds.ArchiveDirectoryNotFound, PgHaErrorKind.NotFound,
                    $"cannot be made, because there is no directory '{HostPath.Parent(Directory)}'",
                    "Mount the archive's file system, or make the directory.");
            case ArchiveRoom.NotADirectory:
                throw Failure(ErrorIds.NotADirectory, PgHaErrorKind.InvalidArgument, "is a file", "Name a directory.");
            case ArchiveRoom.NotWritable:
                throw Failure(
                    ErrorIds.ArchiveDirectoryNotWritable, PgHaErrorKind.PermissionDenied,
                    $"is not writable for {_files.UserName}, "
                        + $"the user {(_archive is DirectoryArchive ? "the server runs as" : "it logs in as")}",
                    $"Give it to that user, as in: chown {_files.UserName} '{Directory}'");
        }

        await RefuseOthersWalAsync(settings, options, cancellationToken).ConfigureAwait(false);
        return false;
    }

    // A standby that archives into its own restore source would restore its own files, and mix them with those of the primary.
    private async Task RefuseOwnRestoreSourceAsync(IReadOnlyList<PgSetting> settings, CancellationToken cancellationToken)
    {
        var restored = FileArchive.OfOwnRestoreCommand(ValueOf(settings, "restore_command"));
        if (await IsSameAsync(restored, cancellationToken).ConfigureAwait(false))
        {
            throw Failure(
                ErrorIds.ArchiveInUse, PgHaErrorKind.Refused, "is the archive that this server restores from, which is another server's",
                "Each server that archives needs an archive of its own.");
        }
    }

    private async Task RefuseOthersWalAsync(
        IReadOnlyList<PgSetting> settings, ArchiveOptions options, CancellationToken cancellationToken)
    {
        IReadOnlyList<ArchiveEntry> entries = await _files.ListAsync(withContent: false, cancellationToken).ConfigureAwait(false) ?? [];
        if (entries.FirstOrDefault(entry => WalFileName.TryParse(entry.Name, out _))?.Name is not { } segment
            || await _files.ReadAsync(segment, WalSegmentHeader.Length, cancellationToken).ConfigureAwait(false) is not { } head
            || WalSegmentHeader.TryRead(head) is not { } header)
        {
            return;
        }

        SystemIdentifier own = (await ControlFile.ReadAsync(_server, _instance, cancellationToken).ConfigureAwait(false)).SystemIdentifier;
        if (header.SystemIdentifier != own)
        {
            throw Failure(
                ErrorIds.ArchiveOfAnotherSystem, PgHaErrorKind.Refused,
                $"has WAL of system {header.SystemIdentifier} in it (such as {segment}), and this server's is {own}",
                "Give each server an empty archive of its own.");
        }

        var filled = FileArchive.OfOwnArchiveCommand(ValueOf(settings, "archive_command"));
        bool isOwn = await IsSameAsync(filled, cancellationToken).ConfigureAwait(false);
        if (!isOwn && !options.AllowFilledArchive && await IsStandbyAsync(cancellationToken).ConfigureAwait(false))
        {
            throw Failure(
                ErrorIds.ArchiveInUse, PgHaErrorKind.Refused,
                $"has WAL of this system in it (such as {segment}), which most likely its primary put there",
                "Give the standby an archive of its own. If this one is, use -Force.");
        }
    }

    private async Task<bool> IsSameAsync(FileArchive? other, CancellationToken cancellationToken) => (other, _archive) switch
    {
        (DirectoryArchive one, DirectoryArchive archive) => await DataDirectoryPath.AreSameAsync(
            _server, one.Directory, archive.Directory, cancellationToken).ConfigureAwait(false),
        _ => other == _archive,
    };

    private async Task<bool> IsStandbyAsync(CancellationToken cancellationToken) =>
        (await _server.ListAsync(_instance.DataDirectory!, cancellationToken).ConfigureAwait(false) ?? [])
            .Any(name => name is "standby.signal" or "recovery.conf");

    private PgHaException Failure(string id, PgHaErrorKind kind, string what, string advice) =>
        new(id, kind, $"The archive directory {_archive} for {_instance} {what}.", advice, _instance.ToString());

    private static string? ValueOf(IEnumerable<PgSetting> settings, string name) =>
        settings.FirstOrDefault(setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value;
}
