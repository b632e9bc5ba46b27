namespace PgHa;

/// <summary>A cluster looked at thoroughly: what is compared, checked and exported.</summary>
/// <param name="Cluster">Its members, and what they are to each other.</param>
/// <param name="Members">Each member in the same order, with its settings, rules and facts.</param>
public sealed record ClusterObservation(PgCluster Cluster, IReadOnlyList<MemberObservation> Members)
{
    /// <summary>The member that accepts writes; <see langword="null"/> if there is none, or more than one.</summary>
    public MemberObservation? Primary => Find(Cluster.Primary?.Name);

    /// <summary>The member of a name; <see langword="null"/> if there is none.</summary>
    public MemberObservation? Find(string? name) => Members.FirstOrDefault(member => member.Member.Name == name);

    /// <summary>A setting as any server describes it, for its type and unit; a server without SQL does not.</summary>
    public PgSetting? Describe(string name) => Members.Select(member => member.Setting(name)).FirstOrDefault(setting => setting?.Type is not null);
}
