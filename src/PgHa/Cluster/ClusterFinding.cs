namespace PgHa;

/// <summary>One thing that is wrong with a cluster.</summary>
/// <param name="Check">The id of the check that found it, for scripts.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Node">The member it is about; <see langword="null"/> for the cluster as a whole.</param>
/// <param name="Evidence">What was seen: one sentence without a full stop.</param>
/// <param name="Advice">What to do, as an imperative sentence; <see langword="null"/> where there is nothing to add.</param>
public sealed record ClusterFinding(string Check, FindingSeverity Severity, string? Node, string Evidence, string? Advice)
{
    /// <summary>The evidence.</summary>
    public override string ToString() => Evidence;
}
