namespace PgHa.Engine.Cluster;

/// <summary>How far a cluster may be disturbed to make it as its definition says.</summary>
public sealed record ClusterSyncOptions
{
    /// <summary>Restart the primary where a setting takes that: nobody can write meanwhile.</summary>
    public bool AllowPrimaryRestart { get; init; }

    /// <summary>Remove slots that nobody uses and that no node of the definition is set up to use.</summary>
    public bool RemoveOrphanedSlots { get; init; }

    /// <summary>The passwords by role, where one has to be made or a standby has to be given it.</summary>
    internal IReadOnlyDictionary<string, string> Passwords { get; init; } = new Dictionary<string, string>();

    /// <summary>The operating system user that new servers run as, where PgHa runs as root.</summary>
    public string? ServerUser { get; init; }
}
