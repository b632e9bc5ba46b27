using PgHa.Engine.Machines;

namespace PgHa.Engine.Instances;

/// <summary>
/// A server's own files in its data directory: its settings, its last command line, HBA rules, certificates, password file and logs.
/// </summary>
/// <remarks>
/// <c>pg_rewind</c> replaces these files with those of its source, and deletes files that the source does not have. A clone has the
/// files of its source too. So the server's own files are put aside before and put back afterwards. Files outside of the data
/// directory are not touched.
/// </remarks>
internal sealed class OwnFiles
{
    private static readonly string[] OfTheData =
    [
        "PG_VERSION", "base", "global", "postmaster.pid", "backup_label", "backup_label.old", "tablespace_map",
        "tablespace_map.old", "backup_manifest", "current_logfiles", RecoveryFileNames.StandbySignal, RecoveryFileNames.RecoverySignal,
        "recovery.done",
    ];

    private const string MarkPrefix = "pgha-";
    private const string AllTaken = MarkPrefix + "taken";

    private readonly IHost _host;
    private readonly string _store;

    /// <param name="host">The server's host.</param>
    /// <param name="store">The directory for the files meanwhile.</param>
    public OwnFiles(IHost host, string store) => (_host, _store) = (host, store);

    /// <summary>Copies the files.</summary>
    public async Task TakeFilesAsync(string directory, CancellationToken cancellationToken)
    {
        await RemoveAsync(cancellationToken).ConfigureAwait(false);
        await _host.CreateDirectoryAsync(_store, cancellationToken).ConfigureAwait(false);
        await CopyFilesAsync(
            await FindAsync(directory, cancellationToken).ConfigureAwait(false),
            directory, _store, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Moves the directories, but only once: after that, the directories in their place are those of the source.</summary>
    public async Task TakeDirectoriesAsync(string directory, CancellationToken cancellationToken)
    {
        if (await _host.StatAsync(HostPath.Combine(_store, AllTaken), cancellationToken).ConfigureAwait(false) is not null)
            return;
        foreach (DirectoryEntry own in
            (await FindAsync(directory, cancellationToken).ConfigureAwait(false)).Where(file => file.Status.IsDirectory))
        {
            await _host.MoveDirectoryAsync(
                HostPath.Combine(directory, own.Name), HostPath.Combine(_store, own.Name), cancellationToken).ConfigureAwait(false);
        }

        await _host.WriteFileAsync(
            HostPath.Combine(_store, AllTaken), Array.Empty<byte>(), mode: null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives a clone copies of the server's files, but not of its logs, which stay with the old directory.</summary>
    /// <param name="from">The old directory.</param>
    /// <param name="to">The clone.</param>
    /// <param name="logs">The directory of the logs.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task CopyAsync(string from, string to, string logs, CancellationToken cancellationToken)
    {
        IReadOnlyList<DirectoryEntry> own = await FindAsync(from, cancellationToken).ConfigureAwait(false);
        foreach (DirectoryEntry other in await FindAsync(to, cancellationToken).ConfigureAwait(false))
        {
            if (other.Name == logs || other.Name == RecoveryFileNames.RecoveryConf)
                continue;
            if (other.Status.IsDirectory)
                await _host.DeleteDirectoryAsync(HostPath.Combine(to, other.Name), cancellationToken).ConfigureAwait(false);
            else if (!own.Any(file => file.Name == other.Name))
                await _host.DeleteFileAsync(HostPath.Combine(to, other.Name), cancellationToken).ConfigureAwait(false);
        }

        own = [.. own.Where(file => file.Name != logs)];
        await CopyFilesAsync(own, from, to, cancellationToken).ConfigureAwait(false);
        foreach (DirectoryEntry file in own.Where(file => file.Status.IsDirectory))
        {
            await _host.CreateDirectoryAsync(HostPath.Combine(to, file.Name), cancellationToken).ConfigureAwait(false);
            await _host.CopyDirectoryAsync(
                HostPath.Combine(from, file.Name), HostPath.Combine(to, file.Name), isDurable: true,
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Puts the files back in place of the source's files. After an interruption it can be run again.</summary>
    public async Task PutBackAsync(string directory, CancellationToken cancellationToken)
    {
        IReadOnlyList<DirectoryEntry> kept = await FindAsync(_store, cancellationToken).ConfigureAwait(false);
        foreach (DirectoryEntry other in await FindAsync(directory, cancellationToken).ConfigureAwait(false))
        {
            if (!other.Status.IsDirectory && !kept.Any(file => file.Name == other.Name))
                await _host.DeleteFileAsync(HostPath.Combine(directory, other.Name), cancellationToken).ConfigureAwait(false);
        }

        await CopyFilesAsync(kept, _store, directory, cancellationToken).ConfigureAwait(false);
        foreach (DirectoryEntry file in kept.Where(file => file.Status.IsDirectory))
        {
            await _host.DeleteDirectoryAsync(HostPath.Combine(directory, file.Name), cancellationToken).ConfigureAwait(false);
            await _host.MoveDirectoryAsync(
                HostPath.Combine(_store, file.Name), HostPath.Combine(directory, file.Name), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Puts the moved directories back. The files were only copied, so they are still in place.</summary>
    public async Task PutDirectoriesBackAsync(string directory, CancellationToken cancellationToken)
    {
        foreach (DirectoryEntry own in
            (await FindAsync(_store, cancellationToken).ConfigureAwait(false)).Where(file => file.Status.IsDirectory))
        {
            await _host.MoveDirectoryAsync(
                HostPath.Combine(_store, own.Name), HostPath.Combine(directory, own.Name), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes the place where they were meanwhile.</summary>
    public Task RemoveAsync(CancellationToken cancellationToken) => _host.DeleteDirectoryAsync(_store, cancellationToken);

    private async Task<IReadOnlyList<DirectoryEntry>> FindAsync(string directory, CancellationToken cancellationToken) =>
        [.. (await _host.ListEntriesAsync(directory, cancellationToken).ConfigureAwait(false) ?? []).Where(entry => IsOwn(entry.Name))];

    // pg_hba.conf is one of the server's own files, pg_wal is not, and neither are the marks of the repair.
    private static bool IsOwn(string name) =>
        !OfTheData.Contains(name) && !DirectoryPlace.IsNobodys(name) && !name.StartsWith(MarkPrefix, StringComparison.Ordinal)
        && (!name.StartsWith("pg_", StringComparison.Ordinal) || name.Contains('.', StringComparison.Ordinal));

    private Task CopyFilesAsync(IEnumerable<DirectoryEntry> own, string from, string to, CancellationToken cancellationToken) =>
        _host.CopyFilesAsync([.. own.Where(file => !file.Status.IsDirectory).Select(file => file.Name)], from, to, cancellationToken);
}
