using System.Globalization;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Instances;

/// <summary>The directories of a server that are not in its data directory: tablespaces, and WAL on a disk of its own.</summary>
internal sealed class ExternalDirectories
{
    private readonly EngineContext _context;
    private readonly IHost _host;
    private readonly string _directory;

    public ExternalDirectories(EngineContext context, IHost host, string directory)
    {
        _context = context;
        _host = host;
        _directory = directory;
    }

    /// <summary>The directories that only this server uses.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(PgInstance instance, CancellationToken cancellationToken)
    {
        List<string> found = [];
        ControlData control = await ControlFile
            .ReadAsync(_host, instance with { DataDirectory = _directory }, cancellationToken).ConfigureAwait(false);
        ServerVersion version = await DataDirectoryVersion.ReadAsync(_host, _directory, cancellationToken).ConfigureAwait(false);
        // A tablespace's directory may be shared by servers of several versions; each has a subdirectory of its own.
        string own = string.Create(CultureInfo.InvariantCulture, $"PG_{version.Major}_{control.CatalogVersion}");
        string links = HostPath.Combine(_directory, "pg_tblspc");
        foreach (string name in await _host.ListAsync(links, cancellationToken).ConfigureAwait(false) ?? [])
        {
            if (await SymbolicLink.TargetAsync(
                _host, HostPath.Combine(links, name), cancellationToken).ConfigureAwait(false) is not { } location
                || await _host.StatAsync(HostPath.Combine(location, own), cancellationToken).ConfigureAwait(false) is null)
                continue;
            if (!await IsUsedByOtherAsync(instance, HostPath.Combine("pg_tblspc", name), location, cancellationToken).ConfigureAwait(false))
                found.Add(HostPath.Combine(location, own));
        }

        string wal = ServerDialect.For(version).WalDirectory;
        if (await SymbolicLink.TargetAsync(
            _host, HostPath.Combine(_directory, wal), cancellationToken).ConfigureAwait(false) is { } walDirectory
            && await _host.StatAsync(HostPath.Combine(walDirectory, "archive_status"), cancellationToken).ConfigureAwait(false) is not null
            && !await IsUsedByOtherAsync(instance, wal, walDirectory, cancellationToken).ConfigureAwait(false))
        {
            found.Add(walDirectory);
        }

        return found;
    }

    // A copied directory has links to the tablespaces, and the WAL, of the server it was copied from. Each directory with such a link
    // counts, also a base backup, or what a repair has put aside: what it leads to is somebody's data.
    private async Task<bool> IsUsedByOtherAsync(PgInstance instance, string link, string target, CancellationToken cancellationToken)
    {
        string parent = HostPath.Parent(_directory)!;
        IHost own = await _context.MachineOf(instance).OperatorAsync(cancellationToken).ConfigureAwait(false);
        IEnumerable<string> others =
        [
            .. await new InstanceFinder(_context, instance.Machine).CandidatesAsync(folder: null, cancellationToken).ConfigureAwait(false),
            .. (await own.ListAsync(parent, cancellationToken).ConfigureAwait(false) ?? [])
                .Select(name => HostPath.Combine(parent, name)),
        ];
        foreach (string other in others.Distinct())
        {
            if (await DataDirectoryPath.AreSameAsync(own, other, _directory, cancellationToken).ConfigureAwait(false))
                continue;
            if (await SymbolicLink.TargetAsync(_host, HostPath.Combine(other, link), cancellationToken).ConfigureAwait(false) != target)
                continue;
            _context.Log.Warn($"{instance}: '{target}' is left alone, because '{other}' uses it too.");
            return true;
        }

        return false;
    }
}
