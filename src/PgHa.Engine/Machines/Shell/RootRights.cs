using System.Runtime.Versioning;
using PgHa.Engine.Machines.Local;

namespace PgHa.Engine.Machines.Shell;

/// <summary>Root's rights on this machine.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class RootRights : IRootRights
{
    private const uint DataDirectoryMode = 0b111_000_000;

    private readonly UnixUser _user;

    public RootRights(UnixUser user) => _user = user;

    /// <inheritdoc/>
    public Task CreateDirectoryAsync(string directory, CancellationToken cancellationToken)
    {
        if (Directory.Exists(directory))
            return Task.CompletedTask;
        LocalDirectory.CreateParents(directory);
        if (Libc.MakeDirectory(directory, DataDirectoryMode) != 0 || Libc.ChangeOwner(directory, _user.Id, _user.GroupId) != 0)
            throw new IOException(Libc.LastError);
        DurableFile.SynchronizeDirectory(Path.GetDirectoryName(directory)!);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task MoveDirectoryAsync(string from, string to, CancellationToken cancellationToken)
    {
        LocalDirectory.Move(from, to);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<bool> RemoveDirectoryAsync(string directory, CancellationToken cancellationToken) =>
        Task.FromResult(Libc.RemoveDirectory(directory) == 0);
}
