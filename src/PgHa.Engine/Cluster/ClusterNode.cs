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

    /// <summary>Whether it is a standby as a build left it that was stopped: made of the primary's first files, and never started.</summary>
    public bool HasNeverRun { get; init; }

    /// <summary>How it is reached; known better after each step that makes or starts it.</summary>
    public PgInstance Instance
    {
        get => _instance;
        set => _instance = value;
    }

    /// <summary>The standbys, each after its upstream.</summary>
    public static IEnumerable<ClusterNode> StandbysFromTheTop(IReadOnlyList<ClusterNode> nodes)
    {
        List<ClusterNode> rest = [.. nodes.Where(node => node.Definition.Kind != NodeKind.Primary)];
        HashSet<string> done = [.. nodes.Except(rest).Select(node => node.Definition.Name)];
        while (rest.FirstOrDefault(node => node.Definition.Upstream is null || done.Contains(node.Definition.Upstream)) is { } next)
        {
            rest.Remove(next);
            done.Add(next.Definition.Name);
            yield return next;
        }
    }

    /// <summary>Its name.</summary>
    public override string ToString() => Definition.Name;
}
