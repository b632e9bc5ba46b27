namespace PgHa;

/// <summary>A cluster as it should be: its nodes, where each gets its WAL from, and what they have in common.</summary>
/// <remarks>
/// It is immutable and holds no password. A hashtable, a <c>.psd1</c> or a JSON file converts to it; paths in it are absolute then.
/// Its parts use PostgreSQL's own terms: see
/// <see href="https://www.postgresql.org/docs/current/high-availability.html">High Availability, Load Balancing, and Replication</see>.
/// </remarks>
public sealed record ClusterDefinition
{
    /// <summary>The name of the role that standbys stream as, where the definition names none.</summary>
    public const string DefaultReplicationRole = "replicator";

    /// <summary>The cluster's name, for people.</summary>
    public required string Name { get; init; }

    /// <summary>The major version of new servers; <see langword="null"/> for the newest that is installed.</summary>
    public ServerVersion? Version { get; init; }

    /// <summary>The directory of PostgreSQL's programs; <see langword="null"/> to look for them.</summary>
    public string? BinDirectory { get; init; }

    /// <summary>The role that the standbys stream as.</summary>
    public string ReplicationRole { get; init; } = DefaultReplicationRole;

    /// <summary>Further roles of the primary; the standbys have them through replication.</summary>
    public IReadOnlyList<RoleDefinition> Roles { get; init => field = IndexableList.Of(value); } = [];

    /// <summary><c>synchronous_standby_names</c> of the primary; <see langword="null"/> if commits wait for no standby.</summary>
    public SynchronousStandbyNames? SynchronousStandbyNames { get; init; }

    /// <summary><c>synchronous_commit</c> of the primary; <see langword="null"/> to leave it alone.</summary>
    public CommitLevel? SynchronousCommit { get; init; }

    /// <summary>The settings of every node, as in <c>postgresql.conf</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The rules that <c>pg_hba.conf</c> of every node has, besides those for the standbys.</summary>
    public IReadOnlyList<HbaRule> Hba { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>The nodes; one of them is the primary.</summary>
    public required IReadOnlyList<NodeDefinition> Nodes { get; init => field = IndexableList.Of(value); }

    /// <summary>The node that gets its WAL from no other.</summary>
    public NodeDefinition Primary => Nodes.Single(node => node.Kind == NodeKind.Primary);

    /// <summary>The node of a name; <see langword="null"/> if there is none.</summary>
    public NodeDefinition? Find(string? name) => Nodes.FirstOrDefault(node => node.Name == name);

    /// <summary>The standbys that stream from a node.</summary>
    public IEnumerable<NodeDefinition> StandbysOf(NodeDefinition node) => Nodes.Where(standby => standby.Upstream == node.Name);

    /// <summary>The physical slots that standbys use on a node, in the order of the nodes.</summary>
    public IEnumerable<string> StandbySlotsOn(NodeDefinition node) =>
        StandbysOf(node).Select(standby => standby.SlotName).OfType<string>().Distinct();

    /// <summary><c>reference: node20, node21</c>.</summary>
    public override string ToString() => $"{Name}: {string.Join(", ", Nodes.Select(node => node.Name))}";
}
