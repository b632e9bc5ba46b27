namespace PgHa;

/// <summary>A cluster at one moment: its members and their relations.</summary>
public sealed record PgCluster
{
    /// <summary>
    /// The cluster's name: the definition's, the <c>cluster_name</c> that all members share, or else the system identifier.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>The identifier that all members share; <see langword="null"/> if no member tells it.</summary>
    public SystemIdentifier? SystemIdentifier { get; init; }

    /// <summary>The members: in the order of the definition, or each after its upstream, the primary first.</summary>
    public IReadOnlyList<PgClusterMember> Members { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>What is wrong, the most urgent first.</summary>
    public IReadOnlyList<ClusterFinding> Findings { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>The definition it was observed with; <see langword="null"/> if it was discovered.</summary>
    public ClusterDefinition? Definition { get; init; }

    /// <summary>When it was asked, by this machine's clock.</summary>
    public DateTimeOffset ObservedAt { get; init; }

    /// <summary>The members that accept writes: one, if all is well.</summary>
    public IEnumerable<PgClusterMember> Primaries => Members.Where(member => IsOfThis(member) && member.Role == ServerRole.Primary);

    /// <summary>The member that accepts writes; <see langword="null"/> if there is none, or more than one.</summary>
    public PgClusterMember? Primary => Primaries.Take(2).ToArray() is [var only] ? only : null;

    /// <summary>
    /// The members that run but did not report whether they are the primary: none of them may be taken for a standby, or for a server that
    /// is down.
    /// </summary>
    public IEnumerable<PgClusterMember> Undecided =>
        Members.Where(member => IsOfThis(member) && member is { State: MemberState.Unknown, Role: null });

    /// <summary>
    /// The name of the manager of the members; <see langword="null"/> if there is none; <c>unknown</c> if nobody could look at any member.
    /// </summary>
    public string? ManagedBy => Managed is { Management.IsManaged: true } member ? member.ManagedBy
        : Members.Any(one => one.ManagedBy is null) ? null
        : ServerManagement.UnknownText;

    /// <summary>The member with the clearest signs of a manager; <see langword="null"/> if there are no members.</summary>
    internal PgClusterMember? Managed => Members.Where(IsOfThis).MaxBy(member => member.Management.Certainty);

    /// <summary>The findings in words; empty where all is well.</summary>
    public string Diagnosis => string.Join("; ", Findings);

    /// <summary>The member of a name; <see langword="null"/> if there is none.</summary>
    public PgClusterMember? Find(string? name) => Members.FirstOrDefault(member => member.Name == name);

    /// <summary>The members that stream from a member.</summary>
    public IEnumerable<PgClusterMember> StandbysOf(PgClusterMember member) => Members.Where(standby => standby.Upstream == member.Name);

    /// <summary>
    /// Whether a member belongs to this cluster, as far as is known: the server at a node's address may belong to another cluster.
    /// </summary>
    public bool IsOfThis(PgClusterMember member) =>
        member.SystemIdentifier is null || SystemIdentifier is null || member.SystemIdentifier == SystemIdentifier;

    /// <summary><c>reference: node20, node21</c>.</summary>
    public override string ToString() => $"{Name}: {string.Join(", ", Members.Select(member => member.Name))}";
}
