using PgHa.Engine.Cloning;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Backups;

/// <summary>Proves that a directory is a base backup and nothing else, before it is removed.</summary>
internal static class BackupProof
{
    // No backup has these files: pg_basebackup leaves them out, and a server writes them when it starts.
    private static readonly string[] OfServer = [PostmasterProbe.FileName, PostmasterOptions.FileName];

    /// <summary>Refuses a directory that is not a backup, or that contains something else.</summary>
    /// <exception cref="PgHaException"><c>PathIsSymbolicLink</c>, <c>BackupInUse</c>, <c>NotABaseBackup</c>.</exception>
    public static async Task RequireAsync(IHost host, PgBaseBackup backup, CancellationToken cancellationToken)
    {
        string directory = backup.Directory;
        if (await SymbolicLink.TargetAsync(host, directory, cancellationToken).ConfigureAwait(false) is not null)
            throw HostErrors.IsSymbolicLink(directory, host.Description);
        if (backup.Format == BackupFormat.Plain)
            await RequireNeverStartedAsync(host, directory, cancellationToken).ConfigureAwait(false);
        if (BackupRemoval.ForeignFile(
            (await DirectoryTree.FilesAsync(host, directory, cancellationToken).ConfigureAwait(false)).Keys) is { } foreign)
        {
            throw new PgHaException(
                ErrorIds.NotABaseBackup, PgHaErrorKind.Refused,
                $"'{directory}' is not removed, because something else than a base backup is in it: {foreign}.",
                "Move that elsewhere first.", directory);
        }
    }

    private static async Task RequireNeverStartedAsync(IHost host, string directory, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> names = await host.ListAsync(directory, cancellationToken).ConfigureAwait(false) ?? [];
        if (names.FirstOrDefault(OfServer.Contains) is { } file)
            throw InUse(directory, $"there is a {file} in it");
        if (await new PostmasterProbe(host, directory).HasProcessAsync(cancellationToken).ConfigureAwait(false))
            throw InUse(directory, "a server runs on it");

        BackupContent content = await BackupContent.OpenAsync(host, directory, cancellationToken).ConfigureAwait(false);
        (_, ControlData control) = await BackupReader.ReadAsync(content, cancellationToken).ConfigureAwait(false);
        // The control file of a backup is that of a running primary or standby. A server that recovers from the backup notes
        // this there before it removes backup_label.
        if (control.BackupStartLsn is not null || control.State is not (DatabaseState.InProduction or DatabaseState.InArchiveRecovery))
            throw InUse(directory, $"its control file says {control.State}");
    }

    private static PgHaException InUse(string directory, string because) => new(
        ErrorIds.BackupInUse, PgHaErrorKind.Refused, $"'{directory}' is not removed, because a server has been started in it: {because}.",
        "A server is removed by Remove-PgInstance.", directory);
}
