using PgHa.Engine.Instances;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Backups;

/// <summary>
/// Removes base backups. A directory is removed only if it is provably a backup, no other backup needs it, and it is not the
/// last that can be restored.
/// </summary>
public sealed class BackupRemover
{
    private readonly EngineContext _context;
    private readonly IMachine _machine;

    /// <summary>Works in a context, on a machine.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="machine">Where the backups are; <see langword="null"/> for this machine.</param>
    public BackupRemover(EngineContext context, PgMachine? machine = null) =>
        (_context, _machine) = (context, context.MachineOf(machine));

    /// <summary>
    /// Finds the backups that a retention does not keep. It changes nothing. A directory that is no complete backup causes a
    /// warning and stays.
    /// </summary>
    /// <param name="folder">The folder that the backups are in.</param>
    /// <param name="retention">Which backups are kept.</param>
    /// <param name="mayRemoveLast">Whether the last backup of a system that can be restored may be removed.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException">
    /// <c>BackupNotFound</c>, <c>RetentionNotSaid</c>, or <c>NotABackupFolder</c>: it is a backup itself.
    /// </exception>
    public async Task<BackupRemovalPlan> PlanAsync(
        string folder, BackupRetention retention, bool mayRemoveLast, CancellationToken cancellationToken)
    {
        folder = HostPath.TrimEnd(folder);
        BackupFolder found = await new BackupCatalogue(_context, _machine.Value).ReadFolderAsync(
            folder, cancellationToken).ConfigureAwait(false);
        if (found.Backups.Any(backup => backup.Directory == folder))
        {
            throw new PgHaException(
                ErrorIds.NotABackupFolder, PgHaErrorKind.InvalidArgument,
                $"'{folder}' is a backup itself.",
                "Name the folder that the backups are in, or remove this one with -Path.", folder);
        }

        foreach (PgHaException other in found.Others.Where(other => other.ErrorId != BackupFolder.RemovedId))
            _context.Log.Warn($"Not removed: {other.Message}");
        List<PgBaseBackup> unwanted = [];
        foreach (PgBaseBackup backup in retention.Expired(found.Backups))
        {
            try
            {
                await BackupProof.RequireAsync(found.Host, backup, cancellationToken).ConfigureAwait(false);
                unwanted.Add(backup);
            }
            catch (PgHaException e)
            {
                _context.Log.Warn(e.Message);
            }
        }

        return new BackupRemovalPlan(found.Host, folder, BackupRemoval.Decide(found.Backups, unwanted, mayRemoveLast), found.Leftovers);
    }

    /// <summary>Finds out which of the given backups can be removed. It changes nothing.</summary>
    /// <param name="folder">The folder with these backups and all backups that may be based on them.</param>
    /// <param name="directories">Their directories.</param>
    /// <param name="mayRemoveLast">Whether the last backup of a system that can be restored may be removed.</param>
    /// <param name="refused">
    /// Called for each backup that cannot be removed, with the reason: <c>BackupNeeded</c>, <c>LastBackup</c>, or why it is no
    /// backup.
    /// </param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException"><c>BackupNotFound</c>: there is no such folder.</exception>
    public async Task<BackupRemovalPlan> PlanAsync(
        string folder, IReadOnlyCollection<string> directories, bool mayRemoveLast, Action<string, PgHaException> refused,
        CancellationToken cancellationToken)
    {
        BackupFolder found = await new BackupCatalogue(_context, _machine.Value).ReadFolderAsync(
            folder, cancellationToken).ConfigureAwait(false);
        List<PgBaseBackup> unwanted = [];
        List<string> leftovers = [];
        foreach (string directory in directories)
        {
            try
            {
                if (found.Leftovers.Contains(directory + BackupFolder.RemovedSuffix))
                    leftovers.Add(directory + BackupFolder.RemovedSuffix);
                if (found.Backups.FirstOrDefault(backup => backup.Directory == directory) is not { } backup)
                {
                    if (leftovers.Contains(directory + BackupFolder.RemovedSuffix) && found.Others.All(other => other.Server != directory))
                        continue;
                    throw NotFound(found, directory);
                }

                await BackupProof.RequireAsync(found.Host, backup, cancellationToken).ConfigureAwait(false);
                unwanted.Add(backup);
            }
            catch (PgHaException e)
            {
                refused(directory, e);
            }
        }

        IReadOnlyList<BackupVerdict> verdicts = BackupRemoval.Decide(found.Backups, unwanted, mayRemoveLast);
        foreach (BackupVerdict verdict in verdicts.Where(verdict => verdict.Reason is not null && unwanted.Contains(verdict.Backup)))
            refused(verdict.Backup.Directory, Kept(verdict));
        return new BackupRemovalPlan(found.Host, folder, [.. verdicts.Where(verdict => verdict.IsRemoved)], leftovers);
    }

