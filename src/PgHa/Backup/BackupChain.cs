namespace PgHa;

/// <summary>Which incremental backup is based on which other one.</summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-INCREMENTAL-BACKUP">Making an
/// Incremental Backup</see>.
/// </remarks>
public static class BackupChain
{
    /// <summary>The backups, each with the one among them that it is based on.</summary>
    public static IReadOnlyList<PgBaseBackup> Link(IReadOnlyList<PgBaseBackup> backups) =>
    [
        .. backups.Select(backup => backup.IncrementalFromLsn is not { } from ? backup : backup with
        {
            BasedOn = backups.FirstOrDefault(
                other => other.StartLsn == from
                    && other.SystemIdentifier == backup.SystemIdentifier
                    && other != backup
                // Two servers promoted at the same position take their first backups at the same position too.
                && other.Timeline == (backup.IncrementalFromTimeline ?? other.Timeline))?.Directory,
        }),
    ];

    /// <summary>Whether the chain of a backup is complete: the backup is full, or every backup that it is based on is there.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="backups">Backups that are linked, it and the others among them.</param>
    public static bool IsWhole(PgBaseBackup backup, IReadOnlyList<PgBaseBackup> backups)
    {
        PgBaseBackup? next = backup;
        // No chain is longer than there are backups, unless their labels have been tampered with.
        for (int i = 0; i < backups.Count && next?.BasedOn is { } on; i++)
            next = backups.FirstOrDefault(other => other.Directory == on);
        return next is { IncrementalFromLsn: null };
    }

    /// <summary>An incremental backup and all it is based on, the full one first.</summary>
    /// <param name="directory">The directory of the incremental backup.</param>
    /// <param name="backups">Backups that are linked, it and the others among them.</param>
    /// <exception cref="PgHaException"><c>BackupNotIncremental</c>, <c>BackupChainBroken</c>, <c>BackupNotPlain</c>.</exception>
    public static IReadOnlyList<PgBaseBackup> To(string directory, IReadOnlyList<PgBaseBackup> backups)
    {
        List<PgBaseBackup> chain = [];
        for (string? next = directory; next is not null; next = chain[0].BasedOn)
        {
            PgBaseBackup backup = backups.First(one => one.Directory == next);
            chain.Insert(0, backup);
            if (backup.Format == BackupFormat.Tar)
            {
                throw new PgHaException(
                    ErrorIds.BackupNotPlain, PgHaErrorKind.NotSupported,
                    $"The backup '{backup.Directory}' is a tar, and only directories can be put together.",
                    "Unpack it into a directory of its own.", directory);
            }

            if (backup is { IncrementalFromLsn: { } from, BasedOn: null })
            {
                throw new PgHaException(
                    ErrorIds.BackupChainBroken, PgHaErrorKind.NotFound,
                    $"The backup that '{backup.Directory}' has the changes since, which began at {from}, "
                        + "is not in the same folder.",
                    "Put all of them into one folder.", directory);
            }
        }

        return chain.Count > 1 ? chain : throw new PgHaException(
            ErrorIds.BackupNotIncremental, PgHaErrorKind.InvalidArgument,
                $"'{directory}' is a full backup: there is nothing to put together.",
            "Restore it as it is (Restore-PgInstance).", directory);
    }
}
