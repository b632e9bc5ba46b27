namespace PgHa.Engine.Cluster;

/// <summary>How much of a node is there before a cluster is built.</summary>
internal enum NodeState
{
    /// <summary>Nothing, or an empty directory.</summary>
    Absent,

    /// <summary>Its data directory, which no server runs in.</summary>
    Stopped,

    /// <summary>A running server.</summary>
    Running,
}
