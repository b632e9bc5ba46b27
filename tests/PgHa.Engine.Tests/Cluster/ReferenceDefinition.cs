using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Cluster;

/// <summary>The runbook's six nodes as a definition, in a test's own area.</summary>
internal static class ReferenceDefinition
{
    public static ClusterDefinition In(TestCluster cluster)
    {
        NodeDefinition Node(string name) => new()
        {
            Name = name,
            Port = cluster.Area.NextPort(),
            DataDirectory = cluster.Area[name],
        };

        return new ClusterDefinition
        {
            Name = "reference",
            BinDirectory = cluster.Installation.BinDirectory,
            ReplicationRole = "foo",
            Settings = new Dictionary<string, string>
            {
                ["wal_level"] = "replica",
                ["max_wal_senders"] = "10",
                ["max_replication_slots"] = "10"
            },
            SynchronousStandbyNames = SynchronousStandbyNames.Parse("s1"),
            Nodes =
            [
                Node("node20") with { ArchiveDirectory = cluster.Area["archive20"] },
                Node("node21") with { RestoreFrom = "node20", HotStandby = false },
                Node("node22") with { Upstream = "node20", HotStandby = false },
                Node("node23") with { Upstream = "node20", SlotName = "node_slot_23" },
                Node("node24") with { Upstream = "node23" },
                Node("node25") with
                {
                    Upstream = "node20",
                    ApplicationName = "s1",
                    ArchiveDirectory = cluster.Area["archive25"],
                    ArchiveMode = ArchiveMode.Always
                },
            ],
        };
    }
}
