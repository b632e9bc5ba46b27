using System.Diagnostics;
using System.Globalization;
using PgHa.Engine.Cluster;
using PgHa.Engine.PrimaryChange;
using PgHa.Engine.Procedures;
using PgHa.Engine.Repair;
using PgHa.Engine.Servers;
using PgHa.Engine.Tests.Support;
using PgHa.Engine.Upstreams;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.PrimaryChange;

/// <summary>A primary that lives on, but cannot be reached any more.</summary>
public sealed class PartitionTests
{
    [Theory, MemberData(nameof(FailoverTests.Majors), MemberType = typeof(FailoverTests))]
    public async Task A_primary_that_is_cut_off_from_the_network_acknowledges_nothing_and_comes_back_as_a_standby(int major)
    {
        await using NetworkNamespace network = await NetworkNamespace.TryCreateAsync()
            ?? throw Xunit.Sdk.SkipException.ForSkip(
                "Only root can make a network of its own, with ip (iproute2), and not in every container.");
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(major, host: network.OurAddress);
        PgInstance a = cluster.Node("a");
        PgInstance far = await MoveAwayAsync(cluster, network);
        ClusterDefinition definition = await DefinitionAsync(cluster, far);
        await cluster.Servers.ExecuteAsync(far, "insert into written values (1)");

        await network.CutAsync();
        // Its own clients reach it, and wait.
        Task stranded = WriteForLongAsync(a with { DataDirectory = null }, "insert into written values (2)");
        PgHaException e = await Assert.ThrowsAsync<PgHaException>(async () => await PlanAsync(cluster, definition, new FailoverOptions()));
        Assert.Contains(e.ErrorId, new[] { "PrimaryRuns", "PrimaryNotFenced" });
        await UntilAsync(
            async () => (await LookAsync(cluster, definition)).Members.All(member => member.Status?.Receiver?.IsStreaming != true));
        await TestCluster.FailsAsync("PrimaryNotFenced", () => PlanAsync(cluster, definition, new FailoverOptions()));

        // Somebody says so, and it is not true.
        await new Failover(cluster.Context).RunAsync(
            await PlanAsync(cluster, definition, new FailoverOptions { PrimaryIsFenced = true }), TestCluster.Deadline);
        string primary = Assert.Single((await LookAsync(cluster, definition)).Primaries).Name;
        Assert.Contains(cluster.Servers.Log.Warnings, warning => warning.Contains("had logical slots", StringComparison.Ordinal));
        await cluster.Servers.ExecuteAsync(cluster.Node(primary), "insert into written values (3)");
        Assert.False(stranded.IsCompleted);

        await network.MendAsync();
        await UntilAsync(async () => (await LookAsync(cluster, definition)).Primaries.Count() == 2);
        await TestCluster.FailsAsync("TwoPrimaries", async () => await new Switchover(cluster.Context).PlanAsync(
            await LookAsync(cluster, definition), new SwitchoverOptions { Candidate = primary }, TestCluster.Deadline));
        Assert.False(stranded.IsCompleted);
        await EndAsync(a.DataDirectory!);
        await Assert.ThrowsAsync<PgHaException>(() => stranded);

        RepairOptions options = new()
        {
            Upstream = cluster.Node(primary),
            SlotName = "a",
            CreateSlot = true,
            AllowDataLoss = true,
            AllowNewClone = true,
            RemoveOld = true
        };
        await new StandbyRepair(cluster.Context).ApplyAsync(a, options, TestCluster.Deadline);
        await cluster.AssertPrimaryAsync(primary, [.. cluster.Nodes.Select(node => node.Name).Where(name => name != primary)]);
        Assert.Equal("1,3", await cluster.Servers.ScalarAsync<string>(a, "select string_agg(id::text, ',' order by id) from written"));
    }

    // From then on it is a server of another machine, as far as this one can see.
    private static async Task<PgInstance> MoveAwayAsync(OperatedCluster cluster, NetworkNamespace network)
    {
        PgInstance a = cluster.Node("a");
        string hidden = await cluster.Servers.Area.CreateDirectoryAsync("hidden");
        string rules = await File.ReadAllTextAsync(Path.Combine(a.DataDirectory!, "pg_hba.conf"), TestCluster.Deadline);
        await TestCluster.WriteAsync(a, "pg_hba.conf", $"host all postgres {network.OurAddress}/32 trust\n{rules}");
        foreach (PgInstance node in cluster.Nodes)
        {
            foreach (string setting in new[] { "listen_addresses = '*'", "wal_receiver_timeout = '2s'", "wal_sender_timeout = '2s'" })
                await cluster.Servers.ExecuteAsync(node, $"alter system set {setting}");
            await cluster.Servers.ExecuteAsync(node, "select pg_reload_conf()");
        }

        await cluster.Servers.Control.StopAsync(a, StopMode.Fast, TestCluster.Deadline);
        await network.StartServerAsync(cluster.Servers.Installation.BinDirectory, a.DataDirectory!, hidden);
        PgInstance far = a with { Host = network.Address, SocketDirectory = null, DataDirectory = null, BinDirectory = null };
        foreach (string name in new[] { "b", "c" })
        {
            await new UpstreamChange(cluster.Context).ApplyAsync(
                cluster.Node(name), new UpstreamChangeOptions { Upstream = far, SlotName = name }, TestCluster.Deadline);
        }

        return far;
    }

    private static async Task<ClusterDefinition> DefinitionAsync(OperatedCluster cluster, PgInstance far) => new()
    {
        Name = "operated",
        SynchronousStandbyNames = SynchronousStandbyNames.Parse(
            await cluster.Servers.ScalarAsync<string>(far, "show synchronous_standby_names") ?? ""),
        Nodes =
        [
            .. cluster.Nodes.Select(node => new NodeDefinition
            {
                Name = node.Name,
                Host = node.Name == "a" ? far.Host : node.Host,
                Port = node.Port,
                DataDirectory = node.DataDirectory!,
                Upstream = node.Name == "a" ? null : "a",
                SlotName = node.Name == "a" ? null : node.Name,
            }),
        ],
    };

    private static Task<PgCluster> LookAsync(OperatedCluster cluster, ClusterDefinition definition) =>
        new ClusterDiscovery(cluster.Context).ObserveAsync(definition, server => server, TestCluster.Deadline);

    private static async Task<Procedure> PlanAsync(OperatedCluster cluster, ClusterDefinition definition, FailoverOptions options) =>
        await new Failover(cluster.Context).PlanAsync(await LookAsync(cluster, definition), options, TestCluster.Deadline);

    // The client waits until the server ends, however long this test takes.
    private static async Task WriteForLongAsync(PgInstance server, string sql)
    {
        var patient = new EngineContext(new RecordingLog()) { Timeout = TimeSpan.FromMinutes(15) };
        await using ServerSession session = await ServerSession.OpenAsync(patient, server, TestCluster.Deadline);
        await session.ExecuteAsync("set search_path = public", TestCluster.Deadline);
        await session.ExecuteAsync(sql, TestCluster.Deadline);
    }

    // As a power failure would.
    private static async Task EndAsync(string dataDirectory)
    {
        string processId = (await File.ReadAllLinesAsync(Path.Combine(dataDirectory, "postmaster.pid"), TestCluster.Deadline))[0];
        await TestCluster.RunAsync("kill", "-QUIT", processId);
        await UntilAsync(() => Task.FromResult(!Directory.Exists($"/proc/{processId}")));
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        long started = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(
                Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30),
                string.Create(CultureInfo.InvariantCulture, $"It is not so after {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s."));
            await Task.Delay(300, TestCluster.Deadline);
        }
    }
}
