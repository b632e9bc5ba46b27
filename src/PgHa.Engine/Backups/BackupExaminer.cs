using PgHa.Engine.Archiving;
using PgHa.Engine.Cloning;
using PgHa.Engine.Machines;
using PgHa.Engine.Programs;

namespace PgHa.Engine.Backups;

/// <summary>Checks whether a base backup is complete, and whether the WAL that it needs exists. It changes nothing.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/app-pgverifybackup.html">pg_verifybackup</see>.</remarks>
public sealed class BackupExaminer
{
    private const string Verifier = "pg_verifybackup";

    private readonly EngineContext _context;
    private readonly IMachine _machine;

    /// <summary>Works in a context, on a machine.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="machine">Where the backups and their archive are; <see langword="null"/> for this machine.</param>
    public BackupExaminer(EngineContext context, PgMachine? machine = null) =>
        (_context, _machine) = (context, context.MachineOf(machine));

    /// <summary>The problems of a backup, the worst first.</summary>
    /// <param name="directory">The backup.</param>
    /// <param name="archiveDirectory">The archive with the WAL that is not in the backup itself.</param>
    /// <param name="binDirectory">The directory of the programs to use. If it is not given, PgHa finds them.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException"><c>BackupNotFound</c>, <c>NotABaseBackup</c>, <c>ArchiveDirectoryNotFound</c>.</exception>
    public async Task<IReadOnlyList<BackupFinding>> ExamineAsync(
        string directory, string? archiveDirectory, string? binDirectory, CancellationToken cancellationToken)
    {
        try
        {
            return await LookAsync(directory, archiveDirectory, binDirectory, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e) when (e.ErrorId is ErrorIds.BackupNotReadable or ErrorIds.ControlFileDamaged)
        {
            return [BackupExamination.Unreadable(directory, e.Message)];
        }
        catch (PgHaException e) when (e.ErrorId == ErrorIds.BackupManifestDamaged)
        {
            return [BackupExamination.ManifestDamaged(directory, e.Message.TrimEnd('.'))];
        }
    }

    private async Task<IReadOnlyList<BackupFinding>> LookAsync(
        string directory, string? archiveDirectory, string? binDirectory, CancellationToken cancellationToken)
    {
        IHost host = await _machine.HostForDirectoryAsync(directory, serverUser: null, cancellationToken).ConfigureAwait(false);
        BackupContent content = await BackupContent.OpenAsync(host, directory, cancellationToken).ConfigureAwait(false);
        List<BackupFinding> findings = [];
        BackupManifest? manifest = await content.ReadManifestAsync(cancellationToken).ConfigureAwait(false) is { } bytes
            ? BackupManifest.Parse(bytes)
            : null;
        (PgBaseBackup backup, ControlData control) = await BackupReader.ReadAsync(content, cancellationToken).ConfigureAwait(false);
        var dialect = ServerDialect.For(backup.Version);
        if (backup.IncrementalFromLsn is { } from)
        {
            findings.Add(BackupExamination.Note(
                backup, BackupFindingCause.Incremental,
                $"it has only the changes since the backup that began at {from}, and restoring it takes that one too"));
        }

        if (manifest is null)
        {
            findings.Add(BackupExamination.Note(
                backup, BackupFindingCause.NoManifest,
                "there is no manifest: label, control file and WAL were checked, "
                    + "and whether the other files are whole cannot be told",
                dialect.HasBackupManifest
                    ? "Backups by pg_basebackup have one unless --no-manifest is given; a clone of New-PgBaseBackup has none."
                    : null));
        }
        else if (!manifest.IsIntact)
        {
            findings.Add(BackupExamination.ManifestDamaged(directory, "the manifest's own checksum is wrong: it was cut off or changed"));
        }
        else
        {
            findings.AddRange(await FilesAsync(content, backup, manifest, dialect, binDirectory, cancellationToken).ConfigureAwait(false));
        }

        findings.AddRange(BackupExamination.Wal(
            backup, await WalAsync(content, control, dialect, archiveDirectory, cancellationToken).ConfigureAwait(false),
            archiveDirectory is not null));
        return [.. findings.OrderByDescending(finding => finding.Severity)];
    }

    private static async Task<WalArchive> WalAsync(
        BackupContent content, ControlData control, ServerDialect dialect, string? archiveDirectory, CancellationToken cancellationToken)
    {
        IReadOnlyList<ArchivedFile> own = await content.WalAsync(dialect, control, cancellationToken).ConfigureAwait(false);
        return archiveDirectory is null
            ? new WalArchive(content.Directory, own, new Dictionary<TimelineId, string>(), control.SystemIdentifier)
            : (await ArchiveReader.ReadAsync(
                content.Host, archiveDirectory, control.SystemIdentifier, cancellationToken).ConfigureAwait(false)).With(own);
    }

    private async Task<IReadOnlyList<BackupFinding>> FilesAsync(
        BackupContent content, PgBaseBackup backup, BackupManifest manifest, ServerDialect dialect, string? binDirectory,
        CancellationToken cancellationToken)
    {
        if (await VerifierAsync(content, backup, binDirectory, cancellationToken).ConfigureAwait(false) is { } program)
        {
            // PgHa checks the WAL itself, because it may be in the archive, which the program does not know.
            CommandResult result = await content.Host.RunAsync(
                new HostCommand(program, "-n", content.Directory) { Timeout = Timeout.InfiniteTimeSpan },
                cancellationToken).ConfigureAwait(false);
            return result.Succeeded ? [] : [.. BackupExamination.Verification(backup, result.Error)];
        }

        if (content.Format == BackupFormat.Tar)
        {
            IReadOnlyDictionary<string, long?> names = (await content.NamesAsync(cancellationToken).ConfigureAwait(false))
                .ToDictionary(name => name, _ => (long?)null);
            return
            [
                .. BackupExamination.Files(backup, manifest, names, dialect.WalDirectory),
                BackupExamination.Note(
                    backup, BackupFindingCause.ContentNotRead,
                    "its files are all there by name; "
                        + "their contents are checked by pg_verifybackup of PostgreSQL 18 or later alone, which was not found"),
            ];
        }

        return await OwnCheckAsync(content, backup, manifest, dialect, cancellationToken).ConfigureAwait(false);
    }

    // A newer pg_verifybackup can read the manifest too. From PostgreSQL 18 on it can read a tar backup.
    private async Task<string?> VerifierAsync(
        BackupContent content, PgBaseBackup backup, string? binDirectory, CancellationToken cancellationToken)
    {
        try
        {
            ServerPrograms programs = await ServerPrograms.FindClientAsync(
                content.Host, Verifier, backup.Version, binDirectory, cancellationToken).ConfigureAwait(false);
            if (content.Format == BackupFormat.Plain || ServerDialect.For(programs.Version).VerifiesTarBackups)
                return programs.PathOf(Verifier);
        }
        catch (PgHaException e) when (e.ErrorId is ErrorIds.ServerProgramsNotFound or ErrorIds.ToolTooOld)
        {
            _context.Log.Step($"No {Verifier} for PostgreSQL {backup.Version.Major} was found: the manifest is checked without it.");
        }

        return null;
    }

    private async Task<IReadOnlyList<BackupFinding>> OwnCheckAsync(
        BackupContent content, PgBaseBackup backup, BackupManifest manifest, ServerDialect dialect, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, long> files = await DirectoryTree.FilesAsync(
            content.Host, content.Directory, cancellationToken).ConfigureAwait(false);
        List<BackupFinding> findings =
        [
            .. BackupExamination.Files(
                backup, manifest, files.ToDictionary(file => file.Key, file => (long?)file.Value), dialect.WalDirectory),
        ];
        HashSet<string?> told = [.. findings.Select(finding => finding.File)];
        int done = 0;
        string activity = $"Checking {backup.Label}";
        foreach (BackupManifestFile file in manifest.Files.Where(
            file => files.ContainsKey(file.Path) && !told.Contains(file.Path) && file.Path != "postgresql.auto.conf"))
        {
            _context.Log.Progress(new EngineProgress(activity, file.Path, done++ * 100 / manifest.Files.Count));
            if (await content.ReadAsync(file.Path, cancellationToken).ConfigureAwait(false) is not { } bytes || !file.Matches(bytes))
                findings.Add(BackupExamination.Changed(backup, file));
        }

        _context.Log.Progress(new EngineProgress(activity, "done", IsCompleted: true));
        return findings;
    }
}
