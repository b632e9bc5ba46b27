namespace PgHa.Tests.Clusters;

public sealed class ClusterDefinitionRulesTests
{
    private const string Primary = """{ "Name": "a", "ArchiveDirectory": "arch-a" }""";
    private const string Raised = """{ "Name": "a", "Settings": { "max_connections": 200 } }""";

    [Theory]
    // One primary, names and hosts
    [InlineData("", "Nodes", "there is no node")]
    [InlineData("""{ "Name": "a", "Upstream": "b" }, { "Name": "b", "RestoreFrom": "/x" }""", "Nodes", "there is no primary")]
    [InlineData(Primary + """, { "Name": "b" }""", "Nodes[1]", "b is a second primary beside a")]
    [InlineData(Primary + """, { "Name": "A", "Upstream": "a" }""", "Nodes[1].Name", "there is another node 'A'")]
    [InlineData("""{ "Name": "Knoten-\u00fc" }""", "Nodes[0].Name", "printable ASCII")]
    [InlineData(
        Primary
        + """, { "Name": "b", "Upstream": "a", "ApplicationName": "s" }, { "Name": "c", "Upstream": "b", "ApplicationName": "S" }""",
        "Nodes[2].ApplicationName",
        "b is known as 's' too")]
    [InlineData("""{ "Name": "a", "Host": "*" }""", "Nodes[0].Host", "give the address they use")]
    [InlineData("""{ "Name": "a", "Host": "/run" }""", "Nodes[0].Host", "no host name")]
    [InlineData("""{ "Name": "a", "ApplyDelay": "1s" }""", "Nodes[0].ApplyDelay", "replays nothing")]
    // Where the WAL comes from
    [InlineData(Primary + """, { "Name": "b", "Upstream": "aa" }""", "Nodes[1].Upstream", "no node 'aa'")]
    [InlineData(Primary + """, { "Name": "b", "Upstream": "b" }""", "Nodes[1].Upstream", "from itself")]
    [InlineData(
        Primary + """, { "Name": "x", "Upstream": "b" }, { "Name": "b", "Upstream": "c" }, { "Name": "c", "Upstream": "b" }""",
        "Nodes[2].Upstream",
        "b ← c ← b")]
    [InlineData(
        Primary + """, { "Name": "b", "RestoreFrom": "c" }, """
        + """{ "Name": "c", "Upstream": "b", "ArchiveDirectory": "arch-c", "ArchiveMode": "Always" }""",
        "Nodes[1].RestoreFrom",
        "b ← c ← b")]
    [InlineData(
        Primary + """, { "Name": "b", "Upstream": "a", "HotStandby": false }, { "Name": "c", "Upstream": "b" }""",
        "Nodes[2].Upstream",
        "b is a cold standby")]
    // Ports and directories of one host
    [InlineData(
        """{ "Name": "a", "Port": 1 }, { "Name": "b", "Port": 1, "Host": "localhost", "Upstream": "a" }""",
        "Nodes[1].Port",
        "a has port 1 on the same host (127.0.0.1)")]
    [InlineData(
        Primary + """, { "Name": "b", "Upstream": "a", "DataDirectory": "a" }""",
        "Nodes[1].DataDirectory",
        "'/srv/pg/a' is the data directory of a")]
    [InlineData(
        Primary + """, { "Name": "b", "Upstream": "a", "DataDirectory": "a/../a/b/" }""",
        "Nodes[1].DataDirectory",
        "'/srv/pg/a/b' is inside the data directory of a, '/srv/pg/a'")]
    [InlineData(
        """{ "Name": "a", "DataDirectory": "x/y", "ArchiveDirectory": "x" }""",
        "Nodes[0].ArchiveDirectory",
        "contains the data directory of a")]
    [InlineData(
        """{ "Name": "a", "Tablespaces": { "fast": "t" } }, { "Name": "b", "Upstream": "a", "Tablespaces": { "fast": "t" } }""",
        "Nodes[1].Tablespaces.fast",
        "is the tablespace fast of a")]
    [InlineData(
        """{ "Name": "a", "Tablespaces": { "fast": "t" } }, { "Name": "b", "Upstream": "a" }""",
        "Nodes[1].Tablespaces",
        "the primary's tablespace fast has no directory here")]
    [InlineData(
        Primary + """, { "Name": "b", "Upstream": "a", "Tablespaces": { "fast": "t" } }""",
        "Nodes[1].Tablespaces.fast",
        "the primary a has no tablespace fast")]
    // Archives
    [InlineData(
        Primary + """, { "Name": "b", "Upstream": "a", "ArchiveDirectory": "arch-a", "ArchiveMode": "Always" }""",
        "Nodes[1].ArchiveDirectory",
        "an archive of its own")]
    [InlineData(
        Primary + """, { "Name": "b", "Upstream": "a", "ArchiveDirectory": "arch-a" }""",
        "Nodes[1].ArchiveDirectory",
        "after its promotion only")]
    [InlineData(
        """{ "Name": "a", "ArchiveDirectory": "ssh://s/w" }, """
        + """{ "Name": "b", "Host": "h", "Upstream": "a", "ArchiveDirectory": "ssh://s/w" }""",
        "Nodes[1].ArchiveDirectory",
        "an archive of its own")]
    [InlineData("""{ "Name": "a" }, { "Name": "b", "RestoreFrom": "a" }""", "Nodes[1].RestoreFrom", "a has no ArchiveDirectory")]
    [InlineData(
        Primary + """, { "Name": "b", "Upstream": "a", "ArchiveDirectory": "arch-b" }, { "Name": "c", "RestoreFrom": "b" }""",
        "Nodes[2].RestoreFrom",
        "b archives nothing while it is a standby")]
    [InlineData("""{ "Name": "a", "ArchiveMode": "Always" }""", "Nodes[0].ArchiveMode", "needs an ArchiveDirectory")]
    // Slots
    [InlineData("""{ "Name": "a", "SlotName": "s" }""", "Nodes[0].SlotName", "a primary streams from nobody")]
    [InlineData(Primary + """, { "Name": "b", "RestoreFrom": "a", "SlotName": "s" }""", "Nodes[1].SlotName", "fed from an archive")]
    [InlineData(Primary + """, { "Name": "b", "Upstream": "a", "SlotName": "B" }""", "Nodes[1].SlotName", "lower-case letters")]
    [InlineData(
        Primary + """, { "Name": "b", "Upstream": "a", "SlotName": "s" }, { "Name": "c", "Upstream": "a", "SlotName": "s" }""",
        "Nodes[2].SlotName",
        "a slot serves one standby")]
    [InlineData("""{ "Name": "a", "Slots": [ { "Name": "s" } ] }""", "Nodes[0].Slots[0]", "slot 's' has no owner")]
    [InlineData(
        """{ "Name": "a", "Slots": [ { "Name": "s", "Owner": "x" }, { "Name": "s", "Owner": "x" } ] }""",
        "Nodes[0].Slots[1]",
        "another slot 's'")]
    [InlineData(
        """{ "Name": "a", "Slots": [ { "Name": "s", "Owner": "x", "Plugin": "pgoutput" } ] }""",
        "Nodes[0].Slots[0]",
        "needs a Plugin and a Database")]
    [InlineData(
        Primary + """, { "Name": "b", "Upstream": "a", "HotStandby": false, "Slots": [ { "Name": "s", "Owner": "x" } ] }""",
        "Nodes[1].Slots[0]",
        "cold standby")]
    [InlineData(
        """{ "Name": "a", "Settings": { "wal_level": "logical" }, "Slots": [ { "Name": "s", "Plugin": "p", "Database": "d" } ] }, """
        + """{ "Name": "b", "Upstream": "a", "SlotName": "s" }""",
        "Nodes[0].Slots[0]",
        "a logical slot cannot serve")]
    // Settings
    [InlineData("""{ "Name": "a", "Settings": { "Port": 5 } }""", "Nodes[0].Settings.Port", "use Port of the node")]
    [InlineData(
        """{ "Name": "a", "Settings": { "recovery_target_time": "now" } }""", "Nodes[0].Settings.recovery_target_time", "stop nowhere")]
    [InlineData("""{ "Name": "a", "Settings": { "work mem": "1MB" } }""", "Nodes[0].Settings.work mem", "no name of a setting")]
    [InlineData(
        Raised + """, { "Name": "b", "Upstream": "a", "Settings": { "max_connections": 100 } }""",
        "Nodes[1].Settings.max_connections",
        "max_connections = 100 of b is too low: a hot standby needs at least the primary's 200")]
    [InlineData(
        """{ "Name": "a", "Settings": { "max_wal_senders": 0 } }, { "Name": "b", "Upstream": "a" }""",
        "Nodes[0].Settings.max_wal_senders",
        "1 standbys stream from a")]
    [InlineData(
        """{ "Name": "a", "Settings": { "max_replication_slots": 0 } }, { "Name": "b", "Upstream": "a", "SlotName": "s" }""",
        "Nodes[0].Settings.max_replication_slots",
        "a has 1 slots")]
    [InlineData(
        """{ "Name": "a", "Settings": { "wal_level": "minimal" } }, { "Name": "b", "Upstream": "a" }""",
        "Nodes[0].Settings.wal_level",
        "replica or logical")]
    public void What_is_wrong_with_the_nodes_is_told_at_its_place(string nodes, string place, string text) =>
        AssertOnly(DefinitionSample.ProblemsOfNodes(nodes), place, text);

