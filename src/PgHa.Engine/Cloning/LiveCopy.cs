using System.Globalization;
using System.Text;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Cloning;

/// <summary>
/// Makes a copy of a running server on its own machine from its files, several at a time, as <c>pg_basebackup</c> would make it through
/// one connection. Replay of the WAL from the start to the end of the backup makes the files consistent.
/// </summary>
internal sealed class LiveCopy
{
    private const int ControlAttempts = 20;

    private readonly EngineContext _context;
    private readonly BaseBackupPlan _plan;
    private readonly FileCopier _copier;
    private readonly string _activity;
    private readonly string _from;
    private readonly string _to;
    private UnixFileMode _mode;
    private long _done;
    private long _total;

    public LiveCopy(EngineContext context, BaseBackupPlan plan, string activity)
    {
        (_context, _plan, _activity) = (context, plan, activity);
        (_from, _to) = (plan.Source.DataDirectory, plan.Target.Incomplete);
        _copier = new FileCopier(plan.Host, plan.Options.Source, plan.Target.Directory, isDurable: !plan.Options.NoSync);
    }

    /// <summary>Makes the copy.</summary>
    /// <returns>
    /// Whether there is one. <see langword="false"/>: the directory turned out not to be the server's, or the server has no slot left;
    /// nothing was copied.
    /// </returns>
    /// <exception cref="PgHaException"><c>DiskFull</c>, <c>ConnectionLost</c>, <c>BaseBackupFailed</c>.</exception>
    public async Task<bool> TryRunAsync(CancellationToken cancellationToken)
    {
        BaseBackupOptions options = _plan.Options;
        LiveBackup? backup = await LiveBackup.TryOpenAsync(
            _context, options.Source, _plan.Host, _from, cancellationToken).ConfigureAwait(false);
        if (backup is null)
            return false;
        await using (backup.ConfigureAwait(false))
        {
            try
            {
                _context.Log.Progress(new EngineProgress(_activity, $"waiting for a checkpoint of {options.Source}"));
                await backup.StartAsync(options.Label ?? options.Name, options.Checkpoint, cancellationToken).ConfigureAwait(false);
                IReadOnlyList<(string Oid, string Location)> tablespaces =
                    await backup.TablespacesAsync(cancellationToken).ConfigureAwait(false);
                await backup.WhileItLastsAsync(
                    token => CopyFilesAsync(tablespaces, token), cancellationToken).ConfigureAwait(false);
                (Lsn end, string label) = await backup.StopAsync(cancellationToken).ConfigureAwait(false);
                await CopyWalAsync(BackupLabel.Parse(label), end, cancellationToken).ConfigureAwait(false);
                await _plan.Host.WriteFileAsync(
                    HostPath.Combine(_to, "backup_label"), Encoding.UTF8.GetBytes(label), mode: null,
                    cancellationToken).ConfigureAwait(false);
                await _copier.FlushDirectoriesAsync(_to, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _context.Log.Progress(new EngineProgress(_activity, "done", IsCompleted: true));
            }
        }

        return true;
    }

    private async Task CopyFilesAsync(IReadOnlyList<(string Oid, string Location)> tablespaces, CancellationToken cancellationToken)
    {
        IHost host = _plan.Host;
        // The group may read the files of some servers (initdb --allow-group-access).
        _mode = (await host.StatAsync(_from, cancellationToken).ConfigureAwait(false))?.Mode ?? default;
        ControlData control = await ControlFile.ReadAsync(host, _from, cancellationToken).ConfigureAwait(false);
        string version = string.Create(CultureInfo.InvariantCulture, $"PG_{_plan.Source.Dialect.Version.Major}_{control.CatalogVersion}");
        List<(string From, string To, IReadOnlyList<CopiedFile> Files)> trees =
        [
            await TreeAsync(
                _from, _to,
                [.. _plan.Source.WithoutContent, .. tablespaces.Select(space => HostPath.Below(_from, space.Location)).OfType<string>()],
                cancellationToken).ConfigureAwait(false),
        ];
        foreach ((string oid, string location) in tablespaces)
        {
            string target = _plan.Options.TablespaceMapping.GetValueOrDefault(location, location);
            string to = HostPath.Combine(target, version);
            await host.CreateDirectoryAsync(target, cancellationToken).ConfigureAwait(false);
            await host.CreateDirectoryAsync(to, cancellationToken).ConfigureAwait(false);
            trees.Add(await TreeAsync(HostPath.Combine(location, version), to, [], cancellationToken).ConfigureAwait(false));
        }

        _context.Log.Step($"Copying the files of {_plan.Options.Source} from '{_from}'");
        _total = trees.Sum(tree => tree.Files.Sum(file => file.Length));
        if (_plan.Options.WalDirectory is { } wal)
        {
            await host.CreateDirectoryAsync(wal, cancellationToken).ConfigureAwait(false);
            await _copier.LinkAsync(HostPath.Combine(_to, _plan.Source.Dialect.WalDirectory), wal, cancellationToken).ConfigureAwait(false);
        }

        foreach ((string from, string to, IReadOnlyList<CopiedFile> files) in trees)
            await _copier.CopyAsync(files, from, to, _mode, Tell, cancellationToken).ConfigureAwait(false);
        foreach ((string oid, string location) in tablespaces)
        {
            string target = _plan.Options.TablespaceMapping.GetValueOrDefault(location, location);
            await _copier.LinkAsync(HostPath.Combine(_to, "pg_tblspc", oid), target, cancellationToken).ConfigureAwait(false);
            await _copier.FlushDirectoriesAsync(target, cancellationToken).ConfigureAwait(false);
        }

        await CopyControlFileAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<(string, string, IReadOnlyList<CopiedFile>)> TreeAsync(
        string from, string to, IReadOnlyCollection<string> emptied, CancellationToken cancellationToken) =>
        (from, to, CopiedFiles.Of(await _copier.ListAsync(from, cancellationToken).ConfigureAwait(false), emptied));

    // The server writes the file in place, so a copy may be half old and half new.
    private async Task CopyControlFileAsync(CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            await _copier.CopyAsync([CopiedFiles.ControlFile], _from, _to, cancellationToken).ConfigureAwait(false);
            try
            {
                await ControlFile.ReadAsync(_plan.Host, _to, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (PgHaException e) when (e.ErrorId == ErrorIds.ControlFileDamaged && attempt < ControlAttempts)
            {
                _context.Log.Detail($"Copying the control file again: {e.Message}");
            }
        }
    }

    private async Task CopyWalAsync(BackupLabel label, Lsn end, CancellationToken cancellationToken)
    {
        string directory = _plan.Source.Dialect.WalDirectory;
        (string from, string to) = (HostPath.Combine(_from, directory), HostPath.Combine(_to, directory));
        WalSegmentSize size = (await ControlFile.ReadAsync(_plan.Host, _to, cancellationToken).ConfigureAwait(false)).WalSegmentSize;
        await _plan.Host.CreateDirectoryAsync(to, cancellationToken).ConfigureAwait(false);
        CopiedWal wal = CopiedWal.Of(
            await _plan.Host.ListAsync(from, cancellationToken).ConfigureAwait(false) ?? [], label, end, size);
        await _copier.CopyAsync(
            [new("archive_status", Length: 0, IsDirectory: true), .. wal.Files.Select(name => new CopiedFile(name, size.Bytes))],
            from, to, _mode, _ => { }, cancellationToken).ConfigureAwait(false);
        wal = CopiedWal.Of(await _plan.Host.ListAsync(to, cancellationToken).ConfigureAwait(false) ?? [], label, end, size);
        if (wal.Missing.Count > 0)
            throw _copier.Failure(1, $"the server has removed WAL that the clone needs: {wal.MissingText}");
        await _copier.MakeFilesAsync(
            [.. wal.Complete.Select(name => $"archive_status/{name}.done")], to, cancellationToken).ConfigureAwait(false);
        await _copier.FlushDirectoriesAsync(_plan.Options.WalDirectory ?? to, cancellationToken).ConfigureAwait(false);
    }

    private void Tell(long bytes)
    {
        long done = Interlocked.Add(ref _done, bytes);
        BaseBackupProgress progress = new(done >> 10, _total >> 10, Tablespace: 0, Tablespaces: 1);
        _context.Log.Progress(new EngineProgress(_activity, progress.ToString(), progress.Percent));
    }
}
