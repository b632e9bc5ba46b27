using PgHa.Engine.Machines.Local;

namespace PgHa.Engine.Machines;

/// <summary>The home directory of a host's user.</summary>
internal static class HomeDirectory
{
    /// <summary>Its path; <see langword="null"/> on Windows, or if the user has none.</summary>
    public static async Task<string?> OfAsync(IHost host, CancellationToken cancellationToken)
    {
        if (host.IsWindows)
            return null;
        if (host.Machine.IsThisMachine)
            return OperatingSystem.IsWindows() ? null : UnixUser.Find(host.UserName)?.HomeDirectory;
        CommandResult user = await host.RunAsync(
            new HostCommand("getent", "passwd", host.UserName), cancellationToken).ConfigureAwait(false);
        // See passwd(5): name, password, id, group, comment, home directory, shell.
        return user.Succeeded && user.Output.Split(':') is [_, _, _, _, _, { Length: > 0 } home, ..] ? home : null;
    }
}
