using PgHa.Engine.Instances;
using PgHa.Engine.Procedures;
using PgHa.Engine.Repair;
using PgHa.Engine.Tests.Support;
using static PgHa.Engine.Tests.Repair.StandbyRepairTests;

namespace PgHa.Engine.Tests.Repair;

/// <summary>Servers that a new clone replaces, and what a rewind that died leaves.</summary>
[TakesMinutes]
public sealed class StandbyReplacementTests
{
    public static TheoryData<int> Majors => ReplicationCluster.Majors;

    public static TheoryData<int> RewindMajors => StandbyRepairTests.RewindMajors;

    private static CancellationToken Cancellation => ReplicationCluster.Cancellation;

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(RewindMajors))]
    public async Task A_new_clone_is_made_where_a_rewind_fails_and_that_is_allowed(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major, "wal_log_hints = on");
        (PgInstance old, PgInstance risen) = await FailOverAsync(cluster, afterwards: "create table lost as select 1 as a", recycle: true);

        await new StandbyRepair(cluster.Context).ApplyAsync(
            old, new() { Upstream = risen, AllowDataLoss = true, AllowNewClone = true, RemoveOld = true }, Cancellation);

        await AssertFollowsAsync(cluster, old, risen);
        Assert.Contains(cluster.Log.Warnings, warning => warning.Contains("is neither in its directory", StringComparison.Ordinal));
        Assert.Equal([old.DataDirectory!], Directory.GetDirectories(Path.GetDirectoryName(old.DataDirectory!)!, "primary*"));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(RewindMajors))]
    public async Task A_directory_where_a_rewind_died_is_not_started_and_is_repaired(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major, "wal_log_hints = on");
        (PgInstance old, PgInstance risen) = await FailOverAsync(cluster, afterwards: "create table lost as select 1 as a");
        await RefusedAsync("ServerProgramsNotFound", () => new StandbyRepair(cluster.Context).PlanAsync(
            old with { BinDirectory = "/nowhere" }, new() { Upstream = risen, AllowDataLoss = true, AllowNewClone = true }, Cancellation));
        // As a PgHa that was killed leaves it.
        RepairPlan plan = await new StandbyRepair(cluster.Context).PlanAsync(
            old, new() { Upstream = risen, AllowDataLoss = true }, Cancellation);
        await plan.Procedure.Steps.Single(step => step.Description.StartsWith("Put its own files aside", StringComparison.Ordinal))
            .RunAsync(new StepRun(), Cancellation);
        var control = new InstanceControl(cluster.Context);

        PgHaException refused = await RefusedAsync("RewindIncomplete", () => control.StartAsync(old, Cancellation));
        Assert.Contains("Repair-PgStandby", refused.Advice, StringComparison.Ordinal);
        await RefusedAsync(
            "RewindIncomplete",
            () => control.StartAsync(old with { DataDirectory = old.DataDirectory + ".pgha-rewind-incomplete" }, Cancellation));

        // Whoever began it has agreed to the loss.
        RepairDecision decision = await new StandbyRepair(cluster.Context).ApplyAsync(old, new() { Upstream = risen }, Cancellation);
        Assert.Contains("died midway", decision.Reason, StringComparison.Ordinal);
        await AssertFollowsAsync(cluster, old, risen);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(old.DataDirectory!, "log")));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_new_clone_takes_its_place_when_it_is_complete(int major)
    {
        // No checksums, no hints: 18 has checksums by default.
        Assert.SkipWhen(major >= 18, "18 has data checksums by default, and can be rewound.");
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major, "work_mem = '7MB'");
        (PgInstance old, PgInstance risen) = await FailOverAsync(cluster, afterwards: "create table lost as select 1 as a");
        var repair = new StandbyRepair(cluster.Context);

        PgHaException refused = await RefusedAsync(
            "NewCloneNotAllowed", () => repair.PlanAsync(old, new() { Upstream = risen }, Cancellation));
        Assert.Contains("cannot be rewound", refused.Message, StringComparison.Ordinal);
        await cluster.ConfigureAsync(risen, "work_mem = '9MB'");
        RepairPlan plan = await repair.PlanAsync(old, new() { Upstream = risen, AllowNewClone = true }, Cancellation);
        // Killed after the copying: the old directory is as it was, and the next run begins anew.
        await plan.Procedure.Steps.Single(step => step.Description.StartsWith("Clone ", StringComparison.Ordinal))
            .RunAsync(new StepRun(), Cancellation);
        Assert.True(Directory.Exists(old.DataDirectory + ".pgha-clone"));
        Assert.False(File.Exists(Path.Combine(old.DataDirectory!, "standby.signal")));

        await repair.ApplyAsync(old, new() { Upstream = risen, AllowNewClone = true }, Cancellation);

        await AssertFollowsAsync(cluster, old, risen);
        Assert.Equal("7MB", await ReplicationCluster.SqlAsync<string>(old, "show work_mem"));
        Assert.Single(Directory.GetDirectories(Path.GetDirectoryName(old.DataDirectory!)!, "primary.pgha-old-*"));
        Assert.False(Directory.Exists(old.DataDirectory + ".pgha-clone"));
    }
}
