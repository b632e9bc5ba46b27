namespace PgHa.Engine.Archiving;

/// <summary>Asks the tool that keeps a server's archive for the base backups that it has.</summary>
public sealed class ToolBackups
{
    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public ToolBackups(EngineContext context) => _context = context;

    /// <summary>The backups that the tool in the server's <c>archive_command</c> has, oldest first.</summary>
    /// <exception cref="PgHaException">
    /// <c>ArchiveNotKnown</c>: the server archives with neither pgBackRest nor Barman; <c>ArchiveNotFound</c>: the tool does not know the
    /// server; <c>ArchiveNotReadable</c>: it cannot be asked; <c>HostAccessRequired</c>.
    /// </exception>
    public async Task<IReadOnlyList<PgBaseBackup>> ReadAsync(PgInstance server, CancellationToken cancellationToken)
    {
        Archive archive = await ArchiveSource.OfToolAsync(_context, server, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ToolBackup> backups = await OfAsync(server, archive, cancellationToken).ConfigureAwait(false);
        foreach (ToolBackup damaged in backups.Where(backup => backup.HasErrors))
            _context.Log.Warn(ErrorText(archive, damaged));
        return [.. backups.Select(backup => backup.Backup)];
    }

    /// <summary>What is said of a backup in which the tool has found errors.</summary>
    internal static string ErrorText(Archive archive, ToolBackup damaged) =>
        $"{archive}: the backup {damaged.Id} has pages with wrong checksums, as {archive.Tool} saw when it took it.";

    /// <summary>The backups of an archive.</summary>
    internal async Task<IReadOnlyList<ToolBackup>> OfAsync(PgInstance server, Archive archive, CancellationToken cancellationToken)
    {
        Machines.IHost host = await _context.HostOfAsync(server, cancellationToken).ConfigureAwait(false);
        return archive is PgBackRestArchive pgBackRest
            ? await new PgBackRestReader(_context, host, pgBackRest).BackupsAsync(server, cancellationToken).ConfigureAwait(false)
            : await new BarmanReader(_context, host, (BarmanArchive)archive).BackupsAsync(server, cancellationToken).ConfigureAwait(false);
    }
}
