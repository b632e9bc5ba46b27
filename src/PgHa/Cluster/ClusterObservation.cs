namespace PgHa;

/// <summary>A cluster with everything that was read from its members. Comparison, checks and export work on it.</summary>
/// <param name="Cluster">The cluster: its members and their relations.</param>
/// <param name="Members">Each member in the same order, with its settings, rules and facts.</param>
public sealed record ClusterObservation(PgCluster Cluster, IReadOnlyList<MemberObservation> Members)
{
    /// <summary>The member that accepts writes; <see langword="null"/> if there is none, or more than one.</summary>
    public MemberObservation? Primary => Find(Cluster.Primary?.Name);

    /// <summary>The member of a name; <see langword="null"/> if there is none.</summary>
    public MemberObservation? Find(string? name) => Members.FirstOrDefault(member => member.Member.Name == name);

    /// <summary>A setting with type and unit, from any server that answers SQL; <see langword="null"/> if no server describes it.</summary>
    public PgSetting? Describe(string name) =>
        Members.Select(member => member.Setting(name)).FirstOrDefault(setting => setting?.Type is not null);
}
