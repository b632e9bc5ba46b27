using PgHa.Engine.Procedures;

namespace PgHa.Engine.Cluster;

/// <summary>The plan that makes a cluster match its definition. Making the plan changes nothing.</summary>
/// <param name="Procedure">The steps.</param>
/// <param name="Left">The drifts that no step heals, because a person has to decide or to allow the step.</param>
public sealed record ClusterSyncPlan(Procedure Procedure, IReadOnlyList<ClusterDrift> Left)
{
    /// <summary>The steps as a tree.</summary>
    public override string ToString() => Procedure.ToString();
}
