namespace PgHa.Engine.Cluster;

/// <summary>How much a cluster may be disturbed to make it match its definition.</summary>
public sealed record ClusterSyncOptions
{
    /// <summary>Restarts the primary if a setting needs it. Nobody can write in the meantime.</summary>
    public bool AllowPrimaryRestart { get; init; }

    /// <summary>Removes slots that are not in use and that no node of the definition is configured to use.</summary>
    public bool RemoveOrphanedSlots { get; init; }

    /// <summary>The passwords by role: for roles that have to be made, and for standbys that need one to stream.</summary>
    internal IReadOnlyDictionary<string, string> Passwords { get; init; } = new Dictionary<string, string>();

    /// <summary>The operating system user that new servers run as, where PgHa runs as root.</summary>
    public string? ServerUser { get; init; }
}
