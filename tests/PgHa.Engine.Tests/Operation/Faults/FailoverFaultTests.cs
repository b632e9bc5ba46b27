using PgHa.Engine.Operation;
using PgHa.Engine.Procedures;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Operation.Faults;

/// <summary>Failovers during which something befalls the server that the next step is about, or PgHa.</summary>
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
        for (int step = 0; step < count; step++)
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
                Assert.Contains("stopped at step", e.Message, StringComparison.Ordinal);
                Assert.False(string.IsNullOrEmpty(e.Advice), e.Message);
                if (step <= Sabotage.PointOfNoReturn(procedure))
                    Assert.Empty((await cluster.LookAsync()).Primaries);
            }

            primary = await faulty.HealAsync();
        }

        Assert.True(failures > 0);
        await faulty.Writers.AssertNothingLostAsync(cluster.Node(Assert.Single((await cluster.LookAsync()).Primaries).Name));
    }

    [Fact]
    public async Task Wherever_PgHa_is_killed_in_a_failover_the_advised_commands_finish_it()
    {
        await using FaultyCluster faulty = await FaultyCluster.BuildAsync(Fault.Killed);
        OperatedCluster cluster = faulty.Cluster;
        string primary = "a";
        int count = int.MaxValue;
        for (int step = 0; step < count; step++)
        {
            await faulty.Writers.MoreAsync(5, TestCluster.Deadline);
            await cluster.Servers.KillAsync(cluster.Node(primary));
            Procedure procedure = await cluster.PlanFailoverAsync();
            count = procedure.Steps.Count;
            int at = Math.Min(step, count - 1);
            await TestCluster.FailsAsync("Sabotage", () => new Failover(cluster.Context).RunAsync(Sabotage.KilledAt(procedure, at, afterwards: step % 2 == 0), TestCluster.Deadline));
            primary = await faulty.HealAsync();
        }

        await faulty.Writers.AssertNothingLostAsync(cluster.Node(primary));
    }
}