    [Theory]
    [InlineData("\"s9\"", "no node is known as 's9'; the primary's standbys are s1, s2")]
    [InlineData("\"cascade\"", "'cascade' (cascade) streams from node1")]
    [InlineData("\"fed\"", "'fed' (fed) is fed from an archive")]
    [InlineData("\"node1\"", "node1 is known to its upstream as 's1' (ApplicationName)")]
    [InlineData("\"FIRST 3 (*)\"", "it waits for 3 standbys, and 2 of those named stream from the primary")]
    [InlineData("\"FIRST 3 (s1, S2)\"", "it waits for 3 standbys, and 2")]
    [InlineData("\"s2\", \"SynchronousCommit\": \"remote_apply\"", "the ApplyDelay of node2")]
    public void Commits_wait_only_for_who_can_answer(string names, string text)
    {
        IReadOnlyList<DefinitionProblem> problems = DefinitionSample.ProblemsOfNodes(
            Primary + """
            , { "Name": "node1", "Upstream": "a", "ApplicationName": "s1" }
            , { "Name": "node2", "Upstream": "a", "ApplicationName": "s2", "ApplyDelay": "1min" }
            , { "Name": "cascade", "Upstream": "node1" }, { "Name": "fed", "RestoreFrom": "a" }
            """, "\"SynchronousStandbyNames\": " + names);

        Assert.Contains(problems, problem => problem.Text.Contains(text, StringComparison.Ordinal));
        Assert.All(problems, problem => Assert.Equal("SynchronousStandbyNames", problem.Place));
    }

