using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Archiving;

/// <summary>A directory that is to be a server's archive.</summary>
internal sealed class ArchiveDirectory
{
    private readonly IHost _host;
    private readonly PgInstance _server;
    private readonly string _directory;

    public ArchiveDirectory(IHost host, PgInstance server, string directory)
    {
        _host = host;
        _server = server;
        _directory = directory;
    }

    /// <summary>Makes sure that the server can archive there, and that no other server does.</summary>
    /// <returns>Whether the directory has to be made.</returns>
    public async Task<bool> CheckAsync(IReadOnlyList<PgSetting> settings, ArchiveOptions options, CancellationToken cancellationToken)
    {
        if (DataDirectoryPath.AreSame(_directory, _server.DataDirectory!)
            || _directory.StartsWith(_server.DataDirectory! + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw Failure(
                ErrorIds.ArchiveInDataDirectory, PgHaErrorKind.InvalidArgument,
                    "is in the server's own data directory, and would be lost with it",
                "Choose a directory elsewhere, best on another disk.");
        }

        RefuseOwnRestoreSource(settings);
        if (await _host.ListAsync(_directory, cancellationToken).ConfigureAwait(false) is not { } names)
        {
            await RequireParentAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }

        if (!await _host.CanWriteAsync(_directory, cancellationToken).ConfigureAwait(false))
        {
            throw Failure(
                ErrorIds.ArchiveDirectoryNotWritable, PgHaErrorKind.PermissionDenied,
                $"is not writable for {_host.UserName}, the user the server runs as",
                $"Give it to that user, as in: chown {_host.UserName} '{_directory}'");
        }

        await RefuseOthersWalAsync(names, settings, options, cancellationToken).ConfigureAwait(false);
        return false;
    }

    /// <summary>Makes the directory, for the server's user alone.</summary>
    public static Task CreateAsync(IHost host, string directory, CancellationToken cancellationToken) =>
        host.CreateDirectoryAsync(directory, cancellationToken);

    // PgHa makes only the last directory of the path. A missing parent is most likely a file system that is not mounted.
    private async Task RequireParentAsync(CancellationToken cancellationToken)
    {
        if (await _host.StatAsync(_directory, cancellationToken).ConfigureAwait(false) is not null)
            throw Failure(ErrorIds.NotADirectory, PgHaErrorKind.InvalidArgument, "is a file", "Name a directory.");
        string parent = Path.GetDirectoryName(_directory)!;
        if (await _host.StatAsync(parent, cancellationToken).ConfigureAwait(false) is not { IsDirectory: true })
        {
            throw Failure(
                ErrorIds.ArchiveDirectoryNotFound, PgHaErrorKind.NotFound, $"cannot be made, because there is no directory '{parent}'",
                "Mount the archive's file system, or make the directory.");
        }
    }

    // A standby that archives into its own restore source would restore its own files, and mix them with those of the primary.
    private void RefuseOwnRestoreSource(IReadOnlyList<PgSetting> settings)
    {
        string? restoresFrom = RestoreCommand.DirectoryOf(ValueOf(settings, "restore_command"));
        if (restoresFrom is not null && DataDirectoryPath.AreSame(restoresFrom, _directory))
        {
            throw Failure(
                ErrorIds.ArchiveInUse, PgHaErrorKind.Refused, "is the archive that this server restores from, which is another server's",
                "Each server that archives needs an archive of its own.");
        }
    }

    private async Task RefuseOthersWalAsync(
        IReadOnlyList<string> names, IReadOnlyList<PgSetting> settings, ArchiveOptions options, CancellationToken cancellationToken)
    {
        if (names.FirstOrDefault(name => WalFileName.TryParse(name, out _)) is not { } segment
            || await _host.ReadFileHeadAsync(
                Path.Combine(_directory, segment), WalSegmentHeader.Length, cancellationToken).ConfigureAwait(false) is not { } head
            || WalSegmentHeader.TryRead(head) is not { } header)
        {
            return;
        }

        SystemIdentifier own = (await ControlFile.ReadAsync(_host, _server, cancellationToken).ConfigureAwait(false)).SystemIdentifier;
        if (header.SystemIdentifier != own)
        {
            throw Failure(
                ErrorIds.ArchiveOfAnotherSystem, PgHaErrorKind.Refused,
                $"has WAL of system {header.SystemIdentifier} in it (such as {segment}), and this server's is {own}",
                "Give each server an empty archive of its own.");
        }

        bool isOwn = ArchiveCommand.DirectoryOf(ValueOf(settings, "archive_command")) is { } archivesTo
            && DataDirectoryPath.AreSame(archivesTo, _directory);
        if (!isOwn && !options.AllowFilledArchive && await IsStandbyAsync(cancellationToken).ConfigureAwait(false))
        {
            throw Failure(
                ErrorIds.ArchiveInUse, PgHaErrorKind.Refused,
                $"has WAL of this system in it (such as {segment}), which most likely its primary put there",
                "Give the standby an archive of its own. If this one is, use -Force.");
        }
    }

    private async Task<bool> IsStandbyAsync(CancellationToken cancellationToken) =>
        (await _host.ListAsync(_server.DataDirectory!, cancellationToken).ConfigureAwait(false) ?? [])
            .Any(name => name is "standby.signal" or "recovery.conf");

    private PgHaException Failure(string id, PgHaErrorKind kind, string what, string advice) =>
        new(id, kind, $"The archive directory '{_directory}' for {_server} {what}.", advice, _server.ToString());

    private static string? ValueOf(IEnumerable<PgSetting> settings, string name) =>
        settings.FirstOrDefault(setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value;
}
