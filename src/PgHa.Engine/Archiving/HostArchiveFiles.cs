using PgHa.Engine.Machines;

namespace PgHa.Engine.Archiving;

/// <summary>An archive in a directory of a host's own machine.</summary>
internal sealed class HostArchiveFiles : IArchiveFiles
{
    private readonly IHost _host;

    public HostArchiveFiles(IHost host, string directory)
    {
        _host = host;
        Directory = directory;
    }

    /// <inheritdoc/>
    public string Location => Directory;

    /// <inheritdoc/>
    public string Directory { get; }

    /// <inheritdoc/>
    public string UserName => _host.UserName;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ArchiveEntry>?> ListAsync(bool withContent, CancellationToken cancellationToken)
    {
        if (await _host.ListEntriesAsync(Directory, cancellationToken).ConfigureAwait(false) is not { } entries)
            return null;
        List<ArchiveEntry> read = [];
        foreach (DirectoryEntry entry in entries)
        {
            FileStatus status = entry.Status;
            int? length = withContent && !status.IsDirectory ? ArchiveEntry.ContentLength(entry.Name, status.Length) : null;
            byte[]? content = length is { } bytes
                ? await ReadAsync(entry.Name, bytes == int.MaxValue ? null : bytes, cancellationToken).ConfigureAwait(false)
                : null;
            read.Add(new ArchiveEntry(entry.Name, status.IsDirectory, status.Length, status.ModifiedAt, content));
        }

        return read;
    }

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(string name, int? maxBytes, CancellationToken cancellationToken) => maxBytes is { } bytes
        ? _host.ReadFileHeadAsync(HostPath.Combine(Directory, name), bytes, cancellationToken)
        : _host.ReadFileAsync(HostPath.Combine(Directory, name), cancellationToken);

    /// <inheritdoc/>
    public async Task<ArchiveRoom> LookAsync(CancellationToken cancellationToken)
    {
        if (await _host.StatAsync(Directory, cancellationToken).ConfigureAwait(false) is { } status)
        {
            return !status.IsDirectory ? ArchiveRoom.NotADirectory
                : await _host.CanWriteAsync(Directory, cancellationToken).ConfigureAwait(false) ? ArchiveRoom.Writable
                : ArchiveRoom.NotWritable;
        }

        return await _host.StatAsync(HostPath.Parent(Directory)!, cancellationToken).ConfigureAwait(false) is { IsDirectory: true }
            ? ArchiveRoom.Absent
            : ArchiveRoom.ParentAbsent;
    }

    /// <inheritdoc/>
    public Task CreateAsync(CancellationToken cancellationToken) => _host.CreateDirectoryAsync(Directory, cancellationToken);

    /// <inheritdoc/>
    public async Task DeleteAsync(IReadOnlyList<string> names, Action<int> removed, CancellationToken cancellationToken)
    {
        for (int i = 0; i < names.Count; i++)
        {
            await _host.DeleteFileAsync(HostPath.Combine(Directory, names[i]), cancellationToken).ConfigureAwait(false);
            removed(i + 1);
        }

        if (names.Count > 0 && !_host.IsWindows)
            await _host.RunAsync(new HostCommand("sync", Directory), cancellationToken).ConfigureAwait(false);
    }
}
