namespace PgHa.Engine.Cluster;

/// <summary>How a cluster is built.</summary>
public sealed record ClusterBuildOptions
{
    /// <summary>The passwords by role: the replication role's, and those of further roles.</summary>
    internal IReadOnlyDictionary<string, string> Passwords { get; init; } = new Dictionary<string, string>();

    /// <summary>The operating system user that servers run as, where PgHa runs as root.</summary>
    public string? ServerUser { get; init; }

    /// <summary>
    /// Does not wait until the data is on disk. For test clusters only: after a crash of the machine the data is lost.
    /// </summary>
    public bool NoSync { get; init; }
}
