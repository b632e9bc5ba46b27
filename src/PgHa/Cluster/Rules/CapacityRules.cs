using System.Globalization;

namespace PgHa;

/// <summary>The lowest values of settings that follow from the number of standbys, or from the primary's settings.</summary>
internal static class CapacityRules
{
    /// <summary>The settings whose defaults the rules need.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. StandbyRequirement.Names, "max_replication_slots"];

    /// <summary>The problems that the definition has by itself, before any server is asked for its defaults.</summary>
    public static IEnumerable<DefinitionProblem> Check(ClusterDefinition cluster) =>
        Check(cluster, new Dictionary<string, int>()).Concat(WalLevel(cluster, cluster.Dialect()));

    /// <summary>The problems that the numbers have with the defaults of the server's programs.</summary>
    public static IEnumerable<DefinitionProblem> Check(ClusterDefinition cluster, IReadOnlyDictionary<string, int> defaults) =>
        cluster.Placed().SelectMany(node => Upstream(node, cluster, defaults)).Concat(Standbys(cluster, defaults));

    private static IEnumerable<DefinitionProblem> Upstream(
        PlacedNode node, ClusterDefinition cluster, IReadOnlyDictionary<string, int> defaults)
    {
        int standbys = cluster.StandbysOf(node.Node).Count();
        if (cluster.NumberOf(node.Node, "max_wal_senders", defaults) is { } senders && senders < standbys)
            yield return Problem(node, cluster, "max_wal_senders", senders, $"{standbys} standbys stream from {node.Node.Name}");

        int slots = cluster.StandbySlotsOn(node.Node).Union(node.Node.Slots.Select(slot => slot.Name)).Count();
        if (cluster.NumberOf(node.Node, "max_replication_slots", defaults) is { } limit && limit < slots)
            yield return Problem(node, cluster, "max_replication_slots", limit, $"{node.Node.Name} has {slots} slots");
    }

    // A cold standby tracks no transactions, so its settings may be lower.
    private static IEnumerable<DefinitionProblem> Standbys(ClusterDefinition cluster, IReadOnlyDictionary<string, int> defaults)
    {
        if (cluster.OnlyPrimary() is not { } primary)
            yield break;
        IReadOnlyDictionary<string, int> required = cluster.StandbyNumbers(primary, defaults);
        foreach (PlacedNode standby in cluster.Placed().Where(node => node.Node != primary && node.Node.HotStandby))
        {
            foreach (StandbyRequirement unmet in StandbyRequirement.Unmet(required, cluster.StandbyNumbers(standby.Node, defaults)))
            {
                yield return Problem(
                    standby, cluster, unmet.Name, unmet.Actual,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"a hot standby needs at least the primary's {unmet.Required}, or it refuses to replay"));
            }
        }
    }

    private static IEnumerable<DefinitionProblem> WalLevel(ClusterDefinition cluster, ServerDialect dialect)
    {
        if (cluster.OnlyPrimary() is not { } primary || cluster.Nodes.Count == 1)
            yield break;
        string level = cluster.SettingOf(primary, "wal_level") ?? (dialect.IsReplicationReadyByDefault ? "replica" : "minimal");
        if (level.Equals("minimal", StringComparison.OrdinalIgnoreCase))
        {
            PlacedNode place = cluster.Placed().First(node => node.Node == primary);
            yield return new DefinitionProblem(
                PlaceOf(place, cluster, "wal_level"), "standbys cannot live on wal_level = minimal; it takes replica or logical");
        }
    }

    private static DefinitionProblem Problem(PlacedNode node, ClusterDefinition cluster, string setting, int value, string why) =>
        new(
            PlaceOf(node, cluster, setting),
            string.Create(CultureInfo.InvariantCulture, $"{setting} = {value} of {node.Node.Name} is too low: {why}"));

    // The place where the setting is given: the node or the cluster. The node is the place if neither gives it.
    private static string PlaceOf(PlacedNode node, ClusterDefinition cluster, string setting) =>
        !node.Node.Settings.ContainsKey(setting) && cluster.Settings.ContainsKey(setting)
            ? $"{nameof(ClusterDefinition.Settings)}.{setting}"
            : $"{node.Place}.{nameof(NodeDefinition.Settings)}.{setting}";
}
