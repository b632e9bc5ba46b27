using PgHa.Engine.Procedures;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Faults;

/// <summary>Switchovers during which something befalls the server that the next step is about.</summary>
[TakesMinutes]
public sealed class SwitchoverFaultTests
{
    [Theory]
    [InlineData(Fault.Killed)]
    [InlineData(Fault.Refuses)]
    [InlineData(Fault.DiskFull)]
    public async Task Whatever_befalls_a_server_in_a_switchover_there_is_one_primary_in_the_end_and_nothing_is_lost(Fault fault)
    {
        await using FaultyCluster faulty = await FaultyCluster.BuildAsync(fault);
        OperatedCluster cluster = faulty.Cluster;
        string primary = "a";
        int failures = 0;
        int count = (await cluster.PlanSwitchAsync("b")).Steps.Count;
        for (int step = FaultyCluster.FirstStep((int)fault); step < count; step += FaultyCluster.Stride)
        {
            await faulty.Writers.MoreAsync(5, TestCluster.Deadline);
            Procedure procedure = await cluster.PlanSwitchAsync(primary == "b" ? "a" : "b");
            string victim = procedure.Steps[step].Target;
            PgHaException? e = await faulty.RunAsync(procedure, step, fault, victim);
            if (e is not null)
            {
                failures++;
                // The old one, if the new one had not been promoted yet, and whoever it is, it takes writes.
                if (victim != primary && step <= Sabotage.PointOfNoReturn(procedure))
                    Assert.Equal(primary, Assert.Single((await cluster.LookAsync()).Primaries).Name);
            }

            primary = await faulty.HealAsync();
        }

        Assert.True(failures > 0);
        await faulty.Writers.AssertNothingLostAsync(cluster.Node(primary));
    }
}
