namespace PgHa.Engine.Hosts;

/// <summary>Which host, and which operating system user, a data directory is handled by.</summary>
public static class HostSelector
{
    /// <summary>The user that servers run as where PgHa runs as root and nothing else was said.</summary>
    public const string DefaultServerUser = "postgres";

    /// <summary>The host of an instance: as the owner of its data directory.</summary>
    public static Task<IHost> ForInstanceAsync(PgInstance instance, EngineContext context, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>
    /// The host for a directory: this process's own user, or, for root, the owner of the directory through
    /// <c>runuser</c>; for a directory that does not exist yet, <paramref name="serverUser"/>.
    /// </summary>
    public static Task<IHost> ForDirectoryAsync(string directory, string? serverUser, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
