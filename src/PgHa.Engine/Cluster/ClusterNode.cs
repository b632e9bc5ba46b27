namespace PgHa.Engine.Cluster;

/// <summary>A node while its cluster is worked on: what it should be, what was found of it, and how it is reached.</summary>
internal sealed class ClusterNode
{
    private volatile PgInstance _instance;

    public ClusterNode(NodeDefinition definition, PgInstance instance, NodeState state)
    {
        Definition = definition;
        _instance = instance;
        State = state;
    }

    /// <summary>What it should be.</summary>
    public NodeDefinition Definition { get; }

    /// <summary>What was found of it.</summary>
    public NodeState State { get; }

    /// <summary>How it is reached; known better after each step that makes or starts it.</summary>
    public PgInstance Instance
    {
        get => _instance;
        set => _instance = value;
    }

    /// <summary>Its name.</summary>
    public override string ToString() => Definition.Name;
}
