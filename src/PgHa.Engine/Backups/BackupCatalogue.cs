using PgHa.Engine.Cloning;
using PgHa.Engine.Instances;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Backups;

/// <summary>Finds the base backups in a folder. It reads, and changes nothing.</summary>
public sealed class BackupCatalogue
{
    private readonly EngineContext _context;
    private readonly IMachine _machine;

    /// <summary>Works in a context, on a machine.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="machine">Where the backups are; <see langword="null"/> for this machine.</param>
    public BackupCatalogue(EngineContext context, PgMachine? machine = null) =>
        (_context, _machine) = (context, context.MachineOf(machine));

    /// <summary>
    /// The backups in a folder, oldest first; or the one backup, if the folder itself is a backup. Each other directory causes
    /// a warning.
    /// </summary>
    /// <exception cref="PgHaException"><c>BackupNotFound</c>: there is no such directory.</exception>
    public async Task<IReadOnlyList<PgBaseBackup>> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        BackupFolder found = await ReadFolderAsync(folder, cancellationToken).ConfigureAwait(false);
        foreach (PgHaException other in found.Others)
            _context.Log.Warn(other.Message);
        return found.Backups;
    }

    /// <summary>The content of a folder, or the one backup, if the folder itself is a backup.</summary>
    /// <exception cref="PgHaException"><c>BackupNotFound</c>: there is no such directory.</exception>
    internal async Task<BackupFolder> ReadFolderAsync(string folder, CancellationToken cancellationToken)
    {
        IHost host = await _machine.HostForDirectoryAsync(folder, serverUser: null, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<DirectoryEntry> entries = await host.ListEntriesAsync(folder, cancellationToken).ConfigureAwait(false)
            ?? throw new PgHaException(
                ErrorIds.BackupNotFound, PgHaErrorKind.NotFound, $"There is no directory '{folder}' on {host.Description}.",
                "Name a folder with backups, or one backup.", folder);
        if (entries.Any(entry => IsOfBackup(entry.Name)))
            return new BackupFolder(host, folder, [await ReadOneAsync(host, folder, cancellationToken).ConfigureAwait(false)], []);

        List<PgBaseBackup> backups = [];
        List<PgHaException> others = [];
        foreach (DirectoryEntry entry in entries.Where(entry => entry.Status.IsDirectory))
        {
            string directory = HostPath.Combine(folder, entry.Name);
            try
            {
                RequireComplete(directory);
                backups.Add(await ReadOneAsync(host, directory, cancellationToken).ConfigureAwait(false));
            }
            catch (PgHaException e)
            {
                others.Add(e.Server == directory ? e : new PgHaException(e.ErrorId, e.Kind, e.Message, e.Advice, directory, e));
            }
        }

        return new BackupFolder(
            host, folder, BackupChain.Link([.. backups.OrderBy(backup => backup.StartTime).ThenBy(backup => backup.StartLsn)]), others);
    }

    private static void RequireComplete(string directory)
    {
        if (directory.EndsWith(NewDataDirectory.IncompleteSuffix, StringComparison.Ordinal))
        {
            throw new PgHaException(
                BackupFolder.IncompleteId, PgHaErrorKind.InvalidState,
                $"'{directory}' is not complete: it is being made, or was left by something that was killed.",
                null, directory);
        }

        if (directory.EndsWith(BackupFolder.RemovedSuffix, StringComparison.Ordinal))
        {
            throw new PgHaException(
                BackupFolder.RemovedId, PgHaErrorKind.InvalidState,
                $"'{directory}' is being removed, or that was interrupted.",
                "Remove-PgBaseBackup goes on with it.", directory);
        }
    }

    private static async Task<PgBaseBackup> ReadOneAsync(IHost host, string directory, CancellationToken cancellationToken)
    {
        BackupContent content = await BackupContent.OpenAsync(host, directory, cancellationToken).ConfigureAwait(false);
        PgBaseBackup backup = await BackupReader.ReadBriefAsync(content, cancellationToken).ConfigureAwait(false);
        // Unpacking a whole tar takes long. It is worth it only if nothing else tells the system identifier.
        if (content.Format == BackupFormat.Plain || backup.SystemIdentifier is null)
            (backup, _) = await BackupReader.ReadAsync(content, cancellationToken).ConfigureAwait(false);
        return backup with
        {
            Machine = host.Machine,
            Size = (await DirectoryTree.FilesAsync(host, directory, cancellationToken).ConfigureAwait(false)).Values.Sum(),
        };
    }

    private static bool IsOfBackup(string name) =>
        name is "PG_VERSION" or "backup_label" or "base.tar" || name.StartsWith("base.tar.", StringComparison.Ordinal);
}
