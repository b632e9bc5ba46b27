using PgHa.Engine.Procedures;
using PgHa.Engine.Repair;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Faults;

/// <summary>A former primary that is rewound, and what befalls it, its new upstream or PgHa meanwhile.</summary>
[TakesMinutes]
public sealed class RejoinFaultTests
{
    private const string Lost = "insert into written select -n from generate_series(1, 100) n";

    [Theory]
    [InlineData(Fault.Killed)]
    [InlineData(Fault.Refuses)]
    [InlineData(Fault.DiskFull)]
    public async Task Whatever_befalls_a_server_while_a_former_primary_is_rewound_a_second_run_heals_it(Fault fault)
    {
        await using FaultyCluster faulty = await FaultyCluster.BuildAsync(fault);
        int failures = 0;
        await EachStepAsync(faulty, (int)fault, async (procedure, step, old, primary) =>
        {
            // The old one does not run until its last steps: it is the upstream that can be killed or refuse.
            if (await faulty.RunAsync(procedure, step, fault, fault == Fault.DiskFull ? old : primary) is not null)
                failures++;
        });
        Assert.True(failures > 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wherever_PgHa_is_killed_while_a_former_primary_is_rewound_a_second_run_heals_it(bool afterwards)
    {
        await using FaultyCluster faulty = await FaultyCluster.BuildAsync(Fault.Killed);
        await EachStepAsync(faulty, afterwards ? 1 : 2, async (procedure, step, _, _) => await TestCluster.FailsAsync(
            "Sabotage",
            () => new ProcedureRunner(faulty.Cluster.Context).RunAsync(
                Sabotage.KilledAt(procedure, step, afterwards), TestCluster.Deadline)));
    }

    [Fact]
    public async Task A_pg_rewind_that_is_killed_while_it_copies_leaves_a_directory_that_nobody_starts_and_that_is_repaired()
    {
        await using FaultyCluster faulty = await FaultyCluster.BuildAsync(Fault.Killed);
        OperatedCluster cluster = faulty.Cluster;
        string primary = await DivergeAsync(cluster, "a");
        RepairOptions options = FaultyCluster.RepairOf(cluster, "a", primary);
        PgInstance mortal = cluster.Node("a") with { BinDirectory = await MortalRewindAsync(cluster.Servers) };

        PgHaException e = await TestCluster.FailsAsync(
            "RewindFailed", () => new StandbyRepair(cluster.Context).ApplyAsync(mortal, options, TestCluster.Deadline));
        Assert.Contains("half rewound", e.Advice, StringComparison.Ordinal);
        await TestCluster.FailsAsync("RewindIncomplete", () => cluster.Servers.Control.StartAsync(cluster.Node("a"), TestCluster.Deadline));
        await FaultyCluster.RejoinAsync(cluster, cluster.Node("a"), options);
        await cluster.AssertPrimaryAsync(primary, "a");
        await faulty.Writers.AssertNothingLostAsync(cluster.Node(primary));
    }

    // The programs of PostgreSQL, but with a pg_rewind that gets no further than to begin to copy.
    private static async Task<string> MortalRewindAsync(TestCluster servers)
    {
        string directory = await servers.Area.CreateDirectoryAsync("mortal");
        await TestCluster.RunAsync("sh", "-c", """
            ln -s "$2"/* "$1/" && mv "$1/pg_rewind" "$1/immortal" && cat > "$1/pg_rewind" <<'END' && chmod 755 "$1/pg_rewind"
            #!/bin/sh
            "${0%/*}/immortal" "$@" > "${0%/*}/said" 2>&1 &
            until grep -q 'need to copy' "${0%/*}/said" || ! kill -0 $!; do sleep 0.01; done
            kill -KILL $!
            cat "${0%/*}/said" >&2
            exit 137
            END
            """.ReplaceLineEndings("\n"), "sh", directory, servers.Installation.BinDirectory);
        return directory;
    }

    // For each step of a rewind: the primary has commits that nobody else has, dies, another one takes over, and the rewind goes wrong.
    private static async Task EachStepAsync(FaultyCluster faulty, int turn, Func<Procedure, int, string, string, Task> goWrong)
    {
        OperatedCluster cluster = faulty.Cluster;
        string old = "a";
        int count = int.MaxValue;
        for (int step = FaultyCluster.FirstStep(turn); step < count; step += FaultyCluster.Stride)
        {
            string primary = await DivergeAsync(cluster, old);
            RepairOptions options = FaultyCluster.RepairOf(cluster, old, primary);
            RepairPlan plan = await new StandbyRepair(cluster.Context).PlanAsync(cluster.Node(old), options, TestCluster.Deadline);
            Assert.Equal(RepairMethod.Rewind, plan.Decision.Method);
            count = plan.Procedure.Steps.Count;
            await goWrong(plan.Procedure, step, old, primary);

            // Nobody is a second primary, also where the old one's service manager starts it now.
            Assert.True((await cluster.LookAsync()).Primaries.Count() <= 1);
            await faulty.StartAsync(primary);
            await FaultyCluster.RejoinAsync(cluster, cluster.Node(old), options);
            await cluster.AssertPrimaryAsync(primary, old);
            Assert.Equal(0, await cluster.Servers.ScalarAsync<long>(cluster.Node(old), "select count(*) from written where id < 0"));
            Assert.Empty(Directory.GetDirectories(Path.GetDirectoryName(cluster.Node(old).DataDirectory)!, $"{old}.pgha-*"));
            old = primary;
        }

        await faulty.Writers.AssertNothingLostAsync(cluster.Node(old));
    }

    // The rows are negative, and nobody confirmed them: the writers never wrote those.
    private static async Task<string> DivergeAsync(OperatedCluster cluster, string primary)
    {
        PgInstance[] standbys = [.. cluster.Nodes.Where(node => node.Name != primary)];
        foreach (PgInstance standby in standbys)
            await cluster.Servers.KillAsync(standby);
        await cluster.Servers.ExecuteAsync(cluster.Node(primary), $"set synchronous_commit = local; {Lost}");
        await cluster.Servers.KillAsync(cluster.Node(primary));
        foreach (PgInstance standby in standbys)
            await cluster.Servers.Control.StartAsync(standby, TestCluster.Deadline);
        // What clients were told of is proven to be there: both standbys that confirm it answer.
        await cluster.FailOverAsync();
        return Assert.Single((await cluster.LookAsync()).Primaries).Name;
    }
}
