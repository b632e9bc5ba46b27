using PgHa.Engine.Machines.Local;

namespace PgHa.Engine.Machines;

/// <summary>Where a path leads to through symbolic links.</summary>
internal static class RealPath
{
    /// <summary>The path without links, dots and a separator at its end; as it is, if the host cannot tell.</summary>
    public static async Task<string> OfAsync(IHost host, string path, CancellationToken cancellationToken)
    {
        if (host.Machine.IsThisMachine)
            return LinkTargets.Resolve(path);
        CommandResult result = await host.RunAsync(
            new HostCommand("readlink", "-f", "--", HostPath.Normal(path)), cancellationToken).ConfigureAwait(false);
        return result.Succeeded && result.Output.TrimEnd('\n') is { Length: > 0 } real ? real : HostPath.Normal(path);
    }
}
