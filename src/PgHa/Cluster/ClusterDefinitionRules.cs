namespace PgHa;

/// <summary>The rules that a whole definition has to satisfy before any server is touched.</summary>
public static class ClusterDefinitionRules
{
    private static readonly Func<ClusterDefinition, IEnumerable<DefinitionProblem>>[] Rules =
    [
        NodeRules.Check,
        WalSourceRules.Check,
        PortRules.Check,
        DirectoryRules.Check,
        TablespaceRules.Check,
        ArchiveRules.Check,
        StandbySlotRules.Check,
        OtherSlotRules.Check,
        SynchronousRules.Check,
        OwnedSettingRules.Check,
        CapacityRules.Check,
        RoleRules.Check,
        HbaSecretRules.Check,
    ];

    /// <summary>All problems; empty if the definition is valid.</summary>
    public static IReadOnlyList<DefinitionProblem> Check(ClusterDefinition cluster) => [.. Rules.SelectMany(rule => rule(cluster))];

    /// <summary>The settings whose defaults <see cref="Validate(ClusterDefinition, IReadOnlyDictionary{string, int})"/> needs.</summary>
    public static IReadOnlyList<string> SettingsWithDefaults => CapacityRules.Names;

    /// <summary>Refuses a definition whose numbers are too low, given the defaults of the PostgreSQL programs that will run it.</summary>
    /// <param name="cluster">The definition.</param>
    /// <param name="defaults">The programs' defaults of <see cref="SettingsWithDefaults"/>.</param>
    /// <exception cref="PgHaException"><c>InvalidClusterDefinition</c>: the message lists all problems.</exception>
    public static void Validate(ClusterDefinition cluster, IReadOnlyDictionary<string, int> defaults)
    {
        if (CapacityRules.Check(cluster, defaults).ToArray() is { Length: > 0 } problems)
            throw InvalidDefinition.Of(null, problems);
    }

    /// <summary>Returns the definition if nothing is wrong with it.</summary>
    /// <exception cref="PgHaException"><c>InvalidClusterDefinition</c>: the message lists all problems.</exception>
    public static ClusterDefinition Validate(ClusterDefinition cluster) =>
        Check(cluster) is { Count: > 0 } problems ? throw InvalidDefinition.Of(null, problems) : cluster;
}
