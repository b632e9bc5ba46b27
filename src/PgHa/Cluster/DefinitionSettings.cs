using System.Globalization;

namespace PgHa;

/// <summary>The settings that a node of a definition ends up with.</summary>
internal static class DefinitionSettings
{
    /// <summary>What the definition says of a setting of a node, its own before the cluster's; <see langword="null"/> if nothing.</summary>
    public static string? SettingOf(this ClusterDefinition cluster, NodeDefinition node, string name) =>
        Find(node.Settings, name) ?? Find(cluster.Settings, name);

    /// <summary>A whole number that a node ends up with.</summary>
    /// <param name="cluster">The definition.</param>
    /// <param name="node">The node.</param>
    /// <param name="name">The setting.</param>
    /// <param name="standard">PostgreSQL's default.</param>
    /// <returns><see langword="null"/> if the definition has no number there.</returns>
    public static int? NumberOf(this ClusterDefinition cluster, NodeDefinition node, string name, int standard) =>
        cluster.SettingOf(node, name) is not { } text ? standard
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number
        : null;

    /// <summary>The settings of a node that a hot standby must not have lower than its primary; those without a number are left out.</summary>
    public static IReadOnlyDictionary<string, int> StandbyNumbers(this ClusterDefinition cluster, NodeDefinition node, ServerDialect dialect) =>
        StandbyRequirement.Defaults(dialect)
            .Select(setting => (setting.Key, Value: cluster.NumberOf(node, setting.Key, setting.Value)))
            .Where(setting => setting.Value is not null)
            .ToDictionary(setting => setting.Key, setting => setting.Value!.Value);

    // Names of settings are the same in any case, whatever the dictionary thinks.
    private static string? Find(IReadOnlyDictionary<string, string> settings, string name) =>
        settings.FirstOrDefault(setting => setting.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
