using System.Globalization;

namespace PgHa;

/// <summary>
/// Turns a definition into the parts to write: without defaults, in the order of the properties, settings sorted by name.
/// </summary>
internal static class DefinitionParts
{
    // SettingText refuses a whole number of megabytes, so a longer number is written as text.
    private const int LongestNumber = 6;

    /// <summary>The parts.</summary>
    public static DefinitionTable Of(ClusterDefinition cluster)
    {
        string? root = RootOf(cluster);
        return Table(
            (nameof(ClusterDefinition.Name), Scalar(cluster.Name)),
            (nameof(ClusterDefinition.Version), cluster.Version is { } version ? Scalar(version.ToString()) : null),
            (nameof(ClusterDefinition.BinDirectory), Scalar(cluster.BinDirectory)),
            ("Root", Scalar(root)),
            (
                nameof(ClusterDefinition.ReplicationRole),
                Scalar(cluster.ReplicationRole == ClusterDefinition.DefaultReplicationRole ? null : cluster.ReplicationRole)),
            (nameof(ClusterDefinition.Roles), List(cluster.Roles.Select(Role))),
            (nameof(ClusterDefinition.SynchronousStandbyNames), Scalar(cluster.SynchronousStandbyNames?.ToString())),
            (nameof(ClusterDefinition.SynchronousCommit), Scalar(cluster.SynchronousCommit?.ToSetting())),
            (nameof(ClusterDefinition.Settings), Values(cluster.Settings)),
            (nameof(ClusterDefinition.Hba), List(cluster.Hba.Select(Rule))),
            (nameof(ClusterDefinition.Nodes), List(cluster.Nodes.Select(node => Node(node, root)))));
    }

    private static DefinitionTable Node(NodeDefinition node, string? root) => Table(
        (nameof(NodeDefinition.Name), Scalar(node.Name)),
        (nameof(NodeDefinition.Machine), Scalar(node.Machine.IsThisMachine ? null : node.Machine.Address)),
        (
            nameof(NodeDefinition.Host),
            Scalar(node.Host == (node.Machine.IsThisMachine ? PgInstance.DefaultHost : node.Machine.HostName) ? null : node.Host)),
        (nameof(NodeDefinition.Port), node.Port == PgInstance.DefaultPort ? null : new DefinitionScalar(node.Port)),
        (nameof(NodeDefinition.DataDirectory), Scalar(Relative(node.DataDirectory, root) is { } path && path != node.Name ? path : null)),
        (nameof(NodeDefinition.Upstream), Scalar(node.Upstream)),
        (nameof(NodeDefinition.RestoreFrom), Scalar(node.RestoreFrom)),
        (nameof(NodeDefinition.HotStandby), node.HotStandby ? null : new DefinitionScalar(false)),
        (nameof(NodeDefinition.SlotName), Scalar(node.SlotName)),
        (nameof(NodeDefinition.SyncReplicationSlots), node.SyncReplicationSlots ? new DefinitionScalar(true) : null),
        (nameof(NodeDefinition.ApplicationName), Scalar(node.ApplicationName == node.Name ? null : node.ApplicationName)),
        (nameof(NodeDefinition.ApplyDelay), Scalar(node.ApplyDelay > TimeSpan.Zero ? RecoveryEntries.Duration(node.ApplyDelay) : null)),
        (nameof(NodeDefinition.ArchiveDirectory), Scalar(node.ArchiveDirectory is { } archive ? Relative(archive, root) : null)),
        (nameof(NodeDefinition.ArchiveMode), Scalar(node.ArchiveMode == ArchiveMode.On ? null : "always")),
        (nameof(NodeDefinition.Slots), List(node.Slots.Select(Slot))),
        (nameof(NodeDefinition.Settings), Values(node.Settings)),
        (nameof(NodeDefinition.Hba), List(node.Hba.Select(Rule))),
        (
            nameof(NodeDefinition.Tablespaces),
            Values(node.Tablespaces.ToDictionary(entry => entry.Key, entry => Relative(entry.Value, root)))));

    private static DefinitionValue Role(RoleDefinition role) => role.MemberOf.Count == 0
        ? new DefinitionScalar(role.Name)
        : Table(
            (nameof(RoleDefinition.Name), Scalar(role.Name)),
            (nameof(RoleDefinition.MemberOf), List(role.MemberOf.Select(name => new DefinitionScalar(name)))));

    private static DefinitionTable Slot(SlotDefinition slot) => Table(
        (nameof(SlotDefinition.Name), Scalar(slot.Name)),
        (nameof(SlotDefinition.Owner), Scalar(slot.Owner)),
        (nameof(SlotDefinition.Plugin), Scalar(slot.Plugin)),
        (nameof(SlotDefinition.Database), Scalar(slot.Database)),
        (nameof(SlotDefinition.Failover), slot.Failover ? new DefinitionScalar(true) : null));

    private static DefinitionScalar Rule(HbaRule rule) => new(rule.ToText());

    // The one directory that contains every data directory directly: a node's DataDirectory is then often just its name.
    private static string? RootOf(ClusterDefinition cluster) =>
        cluster.Nodes.Select(node => HostPath.Parent(node.DataDirectory)).Distinct().ToArray() is [{ Length: > 0 } only]
            ? only
            : null;

    private static string Relative(string path, string? root) =>
        root is not null && HostPath.Below(root, path) is [not ('.' or '~'), ..] relative ? relative : path;

    private static DefinitionScalar? Scalar(string? text) => text is null ? null : new DefinitionScalar(text);

    private static DefinitionList? List(IEnumerable<DefinitionValue> items) =>
        items.ToArray() is { Length: > 0 } some ? new DefinitionList(some) : null;

    private static DefinitionTable? Values(IReadOnlyDictionary<string, string> values) => values.Count == 0
        ? null
        : new DefinitionTable(
        [
            .. values
                .OrderBy(value => value.Key, StringComparer.Ordinal)
                .Select(value => new DefinitionEntry(value.Key, new DefinitionScalar(Number(value.Value)))),
        ]);

    private static DefinitionTable Table(params (string Key, DefinitionValue? Value)[] entries) =>
        new([.. entries.Where(entry => entry.Value is not null).Select(entry => new DefinitionEntry(entry.Key, entry.Value!))]);

    private static object Number(string text) =>
        text.Length <= LongestNumber && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && number.ToString(CultureInfo.InvariantCulture) == text
            ? number
            : text;
}
