namespace PgHa.Engine.Machines;

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

    /// <summary>
    /// The final target of a symbolic link, which need not exist; <see langword="null"/> if the path is no link.
    /// </summary>
    public static async Task<string?> FinalTargetAsync(IHost host, string path, CancellationToken cancellationToken)
    {
        if (await TargetAsync(host, path, cancellationToken).ConfigureAwait(false) is not { } target || host.IsWindows)
            return null;
        CommandResult result = await host.RunAsync(new HostCommand("readlink", "-f", path), cancellationToken).ConfigureAwait(false);
        return result.Succeeded ? result.Output.TrimEnd('\n') : target;
    }

    /// <summary>The targets of the symbolic links in a directory, by the names of the links.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> TargetsInAsync(
        IHost host, string directory, CancellationToken cancellationToken)
    {
        Dictionary<string, string> targets = [];
        foreach (string name in await host.ListAsync(directory, cancellationToken).ConfigureAwait(false) ?? [])
        {
            if (await TargetAsync(host, Path.Combine(directory, name), cancellationToken).ConfigureAwait(false) is { } target)
                targets.Add(name, target);
        }

        return targets;
    }
}
