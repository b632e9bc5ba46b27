using System.Globalization;

namespace PgHa;

/// <summary>The settings that a node of a definition ends up with.</summary>
internal static class DefinitionSettings
{
    /// <summary>
    /// The value of a node's setting in the definition: the node's own before the cluster's; <see langword="null"/> if neither is given.
    /// </summary>
    public static string? SettingOf(this ClusterDefinition cluster, NodeDefinition node, string name) =>
        Find(node.Settings, name) ?? Find(cluster.Settings, name);

    /// <summary>A whole number that a node ends up with.</summary>
    /// <param name="cluster">The definition.</param>
    /// <param name="node">The node.</param>
    /// <param name="name">The setting.</param>
    /// <param name="defaults">The defaults of the server's programs, as far as they are known.</param>
    /// <returns><see langword="null"/> if the value is no whole number, or if no value is given and the default is not known.</returns>
    public static int? NumberOf(
        this ClusterDefinition cluster, NodeDefinition node, string name, IReadOnlyDictionary<string, int> defaults) =>
        cluster.SettingOf(node, name) is not { } text ? defaults.TryGetValue(name, out int standard) ? standard : null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number
        : null;

    /// <summary>
    /// The settings of a node that a hot standby must not have lower than its primary; those without a number are left out.
    /// </summary>
    public static IReadOnlyDictionary<string, int> StandbyNumbers(
        this ClusterDefinition cluster, NodeDefinition node, IReadOnlyDictionary<string, int> defaults) =>
        StandbyRequirement.NamesOf(cluster.Dialect())
            .Select(name => (Name: name, Value: cluster.NumberOf(node, name, defaults)))
            .Where(setting => setting.Value is not null)
            .ToDictionary(setting => setting.Name, setting => setting.Value!.Value);

    // Names of settings ignore case, even where the dictionary does not.
    private static string? Find(IReadOnlyDictionary<string, string> settings, string name) =>
        settings.FirstOrDefault(setting => setting.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
