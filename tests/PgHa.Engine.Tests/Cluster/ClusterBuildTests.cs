using PgHa.Engine.Cluster;
using PgHa.Engine.Procedures;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Cluster;

/// <summary>Clusters built from a definition, looked at through the servers themselves.</summary>
[TakesMinutes]
public sealed class ClusterBuildTests
{
    private static readonly ClusterBuildOptions Quickly = new() { NoSync = true };

    public static TheoryData<int> Majors => TestCluster.Majors;

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task The_reference_cluster_is_built_and_a_second_run_changes_nothing(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        ClusterDefinition definition = ReferenceDefinition.In(cluster);
        IReadOnlyList<PgInstance> nodes = await BuildAsync(cluster, definition);

        Assert.Equal(definition.Nodes.Select(node => node.Name), nodes.Select(node => node.Name));
        Assert.Equal(
            "node22,node23,s1=streaming",
            await cluster.ScalarAsync<string>(
                nodes[0],
                "select string_agg(application_name, ',' order by application_name) || '=' || min(state) from pg_stat_replication "
                    + "where state = 'streaming'"));
        Assert.Equal(
            "sync",
            await cluster.ScalarAsync<string>(nodes[0], "select sync_state from pg_stat_replication where application_name = 's1'"));
        Assert.Equal(
            "node24",
            await cluster.ScalarAsync<string>(nodes[3], "select application_name from pg_stat_replication where state = 'streaming'"));
        Assert.True(await cluster.ScalarAsync<bool>(nodes[0], "select active from pg_replication_slots where slot_name = 'node_slot_23'"));
        Assert.Equal("always", await cluster.ScalarAsync<string>(nodes[5], "select current_setting('archive_mode')"));
        Assert.Equal(["ColdStandby", "ColdStandby"], await StatesAsync(cluster, nodes[1], nodes[2]));
        await cluster.ScalarAsync<object>(nodes[0], "create table proof as select 1 as x; select pg_switch_wal()");

        Dictionary<string, DateTime> before = ServerStarts(definition);
        await BuildAsync(cluster, definition);
        Assert.Equal(before, ServerStarts(definition));
        Assert.Equal(
            1, await cluster.ScalarAsync<int>(nodes[4], "select count(*)::int from pg_class where relname = 'proof'"));
        Assert.DoesNotContain(await PasswordAsync(cluster, definition), cluster.Log.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_plan_names_every_node_and_what_waits_for_what()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        ClusterDefinition definition = ReferenceDefinition.In(cluster);
        string plan = (await new ClusterBuild(cluster.Context).PlanAsync(definition, Quickly, TestCluster.Deadline)).ToString();
        Assert.StartsWith("Build of reference\n  node20\n     1. Initialize '", plan, StringComparison.Ordinal);
        Assert.Contains("node21\n     3. Copy the files of node20, which has never run (after 2)", plan, StringComparison.Ordinal);
        Assert.Contains("node22, node23, node24, node25\n     4. Copy the files of node21 (after 3)", plan, StringComparison.Ordinal);
        Assert.Contains("Configure: stream from node20 through slot node_slot_23", plan, StringComparison.Ordinal);
        Assert.EndsWith("Let commits wait for 's1' (after 18)", plan, StringComparison.Ordinal);
        Assert.False(Directory.Exists(cluster.Area["node20"]));
    }

    [Fact]
    public async Task A_cluster_whose_standbys_are_below_the_defaults_is_cloned_from_the_running_primary()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        ClusterDefinition definition = ReferenceDefinition.In(cluster) with
        {
            Settings = new Dictionary<string, string> { ["max_connections"] = "20" }
        };
        string plan = (await new ClusterBuild(cluster.Context).PlanAsync(definition, Quickly, TestCluster.Deadline)).ToString();
        Assert.Contains("Clone node20: one base backup, and copies of it", plan, StringComparison.Ordinal);
        IReadOnlyList<PgInstance> nodes = await BuildAsync(cluster, definition);
        Assert.Equal("20", await cluster.ScalarAsync<string>(nodes[4], "select current_setting('max_connections')"));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Settings_of_the_whole_cluster_that_no_clone_takes_along_are_the_standbys_too(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        ClusterDefinition definition = ReferenceDefinition.In(cluster);
        definition = definition with
        {
            Nodes = [definition.Nodes[0], definition.Nodes[3], definition.Nodes[1] with { HotStandby = true }],
            SynchronousStandbyNames = null,
            Settings = new Dictionary<string, string>
            {
                ["wal_retrieve_retry_interval"] = "300ms",
                ["log_directory"] = cluster.Area["logs"]
            },
        };
        if (major >= 17)
            definition = definition with { Settings = definition.Settings.Append(new("sync_replication_slots", "on")).ToDictionary() };
        await cluster.Area.CreateDirectoryAsync("logs");

        IReadOnlyList<PgInstance> nodes = await BuildAsync(cluster, definition);

        foreach (PgInstance node in nodes)
        {
            foreach ((string name, string value) in definition.Settings)
                Assert.Equal(value, await cluster.ScalarAsync<string>(node, $"select current_setting('{name}')"));
        }
    }

    [Fact]
    public async Task A_build_that_was_stopped_goes_on_where_it_was()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        ClusterDefinition definition = ReferenceDefinition.In(cluster);
        var build = new ClusterBuild(cluster.Context);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestCluster.Deadline);
        ClusterBuildPlan plan = await build.PlanAsync(definition, Quickly, TestCluster.Deadline);
        Task<IReadOnlyList<PgInstance>> building = build.RunAsync(plan, stop.Token);
        await ReplicationCluster.UntilAsync(
            () => Task.FromResult(File.Exists(Path.Combine(cluster.Area["node22"], "PG_VERSION"))), "node22 is cloned");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => building);

        string rest = (await build.PlanAsync(definition, Quickly, TestCluster.Deadline)).ToString();
        Assert.DoesNotContain("Initialize", rest, StringComparison.Ordinal);
        IReadOnlyList<PgInstance> nodes = await BuildAsync(cluster, definition);
        Assert.Equal(
            "sync",
            await cluster.ScalarAsync<string>(nodes[0], "select sync_state from pg_stat_replication where application_name = 's1'"));
    }

    [Fact]
    public async Task What_an_earlier_run_copied_is_the_source_of_what_it_did_not()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        ClusterDefinition definition = ReferenceDefinition.In(cluster);
        var build = new ClusterBuild(cluster.Context);
        Procedure procedure = (await build.PlanAsync(definition, Quickly, TestCluster.Deadline)).Procedure;
        int copied = procedure.Steps.ToList()
            .FindLastIndex(step => step.Description.StartsWith("Copy the files of", StringComparison.Ordinal));
        await TestCluster.FailsAsync(
            "Sabotage",
            () => new ProcedureRunner(cluster.Context).RunAsync(
                Sabotage.KilledAt(procedure, copied, afterwards: true), TestCluster.Deadline));
        // node24 begins with the first WAL there is, and node23 is to be its upstream.
        Directory.Delete(cluster.Area["node23"], recursive: true);

        Assert.Contains(
            "Copy the files of node21, which has never run",
            (await build.PlanAsync(definition, Quickly, TestCluster.Deadline)).ToString(),
            StringComparison.Ordinal);
        IReadOnlyList<PgInstance> nodes = await BuildAsync(cluster, definition);
        Assert.Equal(
            "node24",
            await cluster.ScalarAsync<string>(nodes[3], "select application_name from pg_stat_replication where state = 'streaming'"));
    }

    [Fact]
    public async Task Slots_roles_rules_delays_and_tablespaces_are_as_defined()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        ClusterDefinition definition = ReferenceDefinition.In(cluster) with
        {
            Settings = new Dictionary<string, string> { ["wal_level"] = "logical" },
            SynchronousStandbyNames = null,
            SynchronousCommit = CommitLevel.RemoteApply,
            Roles = [new RoleDefinition { Name = "watcher", MemberOf = ["pg_monitor"] }],
            Hba = [HbaRule.Parse("host all watcher 127.0.0.1/32 scram-sha-256")],
        };
        NodeDefinition[] nodes =
        [
            definition.Nodes[0] with
            {
                Settings = new Dictionary<string, string> { ["work_mem"] = "8MB" },
                Tablespaces = new Dictionary<string, string> { ["fast"] = cluster.Area["fast20"] },
                Slots = [new SlotDefinition { Name = "feed", Plugin = "pgoutput", Database = "postgres", Owner = "the warehouse" }],
            },
            definition.Nodes[3] with
            {
                ApplyDelay = TimeSpan.FromMinutes(5),
                Tablespaces = new Dictionary<string, string> { ["fast"] = cluster.Area["fast23"] }
            },
            definition.Nodes[4] with
            {
                SlotName = "node_slot_24",
                Tablespaces = new Dictionary<string, string> { ["fast"] = cluster.Area["fast24"] }
            },
        ];
        IReadOnlyList<PgInstance> built = await new ClusterBuild(cluster.Context).RunAsync(
            await new ClusterBuild(cluster.Context).PlanAsync(
                definition with { Nodes = nodes },
                Quickly with { Passwords = new Dictionary<string, string> { ["watcher"] = "look!" } }, TestCluster.Deadline),
            TestCluster.Deadline);

        Assert.Equal(
            "pgoutput",
            await cluster.ScalarAsync<string>(built[0], "select plugin::text from pg_replication_slots where slot_name = 'feed'"));
        Assert.True(await cluster.ScalarAsync<bool>(built[1], "select active from pg_replication_slots where slot_name = 'node_slot_24'"));
        Assert.Equal("5min", await cluster.ScalarAsync<string>(built[1], "select current_setting('recovery_min_apply_delay')"));
        Assert.Equal("remote_apply", await cluster.ScalarAsync<string>(built[0], "select current_setting('synchronous_commit')"));
        Assert.Equal("8MB", await cluster.ScalarAsync<string>(built[0], "select current_setting('work_mem')"));
        Assert.Equal("4MB", await cluster.ScalarAsync<string>(built[1], "select current_setting('work_mem')"));
        Assert.True(await cluster.ScalarAsync<bool>(built[0], "select pg_has_role('watcher', 'pg_monitor', 'member')"));
        Assert.Equal(
            cluster.Area["fast20"],
            await cluster.ScalarAsync<string>(built[0], "select pg_tablespace_location(oid) from pg_tablespace where spcname = 'fast'"));
        Assert.Equal(
            cluster.Area["fast23"],
            new DirectoryInfo(Directory.GetDirectories(Path.Combine(cluster.Area["node23"], "pg_tblspc")).Single()).LinkTarget);
        Assert.Equal("watcher", await cluster.ScalarAsync<string>(WithPassword(built[0], "watcher", "look!"), "select current_user::text"));
    }

    private static PgInstance WithPassword(PgInstance server, string user, string password) =>
        new PgInstance($"host={server.Host} port={server.Port} user={user} password={password} dbname=postgres");

    internal static async Task<IReadOnlyList<PgInstance>> BuildAsync(TestCluster cluster, ClusterDefinition definition)
    {
        var build = new ClusterBuild(cluster.Context);
        return await build.RunAsync(await build.PlanAsync(definition, Quickly, TestCluster.Deadline), TestCluster.Deadline);
    }

    private static async Task<string[]> StatesAsync(TestCluster cluster, params PgInstance[] instances) =>
        await Task.WhenAll(
            instances.Select(async instance => (await cluster.Control.GetStatusAsync(instance, TestCluster.Deadline)).State.ToString()));

    // When each server started: a second build must have restarted none.
    private static Dictionary<string, DateTime> ServerStarts(ClusterDefinition definition) =>
        definition.Nodes.ToDictionary(
            node => node.Name, node => File.GetLastWriteTimeUtc(Path.Combine(node.DataDirectory, "postmaster.opts")));

    private static async Task<string> PasswordAsync(TestCluster cluster, ClusterDefinition definition)
    {
        string[] fields = (await File.ReadAllTextAsync(Path.Combine(definition.Nodes[3].DataDirectory, "standby.pgpass")))
            .TrimEnd().Split(':');
        Assert.Equal(48, fields[^1].Length);
        Assert.NotEmpty(cluster.Log.Steps);
        return fields[^1];
    }
}
