namespace PgHa;

/// <summary>
/// What a base backup brings along from its source that would be wrong in a clone: settings that name the
/// source's own port, slot, upstream, archive or files, or that make it stop somewhere in the log.
/// </summary>
/// <remarks>
/// Each has caused an accident: a slot name shared by two standbys, an archive two servers write to, a commit
/// that waits for a standby the clone will never have, a stale recovery target that promotes the clone.
/// See <see href="https://www.postgresql.org/docs/current/runtime-config.html">Server Configuration</see>.
/// </remarks>
public static class InheritedSettings
{
    private static readonly (string Name, string Default)[] OfRecovery =
    [
        ("primary_conninfo", ""),
        ("primary_slot_name", ""),
        ("restore_command", ""),
        ("archive_cleanup_command", ""),
        ("recovery_end_command", ""),
        ("recovery_min_apply_delay", "0"),
        ("recovery_target", ""),
        ("recovery_target_name", ""),
        ("recovery_target_time", ""),
        ("recovery_target_xid", ""),
        ("recovery_target_lsn", ""),
        ("recovery_target_inclusive", "on"),
        ("recovery_target_timeline", "latest"),
        ("recovery_target_action", "pause"),
    ];

    // Where a server finds its files. A clone's are all in its data directory.
    private static readonly string[] OfFileLocations = ["data_directory", "hba_file", "ident_file", "external_pid_file"];

    /// <summary>The settings to drop, each with the default to state where dropping is not enough.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> ToReset(ServerDialect dialect)
    {
        List<(string Name, string Default)> settings =
        [
            ("archive_mode", "off"),
            ("archive_command", ""),
            ("synchronous_standby_names", ""),
        ];
        if (dialect.HasArchiveLibrary)
            settings.Add(("archive_library", ""));
        if (dialect.HasSlotSynchronization)
            settings.AddRange([("sync_replication_slots", "off"), ("synchronized_standby_slots", "")]);
        if (dialect.HasStatsTempDirectory)
            settings.Add(("stats_temp_directory", "pg_stat_tmp"));
        if (!dialect.UsesRecoveryConf)
        {
            settings.AddRange(OfRecovery);
            if (dialect.TriggerFileSetting is { } trigger)
                settings.Add((trigger, ""));
        }

        return [.. settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Default))];
    }

    /// <summary>Whether a setting says where WAL comes from or where recovery stops.</summary>
    internal static bool IsOfRecovery(string name) =>
        OfRecovery.Select(setting => setting.Name).Append("trigger_file").Append("promote_trigger_file")
            .Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a clone must not keep its source's value of a setting: the value is dropped, or a standby gets its own.</summary>
    internal static bool IsDropped(string name, ServerDialect dialect) =>
        ToReset(dialect).Select(setting => setting.Key)
            .Append("log_directory").Append(RecoveryEntries.RetrieveRetryInterval)
            .Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>A clone's <c>postgresql.conf</c>, made from its source's.</summary>
    /// <param name="source">The source's file.</param>
    /// <param name="dialect">The server's version.</param>
    /// <param name="own">The settings the clone has of its own: port, name, addresses.</param>
    public static ConfigurationFile InMainFile(
        ConfigurationFile source, ServerDialect dialect, IReadOnlyList<KeyValuePair<string, string>> own) =>
        WithoutInherited(source, dialect).Set(own);

    /// <summary>A clone's <c>postgresql.auto.conf</c>, made from its source's.</summary>
    /// <param name="source">The source's file; empty if it has none.</param>
    /// <param name="main">The <c>postgresql.conf</c> beside it.</param>
    /// <param name="dialect">The server's version.</param>
    /// <param name="own">The settings the clone has of its own, which the other file states.</param>
    public static ConfigurationFile InAutoFile(
        ConfigurationFile source, ConfigurationFile main, ServerDialect dialect, IReadOnlyList<KeyValuePair<string, string>> own)
    {
        ConfigurationFile clean = own.Aggregate(
            WithoutInherited(source, dialect), (file, setting) => file.Remove(setting.Key));

        // Included files cannot be changed here, but this file is read last and overrides them.
        bool hasIncludes = main.Entries.Any(entry => entry.Kind != ConfigurationEntryKind.Setting);
        return hasIncludes ? clean.Set(ToReset(dialect)).Set(own) : clean;
    }

    private static ConfigurationFile WithoutInherited(ConfigurationFile file, ServerDialect dialect)
    {
        ConfigurationFile clean = ToReset(dialect).Select(setting => setting.Key).Concat(OfFileLocations)
            .Aggregate(file, (rest, name) => rest.Remove(name));

        // Two servers that collect their logs in one place write into each other's files.
        return clean["log_directory"] is { } logs && (logs.StartsWith('/') || logs.Contains(':', StringComparison.Ordinal))
            ? clean.Remove("log_directory")
            : clean;
    }
}
