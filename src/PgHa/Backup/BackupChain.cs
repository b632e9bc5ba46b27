namespace PgHa;

/// <summary>Which incremental backup is based on which other one.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-INCREMENTAL-BACKUP">Making an Incremental Backup</see>.</remarks>
public static class BackupChain
{
    /// <summary>The backups, each with the one among them that it is based on.</summary>
    public static IReadOnlyList<PgBaseBackup> Link(IReadOnlyList<PgBaseBackup> backups) =>
    [
        .. backups.Select(backup => backup.IncrementalFromLsn is not { } from ? backup : backup with
        {
            BasedOn = backups.FirstOrDefault(other => other.StartLsn == from && other.SystemIdentifier == backup.SystemIdentifier && other != backup)?.Directory,
        }),
    ];
}
