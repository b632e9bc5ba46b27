using PgHa.Engine.Cloning;
using PgHa.Engine.Instances;
using PgHa.Engine.PrimaryChange;
using PgHa.Engine.Recovery;
using PgHa.Engine.Repair;
using PgHa.Engine.Replication;
using PgHa.Engine.Tests.Cluster;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Costs;

/// <summary>Holds operations to what they cost today, in counts that do not depend on the machine's speed.</summary>
public sealed class OperationCostTests(ITestOutputHelper output)
{
    // Connections, statements, programs, files. What runs side by side shares connections by chance, so there is some room. Lower a
    // number when an operation has become cheaper. Raise one only for something that is worth it, and say in the commit what it is.
    private static readonly Dictionary<string, OperationCost> Ceilings = new()
    {
        ["status of six servers"] = new(6, 12, 0, 6),
        ["build of the reference cluster"] = new(5, 30, 36, 330),
        ["clone"] = new(5, 25, 12, 90),
        ["restart"] = new(0, 0, 3, 30),
        ["switchover"] = new(14, 145, 4, 175),
        ["failover"] = new(12, 66, 5, 115),
        ["repair"] = new(4, 28, 4, 38),
    };

    private readonly Dictionary<string, (OperationCost Cost, string Account)> _measured = [];

    [Fact]
    public async Task A_build_a_status_a_clone_and_a_restart_cost_no_more_than_before()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        IReadOnlyList<PgInstance> nodes = await MeasureAsync(
            "build of the reference cluster", cluster, () => ClusterBuildTests.BuildAsync(cluster, ReferenceDefinition.In(cluster)));
        await MeasureAsync(
            "status of six servers", cluster, () => ReplicationStatusReader.ReadAsync(cluster.Context, nodes, TestCluster.Deadline));
        await MeasureAsync("clone", cluster, () => new BaseBackup(cluster.Context).CreateAsync(
            new BaseBackupOptions
            {
                Source = nodes[0],
                Name = "clone",
                DataDirectory = cluster.Area["clone"],
                Port = cluster.Area.NextPort(),
                NoSync = true,
            },
            TestCluster.Deadline));
        await MeasureAsync("restart", cluster, async () =>
        {
            await StandbyRoom.BeforeRestartAsync(cluster.Context, nodes[^1], TimeSpan.FromSeconds(10), TestCluster.Deadline);
            return await new InstanceControl(cluster.Context).RestartAsync(nodes[^1], StopMode.Fast, TestCluster.Deadline);
        });
        AssertNoMoreThanBefore();
    }

    [Fact]
    public async Task A_change_of_the_primary_and_a_repair_cost_no_more_than_before()
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(TestCluster.AnyMajor);
        await MeasureAsync("switchover", cluster.Servers, async () =>
        {
            await cluster.SwitchAsync("b");
            return true;
        });
        await cluster.AssertPrimaryAsync("b", "a", "c");
        await cluster.Servers.KillAsync(cluster.Node("b"));
        await MeasureAsync("failover", cluster.Servers, async () =>
        {
            await cluster.FailOverAsync(new FailoverOptions { Candidate = "a" });
            return true;
        });
        await MeasureAsync("repair", cluster.Servers, () => new StandbyRepair(cluster.Context).ApplyAsync(
            cluster.Node("b"), new() { Upstream = cluster.Node("a"), AllowDataLoss = true }, TestCluster.Deadline));
        AssertNoMoreThanBefore();
    }

    private async Task<T> MeasureAsync<T>(string operation, TestCluster cluster, Func<Task<T>> work)
    {
        // A command begins without connections.
        cluster.Context.Sessions!.Release();
        using var meter = new CostMeter(cluster.Log);
        T result = await work();
        _measured[operation] = (meter.Cost, meter.Account);
        return result;
    }

    private void AssertNoMoreThanBefore()
    {
        string[] lines = [.. _measured.Select(one => $"[\"{one.Key}\"] = {one.Value.Cost},")];
        output.WriteLine($"Today's costs, to be put into {nameof(Ceilings)}:\n{string.Join('\n', lines)}");
        string[] dearer =
        [
            .. _measured.Where(one => one.Value.Cost.Exceeds(Ceilings[one.Key])).Select(one =>
                $"{one.Key}: {one.Value.Cost}, and its ceiling is {Ceilings[one.Key]} (connections, statements, programs, files):\n"
                    + one.Value.Account),
        ];
        Assert.True(
            dearer.Length == 0,
            $"{string.Join("\n\n", dearer)}\n\nIf it is worth it, put these into {nameof(Ceilings)} of {nameof(OperationCostTests)}.cs:\n"
                + string.Join('\n', lines));
    }
}
