using PgHa.Engine.Access;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Recovery;

/// <summary>Finds the password that a standby streams with, in the places where the standby's libpq looks for it.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/libpq-pgpass.html">The Password File</see>.</remarks>
internal static class StandbyPassword
{
    private const UnixFileMode OfOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>The password; <see langword="null"/> where the standby has none.</summary>
    /// <param name="context">Its log gets a warning about a file that the standby cannot use.</param>
    /// <param name="host">The standby's machine, as the server's user.</param>
    /// <param name="standby">The standby.</param>
    /// <param name="conninfo">Its <c>primary_conninfo</c>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<string?> FindAsync(
        EngineContext context, IHost host, PgInstance standby, ConnectionSettings conninfo, CancellationToken cancellationToken)
    {
        string role = conninfo.UserName ?? PgInstance.DefaultUserName;
        if (conninfo.PassFile is { } named && HostPath.Name(named) != StandbyPassFile.Name)
            return await InAsync(context, host, standby, named, isNamed: true, conninfo, role, cancellationToken).ConfigureAwait(false);
        if (await StandbyPassFile.ReadAsync(host, standby.DataDirectory!, role, cancellationToken).ConfigureAwait(false) is { } own)
            return own;
        // If no file is named, libpq reads the password file of the operating system user.
        return conninfo.PassFile is null && await HomeDirectory.OfAsync(host, cancellationToken).ConfigureAwait(false) is { } home
            ? await InAsync(
                context, host, standby, HostPath.Combine(home, ".pgpass"), isNamed: false, conninfo, role,
                cancellationToken).ConfigureAwait(false)
            : null;
    }

    private static async Task<string?> InAsync(
        EngineContext context, IHost host, PgInstance standby, string path, bool isNamed,
        ConnectionSettings conninfo, string role, CancellationToken cancellationToken)
    {
        (byte[]? content, string why) = await ReadAsync(host, path, cancellationToken).ConfigureAwait(false);
        if (content is null)
        {
            // pg_basebackup -R names the file of the user who ran it, root's for instance, and the server ignores that file
            // silently.
            if (isNamed)
            {
                context.Log.Warn(
                    $"primary_conninfo of {standby} names the password file '{path}', which user '{host.UserName}' {why}: "
                    + "the server streams without it, and PgHa takes no password from it. "
                    + "If one is needed, give it with -ReplicationCredential.");
            }

            return null;
        }

        PassFile file = PassFile.Parse(content);
        return conninfo.Hosts.Select(address => file.Find(address.Host, address.Port, PassFileKey.Replication, role))
            .FirstOrDefault(entry => entry is not null)?.RevealPassword();
    }

    private static async Task<(byte[]? Content, string Why)> ReadAsync(IHost host, string path, CancellationToken cancellationToken)
    {
        try
        {
            if (await host.StatAsync(path, cancellationToken).ConfigureAwait(false) is not { } status)
                return (null, "does not find");
            if (status.IsDirectory || (!host.IsWindows && (status.Mode & OfOthers) != 0))
                return (null, "may not use, because libpq takes plain files alone that nobody else may read (mode 0600)");
            return (await host.ReadFileAsync(path, cancellationToken).ConfigureAwait(false), "does not find");
        }
        catch (PgHaException e) when (e.ErrorId is ErrorIds.FileAccessDenied or ErrorIds.FileOperationFailed)
        {
            return (null, "cannot read");
        }
    }
}
