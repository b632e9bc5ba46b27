using PgHa.Engine.Procedures;

namespace PgHa.Engine.Cluster;

/// <summary>The plan for building a cluster. Making the plan changes nothing.</summary>
public sealed class ClusterBuildPlan
{
    private readonly IReadOnlyList<ClusterNode> _nodes;

    internal ClusterBuildPlan(Procedure procedure, IReadOnlyList<ClusterNode> nodes)
    {
        Procedure = procedure;
        _nodes = nodes;
    }

    /// <summary>The steps.</summary>
    public Procedure Procedure { get; }

    /// <summary>The nodes as servers that PgHa can connect to, in the order of the definition.</summary>
    public IReadOnlyList<PgInstance> Instances => [.. _nodes.Select(node => node.Instance)];

    /// <summary>The steps as a tree.</summary>
    public override string ToString() => Procedure.ToString();
}
