using System.Runtime.Versioning;
using PgHa.Engine.Machines.Local;
using PgHa.Engine.Machines.Shell;

namespace PgHa.Engine.Machines.Ssh;

/// <summary>Root's rights on a machine that ssh reaches.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class SshRootRights : IRootRights
{
    private readonly SshPlace _root;
    private readonly string _user;

    public SshRootRights(SshPlace root, string user)
    {
        _root = root;
        _user = user;
    }

    /// <inheritdoc/>
    public async Task CreateDirectoryAsync(string directory, CancellationToken cancellationToken)
    {
        ProgramRunner.Outcome outcome = await _root.AskAsync(
            "Creating", new ShellRequest(SshScripts.CreateDirectoryFor, [directory, _user]), cancellationToken).ConfigureAwait(false);
        if (outcome.ExitCode != 0)
            throw HostErrors.FileFailed("Creating", directory, _root.Description, outcome.Error.Split('\n')[0]);
    }

    /// <inheritdoc/>
    public Task MoveDirectoryAsync(string from, string to, CancellationToken cancellationToken) =>
        new ShellHost(_root).MoveDirectoryAsync(from, to, cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> RemoveDirectoryAsync(string directory, CancellationToken cancellationToken) =>
        (await _root.AskAsync(
            "Deleting", new ShellRequest(SshScripts.RemoveDirectory, [directory]), cancellationToken).ConfigureAwait(false)).ExitCode == 0;
}
