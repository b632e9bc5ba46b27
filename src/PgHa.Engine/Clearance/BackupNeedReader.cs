using PgHa.Engine.Backups;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Clearance;

/// <summary>Finds what WAL the base backups in a folder need, including those that are still being taken.</summary>
internal sealed class BackupNeedReader
{
    private readonly EngineContext _context;
    private readonly Action<PgHaException> _unknown;

    /// <summary>Works in a context, and reports directories that look like a backup but cannot be read.</summary>
    public BackupNeedReader(EngineContext context, Action<PgHaException> unknown) => (_context, _unknown) = (context, unknown);

    /// <summary>What each backup needs.</summary>
    /// <exception cref="PgHaException"><c>BackupNotFound</c>: there is no such directory.</exception>
    public async Task<IReadOnlyList<ArchiveNeed>> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        BackupFolder found = await new BackupCatalogue(_context).ReadFolderAsync(folder, cancellationToken).ConfigureAwait(false);
        List<ArchiveNeed> needs = [.. found.Backups.Select(backup => new ArchiveNeed(backup.SystemIdentifier, [ArchiveKeeper.Of(backup)]))];
        foreach (PgHaException other in found.Others.Where(other => other.ErrorId != BackupFolder.RemovedId))
        {
            if (await TryReadStartAsync(found.Host, other.Server!, cancellationToken).ConfigureAwait(false) is { } keeper)
                needs.Add(new ArchiveNeed(null, [keeper]));
            else if (other.ErrorId is not (ErrorIds.NotABaseBackup or BackupFolder.IncompleteId)
                || await HasTarAsync(found.Host, other.Server!, cancellationToken).ConfigureAwait(false))
            {
                _unknown(new PgHaException(
                    ErrorIds.BackupNeedUnknown, PgHaErrorKind.Refused, $"What WAL '{other.Server}' needs is not known: {other.Message}",
                    "Mend it, move it elsewhere, or go on without it by -IgnoreUnknownNeed.", other.Server, other));
            }
            else
                _context.Log.Warn(other.Message);
        }

        // A compressed archive does not tell the system and the size of its segments. The control file of a plain backup does.
        return found.Backups is [{ Format: BackupFormat.Plain } plain, ..]
            ?
            [
                needs[0] with
                {
                    SegmentSize = (await ControlOfAsync(found.Host, plain, cancellationToken).ConfigureAwait(false)).WalSegmentSize,
                },
                .. needs.Skip(1),
            ]
            : needs;
    }

    // An incomplete tar backup, or one whose decompressor is not installed, cannot be recognised by its content.
    private static async Task<bool> HasTarAsync(IHost host, string directory, CancellationToken cancellationToken) =>
        (await host.ListAsync(directory, cancellationToken).ConfigureAwait(false) ?? [])
            .Any(name => name.StartsWith("base.tar", StringComparison.Ordinal));

    private static async Task<ControlData> ControlOfAsync(IHost host, PgBaseBackup backup, CancellationToken cancellationToken) =>
        (await BackupReader.ReadAsync(
            await BackupContent.OpenAsync(host, backup.Directory, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false)).Control;

    // pg_basebackup writes backup_label first and the control file last. So the label tells where an incomplete backup began.
    private async Task<ArchiveKeeper?> TryReadStartAsync(IHost host, string directory, CancellationToken cancellationToken)
    {
        try
        {
            return await BackupReader.TryReadLabelAsync(host, directory, cancellationToken).ConfigureAwait(false) is { } label
                ? new ArchiveKeeper(
                    ArchiveKeeperKind.BaseBackup, $"{label.Label} in {directory}, which is not complete", label.Timeline, label.StartLsn)
                : null;
        }
        catch (PgHaException e)
        {
            _context.Log.Detail(e.Message);
            return null;
        }
    }
}
