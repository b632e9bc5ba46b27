namespace PgHa;

/// <summary>One check of a cluster.</summary>
public sealed class ClusterCheck
{
    private readonly Func<ClusterObservation, IEnumerable<Symptom>> _find;

    internal ClusterCheck(string id, FindingSeverity severity, string description, Func<ClusterObservation, IEnumerable<Symptom>> find)
    {
        Id = id;
        Severity = severity;
        Description = description;
        _find = find;
    }

    /// <summary>A check of each member separately; a member without evidence has no finding.</summary>
    internal static ClusterCheck OfMember(
        string id, FindingSeverity severity, string description, string advice, Func<MemberObservation, string?> evidence) =>
        new(id, severity, description, observation =>
            from member in observation.Members
            let text = observation.Cluster.IsOfThis(member.Member) ? evidence(member) : null
            where text is not null
            select new Symptom(member.Member.Name, $"{member.Member.Name} {text}", advice));

    /// <summary>Its id, for scripts.</summary>
    public string Id { get; }

    /// <summary>How bad its findings are.</summary>
    public FindingSeverity Severity { get; }

    /// <summary>What it finds: one sentence without a full stop.</summary>
    public string Description { get; }

    /// <summary>Runs the check.</summary>
    public IEnumerable<ClusterFinding> Run(ClusterObservation observation) =>
        _find(observation).Select(symptom => new ClusterFinding(Id, Severity, symptom.Node, symptom.Evidence, symptom.Advice));

    /// <summary>Its id.</summary>
    public override string ToString() => Id;
}

/// <summary>What a check saw.</summary>
/// <param name="Node">The member; <see langword="null"/> for the cluster.</param>
/// <param name="Evidence">What was seen.</param>
/// <param name="Advice">What to do.</param>
internal sealed record Symptom(string? Node, string Evidence, string? Advice);
