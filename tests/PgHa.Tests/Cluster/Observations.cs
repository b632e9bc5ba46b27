namespace PgHa.Tests;

/// <summary>A thorough look at a made-up cluster: a primary and two standbys, one of them synchronous, where nothing is wrong.</summary>
internal static class Observations
{
    public static readonly ClusterDefinition Definition = new()
    {
        Name = "shop",
        Version = ServerVersion.OfMajor(15),
        SynchronousStandbyNames = SynchronousStandbyNames.Parse("FIRST 1 (b, c)"),
        Settings = new Dictionary<string, string> { ["work_mem"] = "8MB" },
        Hba = [HbaRule.Parse("host app app 10.0.0.0/8 scram-sha-256")],
        Roles = [new RoleDefinition { Name = "monitor", MemberOf = ["pg_monitor"] }],
        Nodes =
        [
            new NodeDefinition
            {
                Name = "a",
                Port = 1,
                DataDirectory = "/srv/a",
                ArchiveDirectory = "/srv/archive",
                Tablespaces = new Dictionary<string, string> { ["fast"] = "/fast/a" }
            },
            new NodeDefinition
            {
                Name = "b",
                Port = 2,
                DataDirectory = "/srv/b",
                Upstream = "a",
                SlotName = "slot_b",
                Tablespaces = new Dictionary<string, string> { ["fast"] = "/fast/b" }
            },
            new NodeDefinition
            {
                Name = "c",
                Port = 3,
                DataDirectory = "/srv/c",
                Upstream = "a",
                Tablespaces = new Dictionary<string, string> { ["fast"] = "/fast/c" }
            },
        ],
    };

    public static ClusterObservation Good() => Of(
        Observed.Primary(
            "a",
            1,
            Observed.Row("b", SyncState.Sync) with { SlotName = "slot_b", UserName = "replicator" },
            Observed.Row("c", SyncState.Potential) with { UserName = "replicator" })
            .With(status => status with
            {
                Slots = [Slot("slot_b") with { IsActive = true }],
                SynchronousStandbyNames = Definition.SynchronousStandbyNames,
                ArchiveMode = ArchiveMode.On,
                ArchiveCommand = "cp %p /srv/archive/%f",
            }),
        Observed.Standby("b", 2, 1).With(status => status with { Receiver = status.Receiver! with { SlotName = "slot_b" } }),
        Observed.Standby("c", 3, 1));

    /// <summary>The servers, thoroughly looked at, each with what is good.</summary>
    public static ClusterObservation Of(params MemberAnswer[] answers)
    {
        PgCluster cluster = PgClusters.Of(
            [.. answers.Select(answer => answer with { Node = Definition.Find(answer.Server.Name) })], Observed.Now, Definition);
        return new ClusterObservation(cluster, [.. cluster.Members.Select(Look)]);
    }

    public static ReplicationSlot Slot(string name) =>
        new() { Server = Observed.Server("a", 1), Name = name, Type = ReplicationSlotType.Physical, RestartLsn = Observed.End };

    public static MemberAnswer With(this MemberAnswer answer, Func<ReplicationStatus, ReplicationStatus> change) =>
        answer with { Status = change(answer.Status!) };

    /// <summary>The observation with one member seen otherwise.</summary>
    public static ClusterObservation With(
        this ClusterObservation observation, string name, Func<MemberObservation, MemberObservation> change) =>
        observation with { Members = [.. observation.Members.Select(member => member.Member.Name == name ? change(member) : member)] };

    /// <summary>The observation with one server saying something else of itself.</summary>
    public static ClusterObservation WithStatus(
        this ClusterObservation observation, string name, Func<ReplicationStatus, ReplicationStatus> change) => observation with
        {
            Cluster = observation.Cluster with
            {
                Members = [.. observation.Cluster.Members
                .Select(member => member.Name == name ? member with { Status = change(member.Status!) } : member)],
            },
            Members = [.. observation.Members
            .Select(seen => seen.Member.Name == name
                ? seen with { Member = seen.Member with { Status = change(seen.Member.Status!) } }
                : seen)],
        };

