using System.Diagnostics;
using PgHa.Engine.Machines.Local;
using PgHa.Engine.Procedures;
using PgHa.Engine.Repair;
using PgHa.Engine.Tests.Support;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.Faults;

/// <summary>A cluster whose servers faults befall, and what an operator does about it then.</summary>
internal sealed class FaultyCluster : IAsyncDisposable
{
    private const string Refusals =
        "local all all reject\nhost all all all reject\nlocal replication all reject\nhost replication all all reject\n";

    /// <summary>
    /// From one tried step to the next. Three kinds of fault, each begun with at another step, take their turns, so that every step is
    /// tried on CI; the run of a developer leaves out every other turn. PGHA_TEST_ALL_STEPS=1 tries every step with each.
    /// </summary>
    public static readonly int Stride =
        Environment.GetEnvironmentVariable("PGHA_TEST_ALL_STEPS") == "1" ? 1 : TestEnvironment.IsCi ? 3 : 6;

    private readonly Dictionary<string, SmallDisk> _disks;
    private Func<Task>? _end;

    private FaultyCluster(OperatedCluster cluster, Dictionary<string, SmallDisk> disks)
    {
        Cluster = cluster;
        _disks = disks;
        Writers = new Writers(cluster, TimeSpan.FromMilliseconds(50));
    }

    /// <summary>The first step to try.</summary>
    public static int FirstStep(int turn) => turn % Stride;

    public OperatedCluster Cluster { get; }

    public Writers Writers { get; }

    public static async Task<FaultyCluster> BuildAsync(Fault fault, int major = TestCluster.AnyMajor)
    {
        Dictionary<string, SmallDisk> disks = [];
        OperatedCluster cluster = await OperatedCluster.BuildAsync(major, directory: fault != Fault.DiskFull ? null : async (area, name) =>
        {
            disks[name] = await SmallDisk.TryCreateAsync(area, $"disk-{name}", megabytes: 320)
                ?? throw Xunit.Sdk.SkipException.ForSkip("Only root can make a small disk, and not in every container.");
            return Path.Combine(disks[name].Directory, name);
        });
        return new FaultyCluster(cluster, disks);
    }

    /// <summary>Lets a fault befall a server; one that does not run is killed and refuses already.</summary>
    public async Task StrikeAsync(Fault fault, PgInstance server)
    {
        bool runs = await Cluster.Servers.StateAsync(server) is not (InstanceState.Stopped or InstanceState.Crashed);
        switch (fault)
        {
            case Fault.Killed when runs:
                await Cluster.Servers.KillAsync(server);
                break;
            case Fault.Refuses when runs:
                string rules = await File.ReadAllTextAsync(Path.Combine(server.DataDirectory!, "pg_hba.conf"));
                await TestCluster.WriteAsync(server, "pg_hba.conf", Refusals + rules);
                await HangUpAsync(server);
                // The next step connects, and does not get through on a connection that is kept.
                Cluster.Context.Sessions!.Release();
                _end = async () =>
                {
                    await TestCluster.WriteAsync(server, "pg_hba.conf", rules);
                    await HangUpAsync(server);
                };
                break;
            case Fault.DiskFull:
                await _disks[server.Name].FillAsync();
                _end = () =>
                {
                    _disks[server.Name].Free();
                    return Task.CompletedTask;
                };
                break;
        }
    }

    /// <summary>The fault is over.</summary>
    public async Task EndAsync()
    {
        if (_end is { } end)
            await end();
        _end = null;
    }

    /// <summary>Runs a procedure that something befalls before a step of it; what it failed with, or <see langword="null"/>.</summary>
    public async Task<PgHaException?> RunAsync(Procedure procedure, int step, Fault fault, string victim)
    {
        try
        {
            await new ProcedureRunner(Cluster.Context).RunAsync(
                Sabotage.Before(procedure, step, () => StrikeAsync(fault, Cluster.Node(victim))), TestCluster.Deadline);
            ReliabilityReport.AddFault(procedure.Name, $"{fault}", "went on");
            return null;
        }
        catch (PgHaException e)
        {
            Assert.Contains("stopped at step", e.Message, StringComparison.Ordinal);
            Assert.False(string.IsNullOrEmpty(e.Advice), e.Message);
            TestContext.Current.TestOutputHelper?.WriteLine($"{victim} {fault}: {e.Message} {e.Advice}");
            ReliabilityReport.AddFault(procedure.Name, $"{fault}", "stopped");
            return e;
        }
        finally
        {
            await EndAsync();
        }
    }

