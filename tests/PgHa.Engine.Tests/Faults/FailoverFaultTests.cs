using System.Diagnostics;
using PgHa.Engine.PrimaryChange;
using PgHa.Engine.Procedures;
using PgHa.Engine.Repair;
using PgHa.Engine.Tests.PrimaryChange;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Faults;

/// <summary>Failovers during which something befalls the server that the next step is about, or PgHa.</summary>
[TakesMinutes]
public sealed class FailoverFaultTests
{
    [Theory]
    [InlineData(Fault.Killed)]
    [InlineData(Fault.Refuses)]
    [InlineData(Fault.DiskFull)]
    public async Task Whatever_befalls_a_server_in_a_failover_there_is_one_primary_in_the_end_and_nothing_is_lost(Fault fault)
    {
        await using FaultyCluster faulty = await FaultyCluster.BuildAsync(fault);
        OperatedCluster cluster = faulty.Cluster;
        string primary = "a";
        int failures = 0;
        int count = int.MaxValue;
        for (int step = FaultyCluster.FirstStep((int)fault); step < count; step += FaultyCluster.Stride)
        {
            await faulty.Writers.MoreAsync(5, TestCluster.Deadline);
            await cluster.Servers.KillAsync(cluster.Node(primary));
            Procedure procedure = await cluster.PlanFailoverAsync();
            count = procedure.Steps.Count;
            if (step >= count)
            {
                await faulty.HealAsync();
                break;
            }

            PgHaException? e = await faulty.RunAsync(procedure, step, fault, procedure.Steps[step].Target);
            if (e is not null)
            {
                failures++;
                if (step <= Sabotage.PointOfNoReturn(procedure))
                    Assert.Empty((await cluster.LookAsync()).Primaries);
            }

            primary = await faulty.HealAsync();
        }

        Assert.True(failures > 0);
        await faulty.Writers.AssertNothingLostAsync(cluster.Node(Assert.Single((await cluster.LookAsync()).Primaries).Name));
    }

    [Theory]
    [MemberData(nameof(FailoverTests.Majors), MemberType = typeof(FailoverTests))]
    public async Task No_failover_because_of_a_full_WAL_disk_unless_somebody_says_that_the_primary_stays_down(int major)
    {
        await using FaultyCluster faulty = await FaultyCluster.BuildAsync(Fault.DiskFull, major);
        OperatedCluster cluster = faulty.Cluster;
        PgInstance full = cluster.Node("a");
        await cluster.Servers.ExecuteAsync(full, "alter system set restart_after_crash = off");
        await cluster.Servers.ExecuteAsync(full, "select pg_reload_conf()");
        await faulty.Writers.MoreAsync(10, TestCluster.Deadline);
        await faulty.StrikeAsync(Fault.DiskFull, full);
        long struck = Stopwatch.GetTimestamp();
        while (await cluster.Servers.StateAsync(full) is not (InstanceState.Stopped or InstanceState.Crashed))
        {
            // It goes down when it needs another WAL file.
            await Record.ExceptionAsync(() => cluster.Servers.ExecuteAsync(full, "select pg_switch_wal()"));
            await Task.Delay(100, TestCluster.Deadline);
            Assert.True(Stopwatch.GetElapsedTime(struck) < TimeSpan.FromMinutes(1), "It does not go down.");
        }

        await faulty.StrikeAsync(Fault.DiskFull, full);
        await TestCluster.FailsAsync("DiskFull", () => cluster.PlanFailoverAsync());
        // It cannot even be made a standby.
        Assert.Empty((await cluster.LookAsync()).Primaries);
        await cluster.FailOverAsync(new FailoverOptions { PrimaryIsFenced = true });
        string primary = Assert.Single((await cluster.LookAsync()).Primaries).Name;
        await faulty.Writers.MoreAsync(10, TestCluster.Deadline);

        await faulty.EndAsync();
        RepairOptions options = new()
        {
            Upstream = cluster.Node(primary),
            SlotName = "a",
            CreateSlot = true,
            AllowDataLoss = true,
            AllowNewClone = true,
            RemoveOld = true
        };
        await new StandbyRepair(cluster.Context).ApplyAsync(full, options, TestCluster.Deadline);
        await cluster.AssertPrimaryAsync(primary, "a");
        await faulty.Writers.AssertNothingLostAsync(cluster.Node(primary));
    }

    [Fact]
    public async Task Wherever_PgHa_is_killed_in_a_failover_the_advised_commands_finish_it()
    {
        await using FaultyCluster faulty = await FaultyCluster.BuildAsync(Fault.Killed);
        OperatedCluster cluster = faulty.Cluster;
        string primary = "a";
        int count = int.MaxValue;
        for (int step = 0; step < count; step += FaultyCluster.Stride)
        {
            await faulty.Writers.MoreAsync(5, TestCluster.Deadline);
            await cluster.Servers.KillAsync(cluster.Node(primary));
            Procedure procedure = await cluster.PlanFailoverAsync();
            count = procedure.Steps.Count;
            int at = Math.Min(step, count - 1);
            await TestCluster.FailsAsync(
                "Sabotage",
                () => new Failover(cluster.Context).RunAsync(
                    Sabotage.KilledAt(procedure, at, afterwards: step / FaultyCluster.Stride % 2 == 0), TestCluster.Deadline));
            primary = await faulty.HealAsync();
        }

        await faulty.Writers.AssertNothingLostAsync(cluster.Node(primary));
    }
}
