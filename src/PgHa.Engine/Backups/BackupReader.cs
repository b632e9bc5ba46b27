using System.Globalization;
using System.Text;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Backups;

/// <summary>Reads what a base backup contains and which server it comes from. It changes nothing.</summary>
internal static class BackupReader
{
    private const string LabelName = "backup_label";

    /// <summary>The backup, and its control file.</summary>
    /// <exception cref="PgHaException">
    /// <c>NotABaseBackup</c>: a file that every backup has is missing or not readable; <c>VersionNotSupported</c>;
    /// <c>BackupManifestDamaged</c>.
    /// </exception>
    public static async Task<(PgBaseBackup Backup, ControlData Control)> ReadAsync(
        BackupContent content, CancellationToken cancellationToken)
    {
        ControlData control = await ControlAsync(content, cancellationToken).ConfigureAwait(false);
        PgBaseBackup backup = await ReadBriefAsync(content, cancellationToken).ConfigureAwait(false);
        return (backup with { SystemIdentifier = control.SystemIdentifier, StartTime = WrittenAt(control) }, control);
    }

    private static async Task<ControlData> ControlAsync(BackupContent content, CancellationToken cancellationToken)
    {
        byte[] bytes = await RequireAsync(content, "global/pg_control", cancellationToken).ConfigureAwait(false);
        try
        {
            return ControlData.Read(bytes);
        }
        catch (PgHaException e) when (e.ErrorId == ErrorIds.ControlFileNotSupported && content.Format == BackupFormat.Plain)
        {
            // The server's own program reads a plain backup as it reads a data directory.
            return await ControlFile.ReadAsync(content.Host, content.Directory, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The backup, as far as the files at its beginning describe it. In a tar backup the control file comes last, and reading
    /// it means unpacking the whole tar.
    /// </summary>
    /// <exception cref="PgHaException">As of <see cref="ReadAsync"/>.</exception>
    public static async Task<PgBaseBackup> ReadBriefAsync(BackupContent content, CancellationToken cancellationToken)
    {
        BackupLabel label;
        string text = Text(await RequireAsync(content, LabelName, cancellationToken).ConfigureAwait(false));
        try
        {
            label = BackupLabel.Parse(text);
        }
        catch (MalformedTextException e)
        {
            throw NotABackup(content, $"its backup_label cannot be read: {e.Message}", e);
        }

        ServerVersion version = ServerVersion.Parse(
            Text(await RequireAsync(content, "PG_VERSION", cancellationToken).ConfigureAwait(false)).Trim());
        BackupManifest? manifest = await content.ReadManifestAsync(cancellationToken).ConfigureAwait(false) is { } bytes
            ? BackupManifest.Parse(bytes)
            : null;
        return new PgBaseBackup
        {
            Directory = content.Directory,
            Format = content.Format,
            Label = label.Label,
            Version = version,
            SystemIdentifier = manifest?.SystemIdentifier,
            Timeline = label.Timeline,
            StartLsn = label.StartLsn,
            EndLsn = manifest?.EndLsn,
            StartTime = manifest?.Files.FirstOrDefault(file => file.Path == LabelName)?.ModifiedAt,
            IsFromStandby = label.IsFromStandby,
            IncrementalFromLsn = label.IncrementalFromLsn,
            IncrementalFromTimeline = label.IncrementalFromTimeline,
            Tablespaces = [.. (await content.TablespacesAsync(cancellationToken).ConfigureAwait(false)).Values],
        };
    }

    /// <summary>The backup with its end, if the archive of its server tells it.</summary>
    public static async Task<PgBaseBackup> WithEndAsync(
        PgBaseBackup backup, IHost host, WalArchive archive, CancellationToken cancellationToken)
    {
        string name = WalArchiveFileName.OfBackup(backup.Timeline, backup.StartLsn, archive.SegmentSize).ToString();
        return await host.ReadFileAsync(HostPath.Combine(archive.Directory, name), cancellationToken).ConfigureAwait(false) is { } bytes
            && BackupHistoryFile.TryParse(Text(bytes)) is { } history
                ? backup with { EndLsn = backup.EndLsn ?? history.EndLsn, EndTime = history.EndTime }
                : backup;
    }

    /// <summary>
    /// The label of a plain backup, even if other files are missing; <see langword="null"/> if there is no readable label.
    /// </summary>
    public static async Task<BackupLabel?> TryReadLabelAsync(IHost host, string directory, CancellationToken cancellationToken)
    {
        try
        {
            return await host.ReadFileAsync(HostPath.Combine(directory, LabelName), cancellationToken).ConfigureAwait(false) is { } bytes
                ? BackupLabel.Parse(Text(bytes))
                : null;
        }
        catch (MalformedTextException)
        {
            return null;
        }
    }

    private static async Task<byte[]> RequireAsync(BackupContent content, string name, CancellationToken cancellationToken) =>
        await content.ReadAsync(name, cancellationToken).ConfigureAwait(false)
        ?? throw NotABackup(
            content,
            name == LabelName
                ? "there is no backup_label in it; a data directory whose server has been started has none any more"
                : $"there is no {name} in it");

    // The server writes the control file at the checkpoint that starts the backup, with a time in UTC.
    private static DateTimeOffset? WrittenAt(ControlData control) =>
        DateTimeOffset.TryParseExact(
            control.LastModified, "yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
            out DateTimeOffset time)
                ? time
                : null;

    private static PgHaException NotABackup(BackupContent content, string because, Exception? inner = null) => new(
        ErrorIds.NotABaseBackup, PgHaErrorKind.InvalidArgument, $"'{content.Directory}' is no base backup that can be restored: {because}.",
        "Name the directory that pg_basebackup or New-PgBaseBackup made.", content.Directory, inner);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
