namespace PgHa.Engine.Cluster;

/// <summary>
/// A node of a cluster that is built or synchronized: its definition, the state in which it was found, and its server.
/// </summary>
internal sealed class ClusterNode
{
    private volatile PgInstance _instance;

    public ClusterNode(NodeDefinition definition, PgInstance instance, NodeState state)
    {
        Definition = definition;
        _instance = instance;
        State = state;
    }

    /// <summary>The definition of the node.</summary>
    public NodeDefinition Definition { get; }

    /// <summary>The state in which it was found.</summary>
    public NodeState State { get; }

    /// <summary>
    /// Whether the node is a standby that an interrupted build left: a copy of the primary's first files that has never been
    /// started.
    /// </summary>
    public bool HasNeverRun { get; init; }

    /// <summary>The server. Each step that makes or starts the server updates it.</summary>
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
