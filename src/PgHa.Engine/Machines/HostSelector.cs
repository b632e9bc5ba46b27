using System.Runtime.Versioning;
using PgHa.Engine.Machines.Local;
using PgHa.Engine.Machines.Shell;

namespace PgHa.Engine.Machines;

/// <summary>Chooses the host and the operating system user for the work on a data directory.</summary>
public static class HostSelector
{
    /// <summary>The default user of servers where PgHa runs as root.</summary>
    public const string DefaultServerUser = "postgres";

    private const uint RootId = 0;

    /// <summary>
    /// The host for a directory: this process's own user, or, for root, the owner of the directory; for a directory
    /// that does not exist yet, <paramref name="serverUser"/>.
    /// </summary>
    /// <param name="directory">A data directory, or where one will be.</param>
    /// <param name="serverUser">
    /// The user that the server will run as; <see cref="DefaultServerUser"/> by default. Only root can name another user than itself.
    /// </param>
    /// <param name="cancellationToken">Cancels the look at the directory.</param>
    /// <param name="log">Where the host tells the command lines it runs.</param>
    /// <exception cref="PgHaException">
    /// <c>NotDirectoryOwner</c>, <c>ServerUserNotFound</c>, <c>ServerUserNeedsRoot</c>, <c>RootCannotRunServer</c>, or
    /// <c>HostAccessRequired</c> in Azure Automation's sandbox.
    /// </exception>
    public static async Task<IHost> ForDirectoryAsync(
        string directory, string? serverUser, CancellationToken cancellationToken, IEngineLog? log = null)
    {
        AutomationJob.RequireHost(directory);
        var local = new LocalHost(log);
        if (OperatingSystem.IsWindows())
            return local;
        FileStatus? status = await local.StatAsync(directory, cancellationToken).ConfigureAwait(false);
        if (!Environment.IsPrivilegedProcess)
            return await AsSelfAsync(local, directory, status?.Owner, serverUser, cancellationToken).ConfigureAwait(false);
        if (OperatingSystem.IsMacOS())
            throw RootCannotRunServer("on macOS PgHa cannot work as another user", "Run PowerShell as the server's user.");
        if (status is not null && FileOwner.IdOf(directory) is { } owner && owner != RootId)
            return ShellHost.As(Owner(owner, directory), log);
        if (await IsDataDirectoryAsync(local, directory, cancellationToken).ConfigureAwait(false))
        {
            throw RootCannotRunServer(
                $"'{directory}' belongs to root",
                $"Give it to the server's user, as in: chown -R {DefaultServerUser} {ShellQuoting.Quote(directory)}");
        }

        return ShellHost.As(ServerUser(serverUser ?? DefaultServerUser), log);
    }

    private static async Task<IHost> AsSelfAsync(
        LocalHost local, string directory, string? owner, string? serverUser, CancellationToken cancellationToken)
    {
        // This user may make a data directory in another user's directory, such as /tmp, if the directory is writable.
        if (owner is not null && owner != local.UserName
            && (!await local.CanWriteAsync(directory, cancellationToken).ConfigureAwait(false)
                || await IsDataDirectoryAsync(local, directory, cancellationToken).ConfigureAwait(false)))
            throw new PgHaException(
                ErrorIds.NotDirectoryOwner,
                PgHaErrorKind.PermissionDenied,
                $"'{directory}' belongs to {owner}, and PgHa runs as {local.UserName}.",
                $"Run PowerShell as {owner} or as root.");
        if (serverUser is not null && serverUser != local.UserName)
            throw new PgHaException(
                ErrorIds.ServerUserNeedsRoot,
                PgHaErrorKind.PermissionDenied,
                $"A server that runs as {serverUser} cannot be handled by {local.UserName}.",
                $"Run PowerShell as {serverUser} or as root.");
        return local;
    }

    private static async Task<bool> IsDataDirectoryAsync(LocalHost local, string directory, CancellationToken cancellationToken) =>
        await local.StatAsync(Path.Combine(directory, "PG_VERSION"), cancellationToken).ConfigureAwait(false) is not null;

    [UnsupportedOSPlatform("windows")]
    private static UnixUser Owner(uint id, string directory) => UnixUser.Find(id) ?? throw new PgHaException(
        ErrorIds.ServerUserNotFound,
        PgHaErrorKind.NotFound,
        $"'{directory}' belongs to the user id {id}, which has no name on this machine.",
        "Give the directory to the server's user.");

    [UnsupportedOSPlatform("windows")]
    private static UnixUser ServerUser(string name)
    {
        UnixUser user = UnixUser.Find(name) ?? throw new PgHaException(
            ErrorIds.ServerUserNotFound,
            PgHaErrorKind.NotFound,
            $"There is no operating system user '{name}' to run the server as.",
            $"Create it (useradd --system --create-home {name}), install PostgreSQL's packages, which do, or name another user.");
        return user.Id != RootId ? user : throw RootCannotRunServer("the server's user is root", "Name another user.");
    }

    private static PgHaException RootCannotRunServer(string because, string advice) => new(
        ErrorIds.RootCannotRunServer, PgHaErrorKind.Refused, $"PostgreSQL refuses to run as root, and {because}.", advice);
}
