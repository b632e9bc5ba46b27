namespace PgHa;

/// <summary>A change that a manager may undo, or that keeps the manager from its work.</summary>
internal enum ManagedOperation
{
    /// <summary>A standby becomes the primary, and the primary its standby.</summary>
    Switchover,

    /// <summary>A standby becomes the primary after the primary has died.</summary>
    Failover,

    /// <summary>A standby becomes a primary of its own.</summary>
    Promotion,

    /// <summary>A server is started.</summary>
    Start,

    /// <summary>A server is stopped.</summary>
    Stop,

    /// <summary>A server is restarted.</summary>
    Restart,

    /// <summary>All servers of a cluster are restarted, one after the other.</summary>
    RollingRestart,

    /// <summary>A server is taken out of its cluster for a while, or comes back.</summary>
    Maintenance,

    /// <summary>A server comes back into its cluster: it follows, is rewound, or is cloned anew.</summary>
    Repair,

    /// <summary>A standby follows another server, or recovers in another way.</summary>
    UpstreamChange,

    /// <summary>Settings.</summary>
    Settings,

    /// <summary>The standbys that commits wait for.</summary>
    SynchronousStandbys,

    /// <summary>Replication slots.</summary>
    Slots,

    /// <summary>The archiving of WAL.</summary>
    Archiving,

    /// <summary>The rules of <c>pg_hba.conf</c>.</summary>
    Hba,

    /// <summary>A server or a cluster is removed with its data.</summary>
    Remove,

    /// <summary>
    /// A server is cloned, which changes nothing on it. The manager does not know the clone, so this is a warning and never a refusal.
    /// </summary>
    Clone,

    /// <summary>A cluster becomes what its definition says: settings, rules, slots, upstreams.</summary>
    Definition,

    /// <summary>The servers of a definition that are missing are made, and join the cluster as its standbys.</summary>
    Build,
}

/// <summary>The operations by the settings that they change.</summary>
internal static class ManagedOperations
{
    private static readonly string[] OfUpstream =
    [
        "primary_conninfo", "primary_slot_name", "restore_command", "recovery_target_timeline", "hot_standby",
    ];

    /// <summary>The operation that a change of settings is.</summary>
    public static ManagedOperation OfSettings(IReadOnlyCollection<string> names)
    {
        if (names.Any(name => OfUpstream.Contains(name, StringComparer.OrdinalIgnoreCase)))
            return ManagedOperation.UpstreamChange;
        return names.Contains("synchronous_standby_names", StringComparer.OrdinalIgnoreCase)
            ? ManagedOperation.SynchronousStandbys
            : ManagedOperation.Settings;
    }
}
