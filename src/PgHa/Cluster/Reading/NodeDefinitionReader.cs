namespace PgHa;

/// <summary>Reads the nodes of a definition.</summary>
internal static class NodeDefinitionReader
{
    private const string FollowsFromSource = "nobody sets it: a node is a standby if it has Upstream or RestoreFrom, otherwise the primary";

    private static readonly Dictionary<string, string> Hints = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Kind"] = FollowsFromSource,
        ["Role"] = FollowsFromSource,
        ["Type"] = FollowsFromSource,
        ["Primary"] = FollowsFromSource,
    };

    /// <summary>All nodes.</summary>
    /// <remarks>
    /// Lists are arrays, so that scripts can index them: PowerShell sees no indexer on the type that a collection expression makes.
    /// </remarks>
    public static IReadOnlyList<NodeDefinition> ReadAll(DefinitionTableReader cluster, DefinitionPaths paths)
    {
        List<(NodeDefinition Node, DefinitionTableReader Table)> nodes =
        [
            .. cluster.Items(nameof(ClusterDefinition.Nodes))
                .Select(item => Read(cluster.Table(item.Value, item.Place), item.Place, paths)),
        ];
        NodeDefinition[] all = [.. nodes.Select(one => one.Node)];
        return nodes.Select(one => one.Node with { RestoreFrom = Archive(one.Node.RestoreFrom, one.Table, all, paths) }).ToArray();
    }

    private static (NodeDefinition Node, DefinitionTableReader Table) Read(DefinitionTableReader table, string place, DefinitionPaths paths)
    {
        string name = table.Required(nameof(NodeDefinition.Name)) is { Length: > 0 } given ? given : place;
        PgMachine machine = table.Value(nameof(NodeDefinition.Machine), PgMachine.This, PgMachine.This, DefinitionScalars.Machine);
        NodeDefinition node = new()
        {
            Name = name,
            Machine = machine,
            Host = table.Text(nameof(NodeDefinition.Host)) ?? (machine.IsThisMachine ? PgInstance.DefaultHost : machine.HostName),
            Port = table.Value(nameof(NodeDefinition.Port), table.IsReadable ? PgInstance.DefaultPort : 0, 0, DefinitionScalars.Port),
            DataDirectory = table.Value<string?>(nameof(NodeDefinition.DataDirectory), null, "", paths.Absolute) ?? paths.Of(name),
            Upstream = table.Text(nameof(NodeDefinition.Upstream)),
            RestoreFrom = table.Text(nameof(NodeDefinition.RestoreFrom)),
            HotStandby = table.Value(nameof(NodeDefinition.HotStandby), true, true, DefinitionScalars.Boolean),
            SlotName = table.Text(nameof(NodeDefinition.SlotName)),
            SyncReplicationSlots = table.Value(nameof(NodeDefinition.SyncReplicationSlots), false, false, DefinitionScalars.Boolean),
            ApplicationName = table.Text(nameof(NodeDefinition.ApplicationName)) is { Length: > 0 } known ? known : name,
            ApplyDelay = table.Value(nameof(NodeDefinition.ApplyDelay), TimeSpan.Zero, TimeSpan.Zero, DefinitionScalars.Duration),
            ArchiveDirectory = table.Value<string?>(nameof(NodeDefinition.ArchiveDirectory), null, "", paths.Archive),
            ArchiveMode = table.Value(nameof(NodeDefinition.ArchiveMode), ArchiveMode.On, ArchiveMode.On, DefinitionScalars.Mode),
            Slots = table.Items(nameof(NodeDefinition.Slots)).Select(item => Slot(table.Table(item.Value, item.Place))).ToArray(),
            Settings = table.Dictionary(nameof(NodeDefinition.Settings), SettingText.Of),
            Hba = table.List(nameof(NodeDefinition.Hba), DefinitionScalars.Rule),
            Tablespaces = table.Dictionary(nameof(NodeDefinition.Tablespaces), paths.Absolute),
        };
        table.RefuseOthers(Hints);
        return (node, table);
    }

    private static SlotDefinition Slot(DefinitionTableReader table)
    {
        SlotDefinition slot = new()
        {
            Name = table.Required(nameof(SlotDefinition.Name)),
            Owner = table.Text(nameof(SlotDefinition.Owner)),
            Plugin = table.Text(nameof(SlotDefinition.Plugin)),
            Database = table.Text(nameof(SlotDefinition.Database)),
            Failover = table.Value(nameof(SlotDefinition.Failover), false, false, DefinitionScalars.Boolean),
        };
        table.RefuseOthers();
        return slot;
    }

    // The text is a node's name, a node's archive, or a directory written with a slash: a misspelt name is none of these.
    private static string? Archive(string? text, DefinitionTableReader table, NodeDefinition[] nodes, DefinitionPaths paths)
    {
        if (string.IsNullOrEmpty(text) || nodes.Any(node => node.Name == text))
            return text;
        string directory = paths.Archive(text);
        if (DefinitionPaths.IsPath(text) || nodes.Any(node => node.ArchiveDirectory == directory))
            return directory;
        table.Add(
            nameof(NodeDefinition.RestoreFrom),
            DefinitionText.NoNode(text, nodes) + "; a directory is written with a slash, such as ./archive");
        return "";
    }
}
