namespace PgHa.Tests.Clusters;

public sealed class ClusterDefinitionReaderTests
{
    [Fact]
    public void The_reference_cluster_is_read_with_its_defaults_and_absolute_paths()
    {
        ClusterDefinition cluster = DefinitionSample.Read(DefinitionSample.Reference);

        Assert.Equal(("reference", "foo", "s1"), (cluster.Name, cluster.ReplicationRole, cluster.SynchronousStandbyNames!.ToString()));
        Assert.Equal("10", cluster.Settings["MAX_WAL_SENDERS"]);
        Assert.Equal("node20", cluster.Primary.Name);
        Assert.Equal("/srv/pg/archive20", cluster.Primary.ArchiveDirectory);
        Assert.Equal(
            [NodeKind.Primary, NodeKind.ArchiveFed, NodeKind.Streaming, NodeKind.Streaming, NodeKind.Streaming, NodeKind.Streaming],
            cluster.Nodes.Select(node => node.Kind));
        Assert.Equal([true, false, false, true, true, true], cluster.Nodes.Select(node => node.HotStandby));
        NodeDefinition last = cluster.Find("node25")!;
        Assert.Equal(
            ("/srv/pg/node25", 9425, "127.0.0.1", "s1", ArchiveMode.Always),
            (last.DataDirectory, last.Port, last.Host, last.ApplicationName, last.ArchiveMode));
    }

    [Fact]
    public void Every_property_can_be_written_as_PostgreSQL_writes_it()
    {
        ClusterDefinition cluster = DefinitionSample.Read("""
            {
              "$schema": "cluster-definition.schema.json", "name": "c", "VERSION": 15, "BinDirectory": "/opt/pg/bin", "Root": "data",
              "Roles": [ "monitor", { "Name": "backup", "MemberOf": "pg_read_all_data" } ],
              "SynchronousStandbyNames": "ANY 1 (b, \"c\")", "SynchronousCommit": "remote_apply",
              "Settings": { "wal_log_hints": true, "checkpoint_completion_target": 0.9, "shared_buffers": "16MB" },
              "Hba": "host all all samenet scram-sha-256",
              "Nodes": [
                { "Name": "a", "Slots": { "Name": "cdc", "Owner": "debezium", "Plugin": "pgoutput", "Database": "shop" },
                  "Settings": { "wal_level": "logical" }, "Tablespaces": { "fast": "fast-a" } },
                { "Name": "b", "Host": "db2", "Upstream": "a", "RestoreFrom": "../archive/a", "ApplyDelay": "5min",
                  "Tablespaces": { "fast": "/ssd/b" } },
                { "Name": "c", "Host": "db3", "Upstream": "a", "HotStandby": "off", "ApplyDelay": 250, "Tablespaces": { "fast": "fast" },
                  "Hba": [ "local all all peer", "host all all 10.0.0.0/8 reject" ] }
              ]
            }
            """.Replace("remote_apply", "RemoteWrite", StringComparison.Ordinal));

        Assert.Equal("15", cluster.Version!.Value.Major);
        Assert.Equal(["monitor", "backup"], cluster.Roles.Select(role => role.Name));
        Assert.Equal(["pg_read_all_data"], cluster.Roles[1].MemberOf);
        Assert.Equal((SyncMethod.Any, CommitLevel.RemoteWrite), (cluster.SynchronousStandbyNames!.Method, cluster.SynchronousCommit));
        Assert.Equal(["on", "0.9", "16MB"], cluster.Settings.Values);
        Assert.Equal(HbaMethod.ScramSha256, Assert.Single(cluster.Hba).Method);
        Assert.Equal(
            new SlotDefinition { Name = "cdc", Owner = "debezium", Plugin = "pgoutput", Database = "shop" },
            Assert.Single(cluster.Primary.Slots));
        Assert.Equal("/srv/pg/data/fast-a", cluster.Primary.Tablespaces["fast"]);
        Assert.Equal((TimeSpan.FromMinutes(5), "/srv/pg/archive/a"), (cluster.Nodes[1].ApplyDelay, cluster.Nodes[1].RestoreFrom));
        Assert.Equal(
            (TimeSpan.FromMilliseconds(250), false, 2),
            (cluster.Nodes[2].ApplyDelay, cluster.Nodes[2].HotStandby, cluster.Nodes[2].Hba.Count));
    }

    [Theory]
    [InlineData("remote_apply", CommitLevel.RemoteApply)]
    [InlineData("RemoteApply", CommitLevel.RemoteApply)]
    [InlineData("on", CommitLevel.On)]
    [InlineData("local", CommitLevel.Local)]
    public void A_commit_level_has_PostgreSQLs_name_or_PgHas(string text, CommitLevel level) =>
        Assert.Equal(
            level,
            DefinitionSample.Read($$"""{ "Name": "c", "SynchronousCommit": "{{text}}", "Nodes": { "Name": "a" } }""").SynchronousCommit);

