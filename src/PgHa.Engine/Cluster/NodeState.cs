namespace PgHa.Engine.Cluster;

/// <summary>How much of a node exists before a cluster is built.</summary>
internal enum NodeState
{
    /// <summary>Nothing, or an empty directory.</summary>
    Absent,

    /// <summary>A data directory in which no server runs.</summary>
    Stopped,

    /// <summary>A running server.</summary>
    Running,
}