    public static MemberObservation Set(this MemberObservation member, string name, string value) => member with
    {
        Settings =
        [
            .. member.Settings!.Where(setting => setting.Name != name),
            member.Setting(name) is { } known ? known with { Value = value } : Setting(member.Member, name, value)
        ],
    };

    private static MemberObservation Look(
        PgClusterMember member) => member.Status is null ? new MemberObservation(member) { HasDataDirectory = true } : new(member)
        {
            HasDataDirectory = true,
            Settings =
        [
            Setting(member, "port", $"{member.Server!.Port}", SettingType.Integer),
            Setting(member, "work_mem", "8MB", SettingType.Integer, "kB") with { Default = "4MB" },
            Setting(member, "max_connections", "100", SettingType.Integer),
            Setting(member, "max_wal_senders", "10", SettingType.Integer),
            Setting(member, "max_replication_slots", "10", SettingType.Integer),
            Setting(member, "max_slot_wal_keep_size", "10GB", SettingType.Integer, "MB"),
            Setting(member, "archive_mode", member.Name == "a" ? "on" : "off", SettingType.Enum),
            Setting(member, "archive_command", member.Name == "a" ? "cp %p /srv/archive/%f" : ""),
            .. new[] { "fsync", "full_page_writes", "autovacuum", "data_checksums" }
                .Select(name => Setting(member, name, "on", SettingType.Bool)),
            .. new[] { "wal_log_hints", "default_transaction_read_only" }.Select(name => Setting(member, name, "off", SettingType.Bool)),
            Setting(member, "wal_level", "replica", SettingType.Enum),
        ],
            Hba =
        [
            new PgHbaRule(member.Server, 1, HbaRule.Parse("host app app 10.0.0.0/8 scram-sha-256")),
            new PgHbaRule(member.Server, 2, HbaRule.Parse("host replication replicator 127.0.0.1/32 scram-sha-256")),
        ],
            Recovery = member.Role == ServerRole.Primary ? null : new RecoveryConfiguration
            {
                Server = member.Server,
                StandbyMode = true,
                HotStandby = true,
                UpstreamHost = "127.0.0.1",
                UpstreamPort = 1,
                UserName = "replicator",
                PassFile = "/srv/pgpass",
                SlotName = member.SlotName,
                ApplicationName = member.Name,
            },
            Retention = new WalRetention
            {
                Server = member.Server,
                Role = member.Role!.Value,
                CurrentLsn = Observed.End,
                SegmentSize = new WalSegmentSize(16 << 20),
                RedoLsn = Observed.End,
                WalKeepSize = 1 << 30,
                Archive = new ArchiveStatus
                {
                    Server = member.Server,
                    Role = member.Role!.Value,
                    Mode = member.Status.ArchiveMode,
                    Backlog = new ArchiveBacklog(0, 0, null, null),
                },
            },
            Facts = new ServerFacts
            {
                Version = ServerVersion.Parse("15.4"),
                Roles =
            [
                new("postgres", true, true, true, []),
                new("replicator", false, true, true, []),
                new("monitor", false, false, true, ["pg_monitor"])
            ],
                Tablespaces = new Dictionary<string, string> { ["fast"] = $"/fast/{member.Name}" },
                TransactionAge = 1000,
                ChecksumFailures = 0,
                WalSenders = member.Status.Standbys.Count,
                Connections = 5,
            },
        };

    private static PgSetting Setting(
        PgClusterMember member, string name, string value, SettingType type = SettingType.String, string? unit = null) => new()
        {
            Server = member.Server!,
            Name = name,
            Value = value,
            Type = type,
            Unit = unit,
            Default = value,
            Source = "configuration file",
            Context = name is "work_mem" ? "user"
            : name.StartsWith("max_", StringComparison.Ordinal) || name is "port" or "archive_mode" ? "postmaster"
            : "sighup",
        };
}
