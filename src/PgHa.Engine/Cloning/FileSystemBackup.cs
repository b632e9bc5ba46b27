using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Cloning;

/// <summary>Clones a server that is shut down by copying its files. For a running server, see <see cref="BaseBackup"/>.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/backup-file.html">File System Level Backup</see>.</remarks>
internal sealed class FileSystemBackup
{
    private readonly EngineContext _context;

    public FileSystemBackup(EngineContext context) => _context = context;

    /// <summary>Makes clones of one server on its own host.</summary>
    /// <param name="clones">The clones, all of one source, which has no tablespaces.</param>
    /// <param name="cancellationToken">Cancels; what is not complete is removed.</param>
    /// <returns>The clones, each as <see cref="BaseBackup.ApplyAsync"/> leaves it.</returns>
    /// <exception cref="PgHaException">
    /// <c>SourceNotShutDown</c>, <c>DirectoryNotEmpty</c>, <c>CloneInProgress</c>, or a file could not be written; clones that were
    /// complete before stay.
    /// </exception>
    public async Task<IReadOnlyList<PgInstance>> CloneAllAsync(IReadOnlyList<BaseBackupOptions> clones, CancellationToken cancellationToken)
    {
        PgInstance server = clones[0].Source;
        IHost host = await _context.HostOfAsync(server, cancellationToken).ConfigureAwait(false);
        ServerDialect dialect = await RequireShutDownAsync(host, server, cancellationToken).ConfigureAwait(false);
        BackupSource source = await ReadSourceAsync(host, server, dialect, cancellationToken).ConfigureAwait(false);
        return await Task.WhenAll(clones.Select(clone => CloneAsync(host, source, clone, cancellationToken))).ConfigureAwait(false);
    }

    // The files of a running server change while they are read. The files of a crashed server are consistent only after recovery.
    private async Task<ServerDialect> RequireShutDownAsync(IHost host, PgInstance server, CancellationToken cancellationToken)
    {
        InstanceStatus status = await new InstanceControl(_context).GetStatusAsync(server, cancellationToken).ConfigureAwait(false);
        ControlData control = await ControlFile.ReadAsync(host, server, cancellationToken).ConfigureAwait(false);
        if (status.HasProcess || control.State is not (DatabaseState.ShutDown or DatabaseState.ShutDownInRecovery))
        {
            throw new PgHaException(
                ErrorIds.SourceNotShutDown, PgHaErrorKind.InvalidState,
                    $"The files of {server} cannot be copied: it is not shut down cleanly.",
                "Run the command again: it looks at what there is now.", server.ToString());
        }

        return await InstanceControl.DialectAsync(server, host, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<BackupSource> ReadSourceAsync(
        IHost host, PgInstance server, ServerDialect dialect, CancellationToken cancellationToken)
    {
        byte[] bytes = await host.ReadFileAsync(
            HostPath.Combine(server.DataDirectory!, "postgresql.conf"), cancellationToken).ConfigureAwait(false) ?? [];
        ConfigurationFile main = ConfigurationFile.Parse(bytes);
        var settings = new Dictionary<string, string>
        {
            ["log_directory"] = main["log_directory"] ?? dialect.DefaultLogDirectory,
            ["listen_addresses"] = main["listen_addresses"] ?? "localhost",
        };
        return new BackupSource(
            dialect, settings, DataSize: 0, Tablespaces: new Dictionary<string, long>(), ForeignFiles: new Dictionary<string, byte[]>());
    }

    private async Task<PgInstance> CloneAsync(IHost host, BackupSource source, BaseBackupOptions clone, CancellationToken cancellationToken)
    {
        CloneTarget target = await CloneTarget.AtAsync(host, clone.DataDirectory, cancellationToken).ConfigureAwait(false);
        await target.RequireFreeAsync(cancellationToken).ConfigureAwait(false);
        // Outside the try: a directory that another run is making at this moment must not be cleaned up here.
        await target.RemoveLeftoverAsync(_context.Log, cancellationToken).ConfigureAwait(false);
        _context.Log.Step($"Copying the files of {clone.Source} into '{target.Directory}'");
        try
        {
            await host.CreateDirectoryAsync(target.Incomplete, cancellationToken).ConfigureAwait(false);
            await host.CopyDirectoryAsync(
                clone.Source.DataDirectory!, target.Incomplete, isDurable: !clone.NoSync, cancellationToken).ConfigureAwait(false);
            await new CloneFinisher(host, source, target.Incomplete, kept: null).FinishAsync(
                clone, cancellationToken).ConfigureAwait(false);
            await target.TakePlaceAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await target.CleanAsync(_context.Log, []).ConfigureAwait(false);
            throw;
        }

        return clone.Source with
        {
            Name = clone.Name,
            Host = clone.HostName ?? clone.Source.Host,
            Port = clone.Port,
            DataDirectory = target.Directory,
        };
    }
}