    [Theory]
    [InlineData("\"Roles\": [ \"m\", \"m\" ]", "Roles[1]", "given twice")]
    [InlineData("\"Roles\": \"replicator\"", "Roles[0]", "the ReplicationRole already")]
    [InlineData("\"ReplicationRole\": \"pg_x\"", "ReplicationRole", "begins with pg_")]
    [InlineData("\"Settings\": { \"archive_command\": \"cp\" }", "Settings.archive_command", "use ArchiveDirectory of the node")]
    [InlineData("\"Version\": 9.4", "Version", "older than 9.6")]
    [InlineData(
        "\"Version\": 9.6, \"SynchronousStandbyNames\": \"ANY 1 (b)\", "
        + "\"Settings\": { \"wal_level\": \"replica\", \"max_wal_senders\": 3 }",
        "SynchronousStandbyNames",
        "no quorum")]
    public void What_is_wrong_with_the_cluster_is_told_at_its_place(string cluster, string place, string text) =>
        AssertOnly(DefinitionSample.ProblemsOfNodes(Primary + """, { "Name": "b", "Upstream": "a" }""", cluster), place, text);

    [Theory]
    [InlineData(
        Raised + """, { "Name": "b", "Upstream": "a" }""", "max_connections", 100,
        "Nodes[1].Settings.max_connections: max_connections = 100 of b is too low")]
    [InlineData(
        Primary + """, { "Name": "b", "Upstream": "a", "Settings": { "max_locks_per_transaction": 100 } }""", "max_locks_per_transaction",
        128, "needs at least the primary's 128")]
    [InlineData(
        Primary + """, { "Name": "b", "Upstream": "a" }""", "max_wal_senders", 0,
        "Nodes[0].Settings.max_wal_senders: max_wal_senders = 0 of a is too low")]
    public void What_is_too_low_beside_a_default_is_told_once_the_programs_have_told_it(
        string nodes, string setting, int standard, string text)
    {
        Assert.Empty(DefinitionSample.ProblemsOfNodes(nodes));
        ClusterDefinition cluster = DefinitionSample.OfNodes(nodes);

        PgHaException failure = Assert.Throws<PgHaException>(
            () => ClusterDefinitionRules.Validate(cluster, new Dictionary<string, int> { [setting] = standard }));

        Assert.Equal("InvalidClusterDefinition", failure.ErrorId);
        Assert.Contains(text, failure.Message, StringComparison.Ordinal);
        ClusterDefinitionRules.Validate(cluster, new Dictionary<string, int> { ["max_connections"] = 500, ["max_wal_senders"] = 10 });
    }

