using PgHa.Engine.Instances;
using PgHa.Engine.PrimaryChange;
using PgHa.Engine.Procedures;
using PgHa.Engine.Repair;
using PgHa.Engine.Tests.Support;
using PgHa.Engine.Waiting;

namespace PgHa.Engine.Tests.Repair;

/// <summary>Directories in which <c>pg_rewind</c> died: as it leaves them, made by a whole run and a step back.</summary>
public sealed class DiedRewindTests
{
    private const string Control = "global/pg_control";

    public static TheoryData<int> Majors => StandbyRepairTests.RewindMajors;

    private static CancellationToken Cancellation => ReplicationCluster.Cancellation;

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Majors))]
    public async Task What_somebody_else_s_rewind_left_is_recognized_never_started_and_cloned_anew(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major, "wal_log_hints = on", "wal_keep_size = 128MB");
        (PgInstance old, PgInstance risen) = await DivergeAsync(cluster);
        string directory = old.DataDirectory!, rewinding = directory + ".pgha-rewind-incomplete";
        await RewindButForItsControlFileAsync(old, risen);
        // Its settings are the other server's now; an administrator sees to that first.
        await cluster.ConfigureAsync(old, "cluster_name = 'primary'");
        var control = new InstanceControl(cluster.Context);
        var repair = new StandbyRepair(cluster.Context);

        PgHaException refused = await TestCluster.FailsAsync("RewindIncomplete", () => control.StartAsync(old, Cancellation));
        Assert.Contains("of a later timeline", refused.Message, StringComparison.Ordinal);
        RepairPlan plan = await repair.PlanAsync(old, new() { Upstream = risen }, Cancellation);
        Assert.Equal((RepairMethod.Rewind, false), (plan.Decision.Method, plan.Decision.LosesCommits));
        Assert.Contains("died midway", plan.Decision.Reason, StringComparison.Ordinal);
        Assert.Contains(cluster.Log.Warnings, warning => warning.Contains("see to its port", StringComparison.Ordinal));

        // The WAL that it would have to read again is gone, as it mostly is after a rewind.
        foreach (string file in Directory.GetFiles(Path.Combine(directory, "pg_wal"), "00000001*"))
            File.Delete(file);
        PgHaException failed = await Assert.ThrowsAsync<PgHaException>(() => repair.RunAsync(plan, Cancellation));
        Assert.DoesNotContain("as it was", failed.Message, StringComparison.Ordinal);
        Assert.Contains("between two states", failed.Message, StringComparison.Ordinal);
        Assert.True(Directory.Exists(rewinding));
        Assert.False(Directory.Exists(directory));
        await TestCluster.FailsAsync("RewindIncomplete", () => control.StartAsync(old, Cancellation));

        await repair.ApplyAsync(old, new() { Upstream = risen, AllowNewClone = true, RemoveOld = true }, Cancellation);
        await AssertFollowsAsync(cluster, old, risen);
        Assert.Equal([directory], Directory.GetDirectories(Path.GetDirectoryName(directory)!, "primary*"));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Majors))]
    public async Task A_rewind_that_died_after_it_had_written_the_control_file_is_not_run_again(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major, "wal_log_hints = on", "wal_keep_size = 128MB");
        (PgInstance old, PgInstance risen) = await DivergeAsync(cluster);
        var repair = new StandbyRepair(cluster.Context);
        RepairPlan first = await repair.PlanAsync(old, new() { Upstream = risen, AllowDataLoss = true }, Cancellation);
        await RunStepAsync(first, "Put its own files aside");
        await RewindAsync(old with { DataDirectory = old.DataDirectory + ".pgha-rewind-incomplete" }, risen);

        PgHaException refused = await TestCluster.FailsAsync(
            "NewCloneNotAllowed", () => repair.PlanAsync(old, new() { Upstream = risen }, Cancellation));
        Assert.Contains("died midway; it cannot be rewound", refused.Message, StringComparison.Ordinal);
        await repair.ApplyAsync(old, new() { Upstream = risen, AllowNewClone = true }, Cancellation);
        await AssertFollowsAsync(cluster, old, risen);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Majors))]
    public async Task A_standby_that_was_started_to_recover_is_not_started_again_with_the_setting_that_kept_its_WAL(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major, "wal_log_hints = on", "wal_keep_size = 128MB");
        PgInstance loyal = cluster.WithHost(await cluster.AddStandbyAsync("loyal"));
        PgInstance risen = cluster.WithHost(await cluster.AddStandbyAsync("risen"));
        await new PromotionControl(cluster.Context).PromoteAsync(risen, Cancellation);
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "create table lost as select 1 as a");
        await new ReplicationWait(cluster.Context).WaitAsync(loyal, new(), Cancellation);
        int id = (await new InstanceControl(cluster.Context).GetStatusAsync(loyal, Cancellation)).Pid!.ProcessId;
        await ReplicationCluster.SignalAsync(id, "KILL");
        await ReplicationCluster.UntilAsync(() => Task.FromResult(!Directory.Exists($"/proc/{id}")), "the killed server is gone");
        string options = Path.Combine(loyal.DataDirectory!, "postmaster.opts"), before = await File.ReadAllTextAsync(options, Cancellation);
        var repair = new StandbyRepair(cluster.Context);

        RepairPlan plan = await repair.PlanAsync(loyal, new() { Upstream = risen, AllowDataLoss = true }, Cancellation);
        await RunStepAsync(plan, "Start and stop it once");
        Assert.Equal(before, await File.ReadAllTextAsync(options, Cancellation));

        await repair.ApplyAsync(loyal, new() { Upstream = risen, AllowDataLoss = true }, Cancellation);
        Assert.DoesNotContain("wal_keep", await File.ReadAllTextAsync(options, Cancellation), StringComparison.Ordinal);
    }

    // The standby is promoted, and the old primary writes more and is stopped.
    private static async Task<(PgInstance Old, PgInstance Risen)> DivergeAsync(ReplicationCluster cluster)
    {
        PgInstance old = cluster.WithHost(cluster.Primary);
        PgInstance risen = cluster.WithHost(await cluster.AddStandbyAsync("risen"));
        await ReplicationCluster.SqlAsync<object>(old, "create table kept as select 1 as a");
        await ReplicationCluster.SqlAsync<object>(old, "checkpoint");
        await new ReplicationWait(cluster.Context).WaitAsync(risen, new(), Cancellation);
        await new PromotionControl(cluster.Context).PromoteAsync(risen, Cancellation);
        await ReplicationCluster.SqlAsync<object>(risen, "checkpoint");
        await ReplicationCluster.SqlAsync<object>(old, "create table lost as select 1 as a");
        await cluster.StopAsync(old);
        return (old, risen);
    }

    // All of a rewind but its last two files.
    private static async Task RewindButForItsControlFileAsync(PgInstance old, PgInstance risen)
    {
        string control = Path.Combine(old.DataDirectory!, Control), saved = old.DataDirectory + ".control";
        await TestCluster.RunAsync("cp", control, saved);
        await RewindAsync(old, risen);
        await TestCluster.RunAsync("cp", saved, control);
        File.Delete(saved);
        File.Delete(Path.Combine(old.DataDirectory!, "backup_label"));
    }

    private static Task RunStepAsync(RepairPlan plan, string description) =>
        plan.Procedure.Steps.Single(step => step.Description.StartsWith(description, StringComparison.Ordinal))
            .RunAsync(new StepRun(), Cancellation);

    private static async Task RewindAsync(PgInstance target, PgInstance source) => await TestCluster.RunAsync(
        Path.Combine(target.BinDirectory!, "pg_rewind"), "-D", target.DataDirectory!,
        "--source-server", $"host=127.0.0.1 port={source.Port} user=postgres dbname=postgres");

    private static async Task AssertFollowsAsync(ReplicationCluster cluster, PgInstance old, PgInstance risen)
    {
        await ReplicationCluster.SqlAsync<object>(risen, "create table later as select 1 as a");
        await new ReplicationWait(cluster.Context).WaitAsync(old, new() { Upstream = risen }, Cancellation);
        Assert.True(await ReplicationCluster.SqlAsync<bool>(
            old, "select pg_is_in_recovery() and to_regclass('later') is not null and to_regclass('lost') is null"));
    }
}
