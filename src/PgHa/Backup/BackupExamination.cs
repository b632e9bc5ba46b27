using System.Globalization;

namespace PgHa;

/// <summary>Finds what is wrong with a base backup, from what was seen of its files.</summary>
public static class BackupExamination
{
    private const string TakeAnother = "Take another backup (New-PgBaseBackup, pg_basebackup): this one cannot be relied on.";

    // These files are written when a restored server is set up, or are not part of the data.
    private static readonly string[] Ignored = ["backup_manifest", "postgresql.auto.conf", "standby.signal", "recovery.signal"];

    /// <summary>Compares the files of a backup with its manifest.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="files">The files that are there: path and, where it is known, size.</param>
    /// <param name="walDirectory">The directory of the WAL, which the manifest does not list.</param>
    public static IEnumerable<BackupFinding> Files(
        PgBaseBackup backup, BackupManifest manifest, IReadOnlyDictionary<string, long?> files, string walDirectory)
    {
        foreach (BackupManifestFile file in manifest.Files.Where(file => !Ignored.Contains(file.Path)))
        {
            if (!files.TryGetValue(file.Path, out long? size))
            {
                yield return Critical(backup, BackupFindingCause.FileMissing, file.Path, $"{file.Path} is missing", TakeAnother);
            }
            else if (size is { } actual && actual != file.Size)
            {
                yield return Critical(
                    backup, BackupFindingCause.FileChanged, file.Path,
                    string.Create(CultureInfo.InvariantCulture, $"{file.Path} has {actual} bytes, and had {file.Size}"),
                    TakeAnother);
            }
        }

        HashSet<string> known = [.. manifest.Files.Select(file => file.Path), .. Ignored];
        foreach (string path in files.Keys.Where(
            path => !known.Contains(path) && !path.StartsWith($"{walDirectory}/", StringComparison.Ordinal)))
        {
            yield return new BackupFinding(
                BackupFindingCause.FileUnknown, FindingSeverity.Warning, backup.Directory, path,
                $"{path} is not in the manifest: it was put there later", "Remove it, unless you know what it is for.");
        }
    }

    /// <summary>A file whose content is not that of the manifest.</summary>
    public static BackupFinding Changed(PgBaseBackup backup, BackupManifestFile file) =>
        Critical(
            backup, BackupFindingCause.FileChanged, file.Path,
            $"{file.Path} has another content than it had: its {file.Algorithm} is wrong", TakeAnother);

    /// <summary>A manifest that was cut off or changed.</summary>
    public static BackupFinding ManifestDamaged(string directory, string because) =>
        new(BackupFindingCause.ManifestDamaged, FindingSeverity.Critical, directory, "backup_manifest", because, TakeAnother);

    /// <summary>A backup whose parts cannot be read.</summary>
    public static BackupFinding Unreadable(string directory, string because) =>
        new(BackupFindingCause.NotReadable, FindingSeverity.Critical, directory, null, because.TrimEnd('.'), TakeAnother);

    /// <summary>The errors that <c>pg_verifybackup</c> prints, one a line.</summary>
    public static IEnumerable<BackupFinding> Verification(PgBaseBackup backup, string said) => said.Split('\n')
        .Select(line => line.Trim()).Where(line => line.Length > 0)
        .Select(line => line.IndexOf("error: ", StringComparison.Ordinal) is >= 0 and var at ? line[(at + "error: ".Length)..] : line)
        .Select(line => Critical(backup, BackupFindingCause.VerificationFailed, FileIn(line), $"pg_verifybackup: {line}", TakeAnother));

    /// <summary>The WAL that a backup needs and that is not there.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="wal">The WAL in the backup, and in the archive if one is given.</param>
    /// <param name="hasArchive">Whether an archive is given.</param>
    public static IEnumerable<BackupFinding> Wal(PgBaseBackup backup, WalArchive wal, bool hasArchive)
    {
        TimelineHistory history = wal.HistoryOf(backup.Timeline) ?? TimelineHistory.Initial(backup.Timeline);
        Lsn last = (backup.EndLsn ?? backup.StartLsn) + -1;
        return wal.MissingBetween(history, backup.StartLsn, last < backup.StartLsn ? backup.StartLsn : last).Select(missing => Critical(
            backup, BackupFindingCause.WalMissing, missing.First.ToString(),
            $"{missing} {Plural.Of(missing.Count, "is", "are")} not in the backup"
                + $"{(hasArchive ? $" and not in the archive '{wal.Directory}'" : "")}, "
                + $"whole and sound: without {Plural.Of(missing.Count, "it", "them")} "
                + "its data does not become consistent",
            hasArchive ? TakeAnother : "Name its archive with -ArchiveDirectory."));
    }

    /// <summary>An informational finding.</summary>
    public static BackupFinding Note(PgBaseBackup backup, BackupFindingCause cause, string evidence, string? advice = null) =>
        new(cause, FindingSeverity.Information, backup.Directory, null, evidence, advice);

    private static string? FileIn(string line) => line.Split('"') is [_, var path, ..] ? path : null;

    private static BackupFinding Critical(PgBaseBackup backup, BackupFindingCause cause, string? file, string evidence, string advice) =>
        new(cause, FindingSeverity.Critical, backup.Directory, file, evidence, advice);
}
