namespace PgHa;

/// <summary>No password may be in a definition, because a definition is shown, written and shared.</summary>
internal static class HbaSecretRules
{
    public static IEnumerable<DefinitionProblem> Check(ClusterDefinition cluster) =>
        In(nameof(ClusterDefinition.Hba), cluster.Hba)
            .Concat(cluster.Placed().SelectMany(node => In($"{node.Place}.{nameof(NodeDefinition.Hba)}", node.Node.Hba)));

    private static IEnumerable<DefinitionProblem> In(string place, IReadOnlyList<HbaRule> rules) => rules
        .Select((rule, index) => (rule, Place: $"{place}[{index}]"))
        .Where(one => one.rule.Options.Any(option => option.IsSecret))
        .Select(one => new DefinitionProblem(
            one.Place, "the rule has a password in it, and a definition holds none; add this rule with Add-PgHbaRule"));
}
