namespace PgHa.Tests.Clusters;

public sealed class ClusterDefinitionWriterTests
{
    /// <summary>A definition in which nothing is at its default.</summary>
    internal static ClusterDefinition Full { get; } = new()
    {
        Name = "it's full",
        Version = ServerVersion.Parse("17.4"),
        BinDirectory = "/usr/lib/postgresql/15/bin",
        ReplicationRole = "foo",
        Roles = [new RoleDefinition { Name = "plain" }, new RoleDefinition { Name = "m", MemberOf = ["pg_monitor", "pg_read_all_data"] }],
        SynchronousStandbyNames = SynchronousStandbyNames.Parse("FIRST 1 (\"s 1\")"),
        SynchronousCommit = CommitLevel.RemoteWrite,
        Settings = new Dictionary<string, string>
        {
            ["work_mem"] = "16MB",
            ["max_connections"] = "200",
            ["pg_stat_statements.max"] = "010",
            ["log_line_prefix"] = "‘%m’ \\ \"%p\" ",
            ["wal_segment"] = "16777216",
        },
        Hba = [HbaRule.Parse("host \"my  db\",all +admins 10.0.0.0/8 scram-sha-256"), HbaRule.Parse("local all all peer map=pgha")],
        Nodes =
        [
            new NodeDefinition
            {
                Name = "a",
                Host = "db1",
                Port = 5433,
                DataDirectory = "/srv/pg/a",
                ArchiveDirectory = "/srv/pg/wal",
                ArchiveMode = ArchiveMode.Always,
                Slots = [new SlotDefinition { Name = "s", Owner = "x", Plugin = "pgoutput", Database = "d", Failover = true }],
                Settings = new Dictionary<string, string> { ["wal_level"] = "logical" },
                Hba = [HbaRule.Parse("host all all samenet reject")],
                Tablespaces = new Dictionary<string, string> { ["fast"] = "/ssd/~a" },
            },
            new NodeDefinition
            {
                Name = "b",
                DataDirectory = "/srv/pg/other",
                Upstream = "a",
                RestoreFrom = "/mnt/wal",
                HotStandby = false,
                SlotName = "b_slot",
                ApplicationName = "s 1",
                ApplyDelay = TimeSpan.FromSeconds(90),
                Tablespaces = new Dictionary<string, string> { ["fast"] = "/srv/pg/ts/fast" },
            },
            new NodeDefinition
            {
                Name = "c",
                Host = "db3",
                DataDirectory = "/srv/pg/c",
                RestoreFrom = "a",
                Tablespaces = new Dictionary<string, string> { ["fast"] = "/ssd" }
            },
            new NodeDefinition
            {
                Name = "d",
                Machine = new PgMachine("admin@db4"),
                Host = "db4",
                DataDirectory = "/srv/pg/d",
                Upstream = "a",
                SlotName = "d",
                SyncReplicationSlots = true,
                Tablespaces = new Dictionary<string, string> { ["fast"] = "/ssd" },
            },
        ],
    };

    [Fact]
    public void What_is_written_as_JSON_is_read_as_the_same()
    {
        string json = ClusterDefinitionWriter.ToJson(Full);
        ClusterDefinition read = ClusterDefinitionReader.Read(JsonDefinition.Parse(json), "/elsewhere");

        Assert.Equal(Dump(Full), Dump(read));
        Assert.Equal(json, ClusterDefinitionWriter.ToJson(read));
    }

    [Fact]
    public void Defaults_are_left_out_and_paths_are_short()
    {
        string json = ClusterDefinitionWriter.ToJson(new ClusterDefinition
        {
            Name = "c",
            Nodes = [new NodeDefinition { Name = "a", DataDirectory = "/srv/pg/a", ArchiveDirectory = "/srv/pg/wal" }]
        });

        Assert.Equal("""
            {
              "Name": "c",
              "Root": "/srv/pg",
              "Nodes": [
                {
                  "Name": "a",
                  "ArchiveDirectory": "wal"
                }
              ]
            }

            """, json, ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void A_PowerShell_data_file_has_a_line_for_what_fits()
    {
        Assert.Equal("""
            @{
                Name = 'it''s full'
                Version = '17.4'
                BinDirectory = '/usr/lib/postgresql/15/bin'
                Root = '/srv/pg'
                ReplicationRole = 'foo'
                Roles = @(
                    'plain'
                    @{ Name = 'm'; MemberOf = @('pg_monitor', 'pg_read_all_data') }
                )
                SynchronousStandbyNames = 'FIRST 1 ("s 1")'
                SynchronousCommit = 'remote_write'
                Settings = @{
                    log_line_prefix = '‘‘%m’’ \ "%p" '
                    max_connections = 200
                    'pg_stat_statements.max' = '010'
                    wal_segment = '16777216'
                    work_mem = '16MB'
                }
                Hba = @('host "my  db",all +admins 10.0.0.0/8 scram-sha-256', 'local all all peer map=pgha')
                Nodes = @(
                    @{
                        Name = 'a'
                        Host = 'db1'
                        Port = 5433
                        ArchiveDirectory = 'wal'
                        ArchiveMode = 'always'
                        Slots = @(
                            @{ Name = 's'; Owner = 'x'; Plugin = 'pgoutput'; Database = 'd'; Failover = $true }
                        )
                        Settings = @{ wal_level = 'logical' }
                        Hba = @('host all all samenet reject')
                        Tablespaces = @{ fast = '/ssd/~a' }
                    }
                    @{
                        Name = 'b'
                        DataDirectory = 'other'
                        Upstream = 'a'
                        RestoreFrom = '/mnt/wal'
                        HotStandby = $false
                        SlotName = 'b_slot'
                        ApplicationName = 's 1'
                        ApplyDelay = '90s'
                        Tablespaces = @{ fast = 'ts/fast' }
                    }
                    @{ Name = 'c'; Host = 'db3'; RestoreFrom = 'a'; Tablespaces = @{ fast = '/ssd' } }
                    @{
                        Name = 'd'
                        Machine = 'ssh://admin@db4'
                        Upstream = 'a'
                        SlotName = 'd'
                        SyncReplicationSlots = $true
                        Tablespaces = @{ fast = '/ssd' }
                    }
                )
            }

            """, ClusterDefinitionWriter.ToPowerShellData(Full), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void The_sample_leaves_no_property_at_its_default() =>
        // Otherwise a property that is forgotten in the writer would go unnoticed.
        Assert.Empty(typeof(NodeDefinition).GetProperties()
            .Where(property => property.CanWrite)
            .Where(property => Full.Nodes.Select(property.GetValue)
                .All(value => value is null || value.Equals(property.GetValue(new NodeDefinition { Name = "", DataDirectory = "" }))))
            .Select(property => property.Name));

    /// <summary>All that is in a value, as text.</summary>
    internal static string Dump(object? value) => value switch
    {
        null => "null",
        IReadOnlyDictionary<string, string> table =>
            $"{{ {string.Join(", ", table.OrderBy(entry => entry.Key, StringComparer.Ordinal))} }}",
        System.Collections.IEnumerable list and not string => $"[ {string.Join(", ", list.Cast<object?>().Select(Dump))} ]",
        ClusterDefinition or NodeDefinition or RoleDefinition or SlotDefinition =>
            string.Join("\n", value.GetType().GetProperties().Select(property => $"{property.Name}: {Dump(property.GetValue(value))}")),
        _ => value.ToString()!,
    };
}
