namespace PgHa.Engine.Hosts;

/// <summary>Where symbolic links lead.</summary>
internal static class SymbolicLink
{
    /// <summary>What a link points to; <see langword="null"/> if the path is none.</summary>
    public static async Task<string?> TargetAsync(IHost host, string path, CancellationToken cancellationToken)
    {
        if (host.IsWindows)
            return Directory.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName;
        CommandResult result = await host.RunAsync(new HostCommand("readlink", path), cancellationToken).ConfigureAwait(false);
        return result.Succeeded ? result.Output.TrimEnd('\n') : null;
    }
}
