namespace PgHa;

/// <summary>A setting that follows from the definition's own properties must not be given a second time.</summary>
internal static class OwnedSettingRules
{
    private const string NoUse = "PgHa keeps it at its default in a cluster";

    private static readonly Dictionary<string, string> Owned = new(StringComparer.OrdinalIgnoreCase)
    {
        ["port"] = Use(nameof(NodeDefinition.Port)),
        ["listen_addresses"] = Use(nameof(NodeDefinition.Host)),
        ["cluster_name"] = Use(nameof(NodeDefinition.Name)),
        ["data_directory"] = Use(nameof(NodeDefinition.DataDirectory)),
        ["hba_file"] = Use(nameof(NodeDefinition.Hba)),
        ["ident_file"] = NoUse,
        ["external_pid_file"] = NoUse,
        ["primary_conninfo"] = "use Upstream of the node, and ReplicationRole of the cluster",
        ["primary_slot_name"] = Use(nameof(NodeDefinition.SlotName)),
        ["restore_command"] = Use(nameof(NodeDefinition.RestoreFrom)),
        ["recovery_min_apply_delay"] = Use(nameof(NodeDefinition.ApplyDelay)),
        ["hot_standby"] = Use(nameof(NodeDefinition.HotStandby)),
        ["standby_mode"] = "use Upstream or RestoreFrom of the node",
        ["sync_replication_slots"] = Use(nameof(NodeDefinition.SyncReplicationSlots)),
        ["archive_mode"] = "use ArchiveDirectory and ArchiveMode of the node",
        ["archive_command"] = Use(nameof(NodeDefinition.ArchiveDirectory)),
        ["archive_library"] = Use(nameof(NodeDefinition.ArchiveDirectory)),
        ["archive_cleanup_command"] = NoUse,
        ["recovery_end_command"] = NoUse,
        ["trigger_file"] = NoUse,
        ["promote_trigger_file"] = NoUse,
        ["synchronous_standby_names"] = "use SynchronousStandbyNames of the cluster",
        ["synchronous_commit"] = "use SynchronousCommit of the cluster",
    };

    /// <summary>Whether a setting follows from another property of a definition, or does not belong in one.</summary>
    public static bool IsOwned(string name) =>
        Owned.ContainsKey(name) || name.StartsWith("recovery_target", StringComparison.OrdinalIgnoreCase);

    public static IEnumerable<DefinitionProblem> Check(ClusterDefinition cluster) =>
        In(nameof(ClusterDefinition.Settings), cluster.Settings)
            .Concat(cluster.Placed().SelectMany(node => In($"{node.Place}.{nameof(NodeDefinition.Settings)}", node.Node.Settings)));

    private static IEnumerable<DefinitionProblem> In(string place, IReadOnlyDictionary<string, string> settings)
    {
        foreach (string name in settings.Keys)
        {
            if (Owned.TryGetValue(name, out string? instead))
            {
                yield return new DefinitionProblem($"{place}.{name}", $"is not set here: {instead}");
            }
            else if (name.StartsWith("recovery_target", StringComparison.OrdinalIgnoreCase))
            {
                yield return new DefinitionProblem(
                    $"{place}.{name}", "is not set here: the standbys of a cluster follow the latest timeline and stop nowhere");
            }
            else if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '$'))
            {
                yield return new DefinitionProblem($"{place}.{name}", "is no name of a setting");
            }
        }
    }

    private static string Use(string property) => $"use {property} of the node";
}
