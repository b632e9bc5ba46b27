namespace PgHa;

/// <summary>A setting that is not the same on all servers of a cluster.</summary>
/// <param name="Name">The setting.</param>
/// <param name="Values">Its value on each server that tells it.</param>
public sealed record SettingDifference(string Name, IReadOnlyDictionary<string, string> Values)
{
    // Settings that each server has for itself by nature, or that follow from its role.
    private static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        "port", "listen_addresses", "cluster_name", "data_directory", "config_file", "hba_file", "ident_file", "external_pid_file",
        "unix_socket_directories", "primary_conninfo", "primary_slot_name", "restore_command", "archive_command", "in_hot_standby",
        "transaction_read_only", "application_name", "synchronous_standby_names", "log_directory", "shared_memory_size",
        "shared_memory_size_in_huge_pages",
    };

    /// <summary>The settings that differ, except those that have to.</summary>
    /// <param name="settings">The settings of each server, by its name.</param>
    public static IReadOnlyList<SettingDifference> Of(IReadOnlyList<(string Server, IReadOnlyList<PgSetting> Settings)> settings) =>
        settings
            .SelectMany(server => server.Settings.Select(setting => (server.Server, setting.Name, setting.Value)))
            .Where(one => !Own.Contains(one.Name))
            .GroupBy(one => one.Name, StringComparer.OrdinalIgnoreCase)
            .Where(same => same.Select(one => one.Value).Distinct().Skip(1).Any())
            .OrderBy(same => same.Key, StringComparer.Ordinal)
            .Select(same => new SettingDifference(same.Key, same.ToDictionary(one => one.Server, one => Secrets.Redact(one.Value))))
            .ToArray();
}