    /// <summary>Starts a server that is down.</summary>
    public async Task StartAsync(string name)
    {
        if (await Cluster.Servers.StateAsync(Cluster.Node(name)) is InstanceState.Stopped or InstanceState.Crashed)
            await Cluster.Servers.Control.StartAsync(Cluster.Node(name), TestCluster.Deadline);
    }

    /// <summary>
    /// What the advice comes to: start what is down (nobody is a second primary by that), fail over where there is no primary,
    /// finish what stopped after a promotion, repair who does not follow.
    /// </summary>
    /// <returns>The primary.</returns>
    public async Task<string> HealAsync()
    {
        foreach (PgInstance node in Cluster.Nodes)
        {
            await SettleAsync(node);
            await StartAsync(node.Name);
        }

        PgCluster left = await Cluster.LookAsync();
        Assert.True(left.Primaries.Count() <= 1, string.Join(", ", left.Primaries));
        if (left.Primary is null)
            await Cluster.FailOverAsync();
        string primary = Assert.Single((await Cluster.LookAsync()).Primaries).Name;
        await Cluster.SwitchAsync(primary);
        string[] others = [.. Cluster.Nodes.Select(node => node.Name).Where(name => name != primary)];
        foreach (string other in others)
        {
            await RejoinAsync(Cluster, Cluster.Node(other), RepairOf(Cluster, other, primary));
        }

        await Cluster.AssertPrimaryAsync(primary, others);
        return primary;
    }

    /// <summary>How a server that does not follow is taken back.</summary>
    public static RepairOptions RepairOf(OperatedCluster cluster, string name, string primary) =>
        new() { Upstream = cluster.Node(primary), SlotName = name, CreateSlot = true, AllowDataLoss = true };

    /// <summary>
    /// Takes a server back. A rewind that stopped while it wrote cannot always be repeated: a new clone can be made then, as the error
    /// says.
    /// </summary>
    public static async Task RejoinAsync(OperatedCluster cluster, PgInstance old, RepairOptions options)
    {
        var repair = new StandbyRepair(cluster.Context);
        try
        {
            await repair.ApplyAsync(old, options, TestCluster.Deadline);
        }
        catch (PgHaException e) when (e.ErrorId == "RewindFailed")
        {
            Assert.Contains("-AllowNewClone", e.Advice, StringComparison.Ordinal);
            await repair.ApplyAsync(old, options with { AllowNewClone = true, RemoveOld = true }, TestCluster.Deadline);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        await Writers.DisposeAsync();
        await Cluster.DisposeAsync();
    }

    // A full disk ends all processes but one, which recovers the server at once, and ends itself where there is still no room.
    private async Task SettleAsync(PgInstance node)
    {
        long started = Stopwatch.GetTimestamp();
        while (!await IsSettledAsync(node) && Stopwatch.GetElapsedTime(started) < Cluster.Context.Timeout)
            await Task.Delay(100, TestCluster.Deadline);
    }

    private async Task<bool> IsSettledAsync(PgInstance node)
    {
        if (await Cluster.Servers.StateAsync(node) is InstanceState.Stopped or InstanceState.Crashed)
            return true;
        try
        {
            return await Cluster.Servers.ScalarAsync<int>(node, "select 1") == 1;
        }
        catch (PgHaException)
        {
            return false;
        }
    }

    private static async Task HangUpAsync(PgInstance server)
    {
        string? pid = (await new LocalHost().ReadFileAsync(
            Path.Combine(server.DataDirectory!, "postmaster.pid"), TestCluster.Deadline)) is { } content
            ? System.Text.Encoding.ASCII.GetString(content).Split('\n')[0]
            : null;
        if (pid is not null)
            await TestCluster.RunAsync("kill", "-HUP", pid);
        await Task.Delay(100, TestCluster.Deadline);
    }
}