    [Fact]
    public void Logical_slots_on_a_standby_need_16()
    {
        const string Nodes = """
            { "Name": "a" }, { "Name": "b", "Upstream": "a", "Slots": [ { "Name": "s", "Owner": "x", "Plugin": "p", "Database": "d" } ] }
            """;
        const string Logical = "\"Settings\": { \"wal_level\": \"logical\" }";

        AssertOnly(
            DefinitionSample.ProblemsOfNodes(Nodes, "\"Version\": 15, " + Logical), "Nodes[1].Slots[0]", "no logical slots on a standby");
        Assert.Empty(DefinitionSample.ProblemsOfNodes(Nodes, "\"Version\": 16, " + Logical));
    }

    [Fact]
    public void What_is_fine_is_not_complained_about()
    {
        Assert.Empty(DefinitionSample.ProblemsOf(DefinitionSample.Reference));
        // The same paths and ports on other hosts; a cold standby with less than its primary; a slot entry that a standby streams through.
        Assert.Empty(DefinitionSample.ProblemsOf("""
            { "Name": "c", "SynchronousStandbyNames": "ANY 1 (*)", "Nodes": [
                { "Name": "a", "DataDirectory": "/pg/data", "ArchiveDirectory": "/pg/wal",
                  "Settings": { "max_connections": 500 }, "Slots": { "Name": "s" } },
                { "Name": "b", "Host": "db2", "DataDirectory": "/pg/data", "ArchiveDirectory": "/pg/wal",
                  "Upstream": "a", "HotStandby": false, "SlotName": "s" },
                { "Name": "ab", "Host": "localhost", "Port": 5433, "DataDirectory": "/pg/data2", "Upstream": "a", "RestoreFrom": "a",
                  "Settings": { "max_connections": "500" } } ] }
            """));
    }

    [Fact]
    public void A_definition_made_in_code_is_held_to_the_same_rules()
    {
        ClusterDefinition cluster = new()
        {
            Name = "c",
            Nodes =
            [
                new NodeDefinition { Name = "a", DataDirectory = "/a" },
                new NodeDefinition { Name = "b", DataDirectory = "/b", Upstream = "a" }
            ]
        };

        PgHaException failure = Assert.Throws<PgHaException>(() => ClusterDefinitionRules.Validate(cluster));
        Assert.Equal("InvalidClusterDefinition", failure.ErrorId);
        Assert.Equal("The cluster definition is not valid: Nodes[1].Port: a has port 5432 on the same host (127.0.0.1).", failure.Message);
    }

    private static void AssertOnly(IReadOnlyList<DefinitionProblem> problems, string place, string text)
    {
        DefinitionProblem problem = Assert.Single(problems);
        Assert.Equal(place, problem.Place);
        Assert.Contains(text, problem.Text, StringComparison.Ordinal);
    }
}
