using PgHa.Engine.Procedures;

namespace PgHa.Engine.Cluster;

/// <summary>What makes a cluster as its definition says, found by reading only.</summary>
/// <param name="Procedure">The steps.</param>
/// <param name="Left">The drifts that no step heals: a person has to decide, or allow it.</param>
public sealed record ClusterSyncPlan(Procedure Procedure, IReadOnlyList<ClusterDrift> Left)
{
    /// <summary>The steps as a tree.</summary>
    public override string ToString() => Procedure.ToString();
}
