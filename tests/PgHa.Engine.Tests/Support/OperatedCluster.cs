using System.Diagnostics;
using PgHa.Engine.Cluster;
using PgHa.Engine.PrimaryChange;
using PgHa.Engine.Procedures;
using PgHa.Engine.Replication;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.Support;

/// <summary>Three nodes, a, b and c, whose primary changes; a table <c>written</c> and one to try writes on.</summary>
internal sealed class OperatedCluster : IAsyncDisposable
{
    private const string LocalHost = "127.0.0.1";

    private readonly TestCluster _servers;

    private OperatedCluster(TestCluster servers, IReadOnlyList<PgInstance> nodes)
    {
        _servers = servers;
        Nodes = nodes;
    }

    public IReadOnlyList<PgInstance> Nodes { get; }

    public TestCluster Servers => _servers;

    public EngineContext Context => _servers.Context;

    /// <summary>Builds a cluster, or copies one of the same settings that was built before.</summary>
    public static async Task<OperatedCluster> BuildAsync(
        int major, string names = "ANY 1 (b, c)", CommitLevel level = CommitLevel.On,
        Func<TestArea, string, Task<string>>? directory = null, string host = LocalHost,
        Func<ClusterDefinition, ClusterDefinition>? change = null)
    {
        TestCluster servers = await TestCluster.CreateAsync(major);
        try
        {
            IReadOnlyList<PgInstance> nodes = directory is null && host == LocalHost && change is null
                ? await CopyAsync(servers, names, level)
                : await BuildAsync(servers, names, level, directory ?? ((area, name) => Task.FromResult(area[name])), host, change);
            return new OperatedCluster(servers, nodes);
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    private static async Task<IReadOnlyList<PgInstance>> CopyAsync(TestCluster servers, string names, CommitLevel level)
    {
        string copies = servers.Area["operated"];
        IReadOnlyList<PgInstance> templates = await DataDirectoryTemplates.CopyAsync(
            $"operated {servers.Installation.BinDirectory} {names} {level}",
            async path =>
            {
                await using TestCluster builders = await TestCluster.CreateAsync(servers.Installation.Major);
                await TestCluster.RunAsync("mkdir", "-m", "0700", path);
                IReadOnlyList<PgInstance> built = await BuildAsync(
                    builders, names, level, (_, name) => Task.FromResult(Path.Combine(path, name)), LocalHost, change: null);
                foreach (PgInstance node in built)
                    await builders.Control.StopAsync(node, StopMode.Fast, TestCluster.Deadline);
                return built;
            },
            copies);
        (PgInstance From, PgInstance To)[] moves = [.. templates.Select(template =>
            (template, template with { DataDirectory = Path.Combine(copies, template.Name), Port = servers.Area.NextPort() }))];
        SystemIdentifiers.Renew(moves.Select(move => move.To.DataDirectory!));
        foreach ((_, PgInstance copy) in moves)
        {
            await CopiedServer.AdoptAsync(copy, moves);
            await servers.Control.StartAsync(copy, TestCluster.Deadline);
        }

        await StreamingWait.UntilStreamingAsync(
            servers.Context, moves[0].To, [.. moves.Skip(1).Select(move => move.To.Name)], TestCluster.Deadline);
        return [.. moves.Select(move => move.To)];
    }

    private static async Task<IReadOnlyList<PgInstance>> BuildAsync(
        TestCluster servers, string names, CommitLevel level, Func<TestArea, string, Task<string>> directory, string host,
        Func<ClusterDefinition, ClusterDefinition>? change)
    {
        async Task<NodeDefinition> NodeAsync(string name) =>
            new() { Name = name, Host = host, Port = servers.Area.NextPort(), DataDirectory = await directory(servers.Area, name) };
        var definition = new ClusterDefinition
        {
            Name = "operated",
            BinDirectory = servers.Installation.BinDirectory,
            Settings = new Dictionary<string, string> { ["wal_log_hints"] = "on", ["wal_retrieve_retry_interval"] = "1s" },
            SynchronousStandbyNames = SynchronousStandbyNames.Parse(names),
            SynchronousCommit = names.Length > 0 ? level : null,
            Nodes =
            [
                await NodeAsync("a"),
                await NodeAsync("b") with { Upstream = "a", SlotName = "b" },
                await NodeAsync("c") with { Upstream = "a", SlotName = "c" },
            ],
        };
        var build = new ClusterBuild(servers.Context);
        ClusterBuildPlan plan = await build.PlanAsync(
            change?.Invoke(definition) ?? definition, new ClusterBuildOptions { NoSync = true }, TestCluster.Deadline);
        IReadOnlyList<PgInstance> nodes = await build.RunAsync(plan, TestCluster.Deadline);
        await servers.ExecuteAsync(nodes[0], "create table written (id bigint primary key)");
        await servers.ExecuteAsync(nodes[0], "create table tried (id bigint)");
        return nodes;
    }

    public PgInstance Node(string name) => Nodes.Single(node => node.Name == name);

    public async Task<PgCluster> LookAsync()
    {
        DiscoveredClusters found = await new ClusterDiscovery(Context).DiscoverAsync(Nodes, TestCluster.Deadline);
        return Assert.Single(found.Clusters);
    }

    public async Task<Procedure> PlanSwitchAsync(string to) =>
        await new Switchover(Context).PlanAsync(await LookAsync(), new SwitchoverOptions { Candidate = to }, TestCluster.Deadline);

    public async Task SwitchAsync(string to) => await new Switchover(Context).RunAsync(await PlanSwitchAsync(to), TestCluster.Deadline);

    public async Task<Procedure> PlanFailoverAsync(FailoverOptions? options = null) =>
        await new Failover(Context).PlanAsync(await LookAsync(), options ?? new FailoverOptions(), TestCluster.Deadline);

    public async Task FailOverAsync(FailoverOptions? options = null) =>
        await new Failover(Context).RunAsync(await PlanFailoverAsync(options), TestCluster.Deadline);

    /// <summary>
    /// Asserts that this node is the only primary and takes a write, and that everybody else streams from it before long.
    /// </summary>
    public async Task AssertPrimaryAsync(string name, params string[] standbys)
    {
        long started = Stopwatch.GetTimestamp();
        PgCluster cluster = await LookAsync();
        // A standby that was told of another slot or upstream drops its connection once more.
        while (!standbys.All(
            standby => cluster.Find(standby) is { State: MemberState.Streaming, Upstream: { } upstream } && upstream == name)
            && Stopwatch.GetElapsedTime(started) < Context.Timeout)
        {
            await Task.Delay(300, TestCluster.Deadline);
            cluster = await LookAsync();
        }

        Assert.Equal(name, Assert.Single(cluster.Primaries).Name);
        foreach (string standby in standbys)
        {
            Assert.True(
                cluster.Find(standby) is { State: MemberState.Streaming, Upstream: { } upstream } && upstream == name,
                $"{cluster.Find(standby)}");
        }

        await _servers.ExecuteAsync(Node(name), "insert into tried values (0)");
    }

    public ValueTask DisposeAsync() => _servers.DisposeAsync();
}
