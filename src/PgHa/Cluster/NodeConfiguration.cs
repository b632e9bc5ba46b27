using System.Net;

namespace PgHa;

/// <summary>What a definition means for the configuration of one node.</summary>
internal static class NodeConfiguration
{
    /// <summary>
    /// The node's settings: the cluster's, overridden by its own. A setting of the primary alone is <see langword="null"/> on a standby,
    /// because the standby's clone has to be rid of it.
    /// </summary>
    public static IReadOnlyDictionary<string, string?> Settings(ClusterDefinition definition, NodeDefinition node)
    {
        Dictionary<string, string?> settings = new(StringComparer.OrdinalIgnoreCase);
        if (node.Kind != NodeKind.Primary)
        {
            foreach (string name in definition.Primary.Settings.Keys)
                settings[name] = null;
        }

        foreach ((string name, string value) in definition.Settings.Concat(node.Settings))
            settings[name] = value;
        // If synchronous standbys are named, synchronous_commit is set with them, so that both take effect together.
        if (definition is { SynchronousStandbyNames: null, SynchronousCommit: { } level })
            settings["synchronous_commit"] = level.ToSetting();
        return settings;
    }

    /// <summary>The rules of the node's <c>pg_hba.conf</c>, besides those for the standbys.</summary>
    public static IReadOnlyList<HbaRule> Rules(ClusterDefinition definition, NodeDefinition node) =>
        [.. definition.Hba, .. node.Hba, .. SlotSyncRules(definition)];

    // Slot synchronization connects as an ordinary client, to whichever node is the primary.
    private static IEnumerable<HbaRule> SlotSyncRules(ClusterDefinition definition) =>
        !definition.Nodes.Any(node => node.SyncReplicationSlots)
            ? []
            : Addresses(definition).Select(address => new HbaRule
            {
                Type = HbaConnectionType.Host,
                Databases = [HbaName.Of(new PgInstance { Name = definition.Name }.Database)],
                Users = [HbaName.Of(definition.ReplicationRole)],
                Address = address,
                Method = HbaMethod.ScramSha256,
            }).Where(rule => !definition.Hba.Contains(rule));

    /// <summary>The addresses that standbys come from.</summary>
    public static IReadOnlyList<HbaAddress> Addresses(ClusterDefinition definition) =>
        [.. definition.Nodes.SelectMany(node => AddressesOf(node.Host)).Distinct()];

    /// <summary>The archive that a node restores from, as a directory.</summary>
    public static string? RestoreDirectory(ClusterDefinition definition, NodeDefinition node) =>
        definition.Find(node.RestoreFrom)?.ArchiveDirectory ?? node.RestoreFrom;

    /// <summary>The slots that a node keeps: for its standbys, and for others.</summary>
    public static IReadOnlyList<SlotDefinition> SlotsOn(ClusterDefinition definition, NodeDefinition node) =>
        [
            .. definition.StandbySlotsOn(node)
                .Select(name => new SlotDefinition { Name = name })
                .Concat(node.Slots)
                .DistinctBy(slot => slot.Name),
        ];

    /// <summary>
    /// Whether the standbys of a new cluster can begin with the primary's files as <c>initdb</c> left them, with no base backup.
    /// </summary>
    /// <remarks>
    /// A hot standby that begins with those files needs at least the server's default settings, and the files must hold WAL that a standby
    /// can replay. If a standby replayed the creation of a tablespace, it would use the primary's own directory.
    /// </remarks>
    public static bool CanCopyInitialFiles(
        ClusterDefinition definition, ServerDialect dialect, IReadOnlyDictionary<string, int> defaults) =>
        dialect.IsReplicationReadyByDefault
        && definition.Primary.Tablespaces.Count == 0
        && definition.Nodes.Where(node => node.Kind != NodeKind.Primary && node.HotStandby).All(
            node => StandbyRequirement.Unmet(defaults, definition.StandbyNumbers(node, defaults)).Count == 0);

    /// <summary><c>slots a, b</c>.</summary>
    public static string SlotText(IReadOnlyCollection<SlotDefinition> slots) =>
        $"{Plural.Of(slots.Count, "slot", "slots")} {string.Join(", ", slots)}";

    /// <summary>The configuration in a line, for the plan.</summary>
    public static string Describe(ClusterDefinition definition, NodeDefinition node) => string.Join(", ", Parts(definition, node));

    private static IEnumerable<string> Parts(ClusterDefinition definition, NodeDefinition node)
    {
        if (node.Upstream is { } upstream)
        {
            yield return $"stream from {upstream}{(node.SlotName is { } slot ? $" through slot {slot}" : "")}"
                + $"{(node.ApplicationName != node.Name ? $" as {node.ApplicationName}" : "")}";
        }

        if (node.RestoreFrom is { } archive)
            yield return $"restore from the archive of {archive}";
        if (node is { HotStandby: false, Kind: not NodeKind.Primary })
            yield return "answer no queries";
        if (node.SyncReplicationSlots)
            yield return "keep copies of failover slots";
        if (node.ApplyDelay > TimeSpan.Zero)
            yield return $"replay {node.ApplyDelay} later";
        if (node.ArchiveDirectory is { } directory)
            yield return $"archive into '{directory}'{(node.ArchiveMode == ArchiveMode.Always ? " as a standby too" : "")}";
        // A standby gets the cluster's settings with its clone.
        IEnumerable<KeyValuePair<string, string>> settings = node.Kind == NodeKind.Primary
            ? definition.Settings.Where(setting => !node.Settings.ContainsKey(setting.Key)).Concat(node.Settings)
            : node.Settings;
        foreach ((string name, string value) in settings)
            yield return $"{name} = {value}";
        if (node.Kind == NodeKind.Primary)
            yield return $"let standbys in as {definition.ReplicationRole}";
        int rules = Rules(definition, node).Count;
        if (rules > 0)
            yield return $"{Plural.Count(rules, "rule")} of pg_hba.conf";
    }

    // The loopback interface has an IPv4 and an IPv6 address, and a connection may come from either.
    internal static IEnumerable<HbaAddress> AddressesOf(string host)
    {
        if (!IPAddress.TryParse(host, out IPAddress? address))
        {
            return host == "localhost"
                ? [HbaAddress.Of(IPAddress.Loopback), HbaAddress.Of(IPAddress.IPv6Loopback)]
                : [HbaAddress.Parse(host)];
        }

        return IPAddress.IsLoopback(address)
            ? [HbaAddress.Of(IPAddress.Loopback), HbaAddress.Of(IPAddress.IPv6Loopback)]
            : [HbaAddress.Of(address)];
    }
}
