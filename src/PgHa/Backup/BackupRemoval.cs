using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>Decides which base backups can be removed: never one that a kept one is based on, nor the last that can be restored.</summary>
public static partial class BackupRemoval
{
    /// <summary>What becomes of each backup, oldest first.</summary>
    /// <param name="backups">The backups of one folder, linked (<see cref="BackupChain.Link"/>), oldest first.</param>
    /// <param name="unwanted">The backups to remove.</param>
    /// <param name="mayRemoveLast">Whether the last backup of a system that can be restored may be removed too.</param>
    public static IReadOnlyList<BackupVerdict> Decide(
        IReadOnlyList<PgBaseBackup> backups, IReadOnlyCollection<PgBaseBackup> unwanted, bool mayRemoveLast)
    {
        // The base of a backup may be there twice, by itself and put together with its own base: one of them is enough.
        IReadOnlyList<PgBaseBackup> linked = BackupChain.Link([.. backups.Except(unwanted), .. backups.Where(unwanted.Contains)]);
        Dictionary<string, PgBaseBackup> left = linked.ToDictionary(backup => backup.Directory);
        Dictionary<string, BackupVerdict> kept = [];
        foreach (PgBaseBackup backup in backups.Except(unwanted))
            Keep(new BackupVerdict(left[backup.Directory], IsRemoved: false));

        foreach (IGrouping<SystemIdentifier?, PgBaseBackup> system in backups
            .Where(_ => !mayRemoveLast)
            .GroupBy(backup => backup.SystemIdentifier))
        {
            PgBaseBackup[] whole = [.. system.Where(backup => BackupChain.IsWhole(left[backup.Directory], linked))];
            if (whole.Length > 0 && !whole.Any(backup => kept.ContainsKey(backup.Directory)))
                Keep(new BackupVerdict(left[whole[^1].Directory], IsRemoved: false, IsLast: true));
        }

        return
        [
            .. backups.Select(backup => kept.TryGetValue(backup.Directory, out BackupVerdict? verdict)
                ? verdict with { Backup = backup }
                : new BackupVerdict(backup, IsRemoved: true)),
        ];

        void Keep(BackupVerdict verdict)
        {
            kept[verdict.Backup.Directory] = verdict;
            if (verdict.Backup.BasedOn is { } on && !kept.ContainsKey(on))
                Keep(new BackupVerdict(left[on], IsRemoved: false, NeededBy: verdict.Backup));
        }
    }

    /// <summary>
    /// A file in a backup's directory that belongs to another backup, a server or an archive;
    /// <see langword="null"/> if there is none.
    /// </summary>
    /// <param name="files">The paths of all files, relative to the directory and with slashes.</param>
    public static string? ForeignFile(IEnumerable<string> files) => files.FirstOrDefault(IsForeign);

    private static bool IsForeign(string path)
    {
        int slash = path.LastIndexOf('/');
        string name = path[(slash + 1)..];
        return slash >= 0 && name switch
        {
            "PG_VERSION" => !DatabaseDirectory().IsMatch(path),
            "backup_label" or "backup_manifest" or "pg_control" => path is not "global/pg_control",
            _ => name.StartsWith("base.tar", StringComparison.Ordinal)
                || (WalFileName.TryParse(name, out _) && !WalDirectory().IsMatch(path)),
        };
    }

    [GeneratedRegex("^(base/[0-9]+|pg_tblspc/[0-9]+/PG_[^/]+/[0-9]+)/PG_VERSION$")]
    private static partial Regex DatabaseDirectory();

    // From PostgreSQL 17 on, the WAL directory has a subdirectory for WAL summaries beside archive_status.
    [GeneratedRegex("^(pg_wal|pg_xlog)/[^/]+$")]
    private static partial Regex WalDirectory();
}