    /// <summary>
    /// Removes the backups. Each is renamed first, so that an interruption leaves nothing that looks like a backup.
    /// </summary>
    /// <param name="plan">What to remove.</param>
    /// <param name="cancellationToken">Cancels, possibly in the middle of a removal. The next run finishes that removal.</param>
    public async Task RemoveAsync(BackupRemovalPlan plan, CancellationToken cancellationToken)
    {
        foreach (string leftover in plan.Leftovers)
        {
            _context.Log.Step($"Removing '{leftover}'");
            await plan.Host.DeleteDirectoryAsync(leftover, cancellationToken).ConfigureAwait(false);
        }

        foreach (PgBaseBackup backup in plan.Removed)
        {
            _context.Log.Step($"Removing '{backup.Directory}'");
            // Since the plan was made, a server may have been started in the directory.
            await BackupProof.RequireAsync(plan.Host, backup, cancellationToken).ConfigureAwait(false);
            // PgHa cannot tell who else uses a tablespace: a backup made by cp has links to the tablespaces of its server.
            foreach (string tablespace in backup.Format == BackupFormat.Plain ? backup.Tablespaces : [])
                _context.Log.Warn($"'{tablespace}', a tablespace of {backup}, is left alone.");
            DirectoryPlace place = await DirectoryPlace.AtAsync(plan.Host, backup.Directory, cancellationToken).ConfigureAwait(false);
            string removed = place.Beside(BackupFolder.RemovedSuffix);
            await plan.Host.DeleteDirectoryAsync(removed, cancellationToken).ConfigureAwait(false);
            await place.MoveOutAsync(removed, cancellationToken).ConfigureAwait(false);
            await plan.Host.DeleteDirectoryAsync(removed, cancellationToken).ConfigureAwait(false);
        }
    }

    private static PgHaException NotFound(BackupFolder found, string directory) =>
        found.Others.FirstOrDefault(other => other.Server == directory) ?? new PgHaException(
            ErrorIds.BackupNotFound, PgHaErrorKind.NotFound,
            $"There is no backup '{directory}' on {found.Host.Description}.",
            "Name the directory of the backup.", directory);

    private static PgHaException Kept(BackupVerdict verdict) => verdict.NeededBy is { } other
        ? new PgHaException(
            ErrorIds.BackupNeeded, PgHaErrorKind.Refused,
            $"'{verdict.Backup.Directory}' is not removed, because '{other.Directory}' has the changes since it.",
            $"Remove '{other.Directory}' too, or put both together first (Merge-PgBaseBackup).", verdict.Backup.Directory)
        : new PgHaException(
            ErrorIds.LastBackup, PgHaErrorKind.Refused,
            $"'{verdict.Backup.Directory}' is not removed, "
                + $"because {verdict.Reason} in '{HostPath.Parent(verdict.Backup.Directory)}'.",
            "Take another backup first (New-PgBaseBackup). If none is to be left, use -Force.", verdict.Backup.Directory);
}
