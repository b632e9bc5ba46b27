using System.Globalization;

namespace PgHa;

/// <summary>Turns a <see cref="ClusterDefinition"/> that JSON or CliXml serialized into the form in which people write one.</summary>
/// <remarks>
/// <c>ConvertTo-Json</c> also writes properties that follow from others, and it writes enums as numbers and values as tables. A serialized
/// cluster is recognized by its properties <c>Primary</c>, <c>ReplicationRole</c> and <c>Nodes</c>: nobody writes the first.
/// </remarks>
internal static class SerializedDefinition
{
    /// <summary>The definition as people could have written it; any other value is returned unchanged.</summary>
    public static DefinitionValue AsWritten(DefinitionValue value) =>
        value is DefinitionTable table && Find(table, nameof(ClusterDefinition.Primary)) is not null
            && Find(table, nameof(ClusterDefinition.ReplicationRole)) is not null
            && Find(table, nameof(ClusterDefinition.Nodes)) is DefinitionList
                ? Changed(table, nameof(ClusterDefinition.Primary), Cluster)
                : value;

    /// <summary>The rule that JSON or CliXml serialized.</summary>
    /// <exception cref="MalformedTextException">The value is no rule.</exception>
    public static HbaRule RuleOf(DefinitionValue value) => HbaRule.Parse((Rule(value) as DefinitionScalar)?.Value?.ToString() ?? "");

    private static DefinitionValue Cluster(string key, DefinitionValue value) => key switch
    {
        nameof(ClusterDefinition.Version) when value is DefinitionTable version =>
            Scalar(new ServerVersion(Number(version, nameof(ServerVersion.Number)) ?? 0), value),
        nameof(ClusterDefinition.SynchronousStandbyNames) when value is DefinitionTable names => StandbyNames(names),
        nameof(ClusterDefinition.SynchronousCommit) when Number(value) is { } level => Scalar(((CommitLevel)level).ToString(), value),
        nameof(ClusterDefinition.Hba) => Items(value, Rule),
        nameof(ClusterDefinition.Nodes) => Items(
            value, node => node is DefinitionTable table ? Changed(table, nameof(NodeDefinition.Kind), Node) : node),
        _ => value,
    };

    private static DefinitionValue Node(string key, DefinitionValue value) => key switch
    {
        nameof(NodeDefinition.ApplyDelay) when value is DefinitionTable delay
            && Find(delay, nameof(TimeSpan.Ticks)) is DefinitionScalar { Value: { } ticks } =>
            new DefinitionScalar(TimeSpan.FromTicks(Convert.ToInt64(ticks, CultureInfo.InvariantCulture)), value.Line),
        nameof(NodeDefinition.Machine) when value is DefinitionTable machine => Scalar(Text(machine, nameof(PgMachine.Address)), value),
        nameof(NodeDefinition.ArchiveMode) when Number(value) is { } mode => Scalar(((ArchiveMode)mode).ToString(), value),
        nameof(NodeDefinition.Hba) => Items(value, Rule),
        _ => value,
    };

    private static DefinitionScalar StandbyNames(DefinitionTable table)
    {
        string[] names = Find(table, nameof(SynchronousStandbyNames.Names)) is DefinitionList list
            ? [.. list.Items.OfType<DefinitionScalar>().Select(item => item.Value?.ToString() ?? "")]
            : [];
        int count = Number(table, nameof(SynchronousStandbyNames.Count)) ?? 1;
        bool isLegacy = Find(table, nameof(SynchronousStandbyNames.IsLegacyList)) is DefinitionScalar { Value: true };
        return names.Length == 0 || count < 1
            ? new DefinitionScalar(null, table.Line)
            : Scalar(
                new SynchronousStandbyNames(
                    (SyncMethod)(Number(table, nameof(SynchronousStandbyNames.Method)) ?? 0), count, names, isLegacy),
                table);
    }

    private static DefinitionValue Rule(DefinitionValue value)
    {
        if (value is not DefinitionTable rule)
            return value;
        IEnumerable<string?> columns =
        [
            HbaKeywords.Word((HbaConnectionType)(Number(rule, nameof(HbaRule.Type)) ?? 0)),
            Names(rule, nameof(HbaRule.Databases)),
            Names(rule, nameof(HbaRule.Users)),
            Find(rule, nameof(HbaRule.Address)) is DefinitionTable address
                ? Text(address, nameof(HbaAddress.Text))
                : Text(rule, nameof(HbaRule.Address)),
            HbaKeywords.Word((HbaMethod)(Number(rule, nameof(HbaRule.Method)) ?? 0)),
            .. Tables(rule, nameof(HbaRule.Options))
                .Select(option => new HbaOption(Text(option, nameof(HbaOption.Name)), Text(option, nameof(HbaOption.Value))).ToWord()),
        ];
        return Scalar(string.Join(' ', columns.Where(column => !string.IsNullOrEmpty(column))), rule);
    }

    private static string Names(DefinitionTable rule, string key) => string.Join(',', Tables(rule, key).Select(name =>
        new HbaName((HbaNameKind)(Number(name, nameof(HbaName.Kind)) ?? 0), Text(name, nameof(HbaName.Text))).ToString()));

    private static DefinitionTable Changed(DefinitionTable table, string derived, Func<string, DefinitionValue, DefinitionValue> change) =>
        new(
            [
                .. table.Entries
                    .Where(entry => !entry.Key.Equals(derived, StringComparison.OrdinalIgnoreCase))
                    .Select(entry => entry with { Value = change(entry.Key, entry.Value) }),
            ],
            table.Line);

    private static DefinitionValue Items(DefinitionValue value, Func<DefinitionValue, DefinitionValue> change) =>
        value is DefinitionList list ? new DefinitionList([.. list.Items.Select(change)], list.Line) : value;

    private static DefinitionScalar Scalar(object value, DefinitionValue place) => new(value.ToString(), place.Line);

    private static DefinitionValue? Find(DefinitionTable table, string key) =>
        table.Entries.LastOrDefault(entry => entry.Key.Equals(key, StringComparison.OrdinalIgnoreCase))?.Value
            is { } value and not DefinitionScalar { Value: null }
                ? value
                : null;

    private static IEnumerable<DefinitionTable> Tables(DefinitionTable table, string key) => Find(table, key) switch
    {
        DefinitionList list => list.Items.OfType<DefinitionTable>(),
        DefinitionTable only => [only],
        _ => [],
    };

    private static string Text(DefinitionTable table, string key) => (Find(table, key) as DefinitionScalar)?.Value?.ToString() ?? "";

    private static int? Number(DefinitionTable table, string key) => Find(table, key) is { } value ? Number(value) : null;

    private static int? Number(DefinitionValue value) =>
        int.TryParse((value as DefinitionScalar)?.Value?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;
}