    [Fact]
    public void All_problems_come_at_once_each_with_its_line()
    {
        IReadOnlyList<DefinitionProblem> problems = DefinitionSample.ProblemsOf("""
            {
              "Name": "c", "Verison": 15,
              "Settings": { "max_connections": [ 1, 2 ], "work_mem": null },
              "Nodes": [
                { "Name": "a", "Port": "abc", "Slots": "s" },
                { "Name": "b", "Port": 70000,
                  "Upstream": "A", "ApplyDelay": "5 parsecs" },
                "c",
                { "Upstream": "a", "SynchronousCommit": "on", "Kind": "Streaming", "ArchiveMode": "off", "DataDirectory": "~/x",
                  "Hba": [ "host all all trust" ] }
              ]
            }
            """);

        Assert.Equal(
            [
                (2, "Verison", "nothing has this name; Version may be meant"),
                (3, "Settings.max_connections", "should be one value, not a list"),
                (3, "Settings.work_mem", "has no value"),
                (5, "Nodes[0].Port", "'abc' is no port; expected a number from 1 to 65535"),
                (5, "Nodes[0].Slots[0]", "should be a table of names and values"),
                (6, "Nodes[1].Port", "'70000' is no port; expected a number from 1 to 65535"),
                (7, "Nodes[1].ApplyDelay",
                    "'5 parsecs' is not a valid number: at character 3: expected one of the units us, ms, s, min, h, d"),
                (7, "Nodes[1].Upstream", "there is no node 'A'; a may be meant"),
                (8, "Nodes[2]", "should be a table of names and values"),
                (9, "Nodes[3].Name", "is missing"),
                (9, "Nodes[3].DataDirectory", "'~/x' begins with ~, which no server expands; write the path in full"),
                (9, "Nodes[3].ArchiveMode", "'off' is no mode; expected on or always (a node without ArchiveDirectory does not archive)"),
            ],
            problems.Where(problem => problem.Place is not ("Nodes[3].Hba[0]" or "Nodes[3].SynchronousCommit" or "Nodes[3].Kind"))
                .Select(problem => (problem.Line, problem.Place, problem.Text)));
        Assert.Equal(15, problems.Count);
        Assert.Contains(
            "a node is a standby if it has Upstream or RestoreFrom",
            problems.Single(problem => problem.Place == "Nodes[3].Kind").Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_definition_at_all_says_so()
    {
        Assert.Equal("should be a table of names and values", Assert.Single(DefinitionSample.ProblemsOf("[]")).Text);
        Assert.Equal(["Name", "Nodes"], DefinitionSample.ProblemsOf("{}").Select(problem => problem.Place));

        PgHaException failure = Assert.Throws<PgHaException>(() => DefinitionSample.Read("{\n\"Name\": \"c\",, }"));
        Assert.Equal(("InvalidClusterDefinition", PgHaErrorKind.InvalidArgument), (failure.ErrorId, failure.Kind));
        Assert.Contains("line 2", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_that_was_written_as_megabytes_is_not_taken_for_pages() => Assert.Contains(
        "16MB",
        Assert.Single(
            DefinitionSample.ProblemsOf("""{ "Name": "c", "Settings": { "shared_buffers": 16777216 }, "Nodes": { "Name": "a" } }""")).Text,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("arch", "/srv/pg/arch")]
    [InlineData("./old", "/srv/pg/old")]
    [InlineData("/mnt/old/", "/mnt/old")]
    [InlineData("a", "a")]
    [InlineData("ssh://backup/srv/a/", "ssh://backup/srv/a")]
    public void An_archive_is_named_by_its_node_or_its_directory(string restoreFrom, string expected) => Assert.Equal(
        expected,
        DefinitionSample.Read(
            """{ "Name": "c", "Nodes": [ { "Name": "a", "ArchiveDirectory": "arch" }, """
            + $$"""{ "Name": "b", "Port": 1, "RestoreFrom": "{{restoreFrom}}" } ] }""").Nodes[1].RestoreFrom);

    [Fact]
    public void An_archive_may_be_on_another_machine()
    {
        ClusterDefinition cluster = DefinitionSample.Read(
            """{ "Name": "c", "Nodes": [ { "Name": "a", "ArchiveDirectory": "ssh://keeper@backup:2222/srv/a" }, """
            + """{ "Name": "b", "Port": 1, "RestoreFrom": "a" } ] }""");

        Assert.Equal("ssh://keeper@backup:2222/srv/a", cluster.Nodes[0].ArchiveDirectory);
        Assert.Equal("ssh://keeper@backup:2222/srv/a", NodeConfiguration.RestoreDirectory(cluster, cluster.Nodes[1]));
        Assert.Contains(
            "names no archive",
            Assert.Single(DefinitionSample.ProblemsOfNodes("""{ "Name": "a", "ArchiveDirectory": "ssh://backup" }""")).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_misspelt_node_is_no_archive() => Assert.Equal(
        "there is no node 'node02'; node20 may be meant; a directory is written with a slash, such as ./archive",
        Assert.Single(DefinitionSample.ProblemsOfNodes(
            """{ "Name": "node20", "ArchiveDirectory": "arch" }, { "Name": "b", "RestoreFrom": "node02" }""")).Text);

    [Fact]
    public void No_password_hides_in_a_rule()
    {
        DefinitionProblem problem = Assert.Single(DefinitionSample.ProblemsOf("""
            { "Name": "c", "Hba": "host all all 10.0.0.0/8 ldap ldapserver=x ldapbindpasswd=geheim", "Nodes": { "Name": "a" } }
            """));

        Assert.Equal("Hba[0]", problem.Place);
        Assert.DoesNotContain("geheim", problem.ToString(), StringComparison.Ordinal);
    }
}
