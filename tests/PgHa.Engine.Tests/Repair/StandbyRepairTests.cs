using PgHa.Engine.Instances;
using PgHa.Engine.PrimaryChange;
using PgHa.Engine.Recovery;
using PgHa.Engine.Repair;
using PgHa.Engine.Tests.Support;
using PgHa.Engine.Waiting;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.Repair;

/// <summary>Servers that are taken back as standbys, by the least that works.</summary>
[TakesMinutes]
public sealed class StandbyRepairTests
{
    public static TheoryData<int> Majors => [.. PostgresInstallations.ForScenarios];

    /// <summary>The majors whose packages have <c>pg_rewind</c>.</summary>
    public static TheoryData<int> RewindMajors => [.. PostgresInstallations.ForScenarios.Where(major => major is 15 or >= 17)];

    private static CancellationToken Cancellation => ReplicationCluster.Cancellation;

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task An_old_primary_that_wrote_nothing_more_only_follows(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major, "wal_log_hints = on");
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "select pg_create_physical_replication_slot('left_over', true)");
        (PgInstance old, PgInstance risen) = await FailOverAsync(cluster, afterwards: null);

        RepairDecision decision = await new StandbyRepair(cluster.Context).ApplyAsync(
            old, new() { Upstream = risen, SlotName = "old", CreateSlot = true }, Cancellation);

        Assert.Equal((RepairMethod.Follow, false), (decision.Method, decision.LosesCommits));
        await AssertFollowsAsync(cluster, old, risen);
        Assert.True(await ReplicationCluster.SqlAsync<bool>(risen, "select active from pg_replication_slots where slot_name = 'old'"));
        Assert.Contains(cluster.Log.Warnings, warning => warning.Contains("keeps WAL for 'left_over'", StringComparison.Ordinal));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(RewindMajors))]
    public async Task An_old_primary_that_wrote_more_is_rewound_when_that_is_allowed_and_keeps_its_own_settings(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(
            major, "wal_log_hints = on", "work_mem = '7MB'", "archive_command = 'true'");
        (PgInstance old, PgInstance risen) = await FailOverAsync(cluster, afterwards: "create table lost as select 1 as a");
        await File.AppendAllTextAsync(Path.Combine(old.DataDirectory!, "pg_hba.conf"), "# its own\n", Cancellation);
        await File.AppendAllTextAsync(Path.Combine(risen.DataDirectory!, "postgresql.conf"), "work_mem = '9MB'\n", Cancellation);
        string[] logs = [.. Directory.GetFiles(Path.Combine(old.DataDirectory!, "log")).Select(Path.GetFileName).OfType<string>()];
        var repair = new StandbyRepair(cluster.Context);

        PgHaException refused = await RefusedAsync(
            "DataLossNotAllowed", () => repair.PlanAsync(old, new() { Upstream = risen }, Cancellation));
        Assert.Matches("[0-9]+ commits? in it", refused.Message);
        RepairDecision decision = await repair.ApplyAsync(old, new() { Upstream = risen, AllowDataLoss = true }, Cancellation);

        Assert.Equal(RepairMethod.Rewind, decision.Method);
        await AssertFollowsAsync(cluster, old, risen);
        Assert.Equal("7MB", await ReplicationCluster.SqlAsync<string>(old, "show work_mem"));
        Assert.Contains(
            "archive_command = 'true'",
            await File.ReadAllTextAsync(Path.Combine(old.DataDirectory!, "postgresql.conf"), Cancellation),
            StringComparison.Ordinal);
        Assert.Equal("primary", await ReplicationCluster.SqlAsync<string>(old, "show cluster_name"));
        Assert.True(await ReplicationCluster.SqlAsync<bool>(old, "select to_regclass('lost') is null"));
        Assert.EndsWith(
            "# its own\n",
            await File.ReadAllTextAsync(Path.Combine(old.DataDirectory!, "pg_hba.conf"), Cancellation),
            StringComparison.Ordinal);
        Assert.All(logs, log => Assert.True(File.Exists(Path.Combine(old.DataDirectory!, "log", log)), log));
        Assert.Equal(
            [old.DataDirectory!],
            Directory.GetFileSystemEntries(Path.GetDirectoryName(old.DataDirectory!)!, "primary*").Where(Directory.Exists));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(RewindMajors))]
    public async Task A_killed_old_primary_is_recovered_and_rewound(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major, "wal_log_hints = on");
        (PgInstance old, PgInstance risen) = await FailOverAsync(cluster, afterwards: "create table lost as select 1 as a", kill: true);

        RepairPlan plan = await new StandbyRepair(cluster.Context).PlanAsync(
            old, new() { Upstream = risen, AllowDataLoss = true }, Cancellation);
        Assert.Contains("single-user mode", plan.Procedure.ToString(), StringComparison.Ordinal);
        Assert.True(plan.Decision.LosesCommits);
        await new StandbyRepair(cluster.Context).RunAsync(plan, Cancellation);

        await AssertFollowsAsync(cluster, old, risen);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(RewindMajors))]
    public async Task A_killed_old_primary_keeps_the_WAL_of_the_last_common_checkpoint_while_it_recovers(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major, "wal_log_hints = on");
        // That checkpoint is in one file, and the server crashes two files later.
        (PgInstance old, PgInstance risen) = await FailOverAsync(
            cluster,
            afterwards: "create table lost as select 1 as a; select pg_switch_wal(); "
                + "create table more as select 1 as a; select pg_switch_wal(); create table most as select 1 as a",
            kill: true);

        RepairDecision decision = await new StandbyRepair(cluster.Context).ApplyAsync(
            old, new() { Upstream = risen, AllowDataLoss = true }, Cancellation);

        Assert.Equal(RepairMethod.Rewind, decision.Method);
        await AssertFollowsAsync(cluster, old, risen);
        Assert.True(await ReplicationCluster.SqlAsync<bool>(old, "select to_regclass('lost') is null"));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(RewindMajors))]
    public async Task A_killed_old_primary_that_was_made_a_standby_is_recovered_under_another_name_and_rewound(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major, "wal_log_hints = on");
        (PgInstance old, PgInstance risen) = await FailOverAsync(
            cluster,
            afterwards: "create table lost as select 1 as a; select pg_switch_wal(); create table more as select 1 as a",
            kill: true);
        // As a failover fences it.
        await new RecoverySettings(cluster.Context).SetAsync(
            old, new RecoveryOptions { Upstream = risen, ApplicationName = "primary", SkipChecks = true }, Cancellation);

        RepairPlan plan = await new StandbyRepair(cluster.Context).PlanAsync(
            old, new() { Upstream = risen, AllowDataLoss = true }, Cancellation);
        string steps = plan.Procedure.ToString();
        int aside = steps.IndexOf("Put its own files aside", StringComparison.Ordinal);
        Assert.InRange(aside, 0, steps.IndexOf("single-user mode", StringComparison.Ordinal));
        await new StandbyRepair(cluster.Context).RunAsync(plan, Cancellation);

        await AssertFollowsAsync(cluster, old, risen);
        Assert.True(await ReplicationCluster.SqlAsync<bool>(old, "select to_regclass('lost') is null"));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(RewindMajors))]
    public async Task A_killed_old_primary_with_nothing_more_only_follows(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major, "wal_log_hints = on");
        (PgInstance old, PgInstance risen) = await FailOverAsync(cluster, afterwards: null, kill: true);

        RepairDecision decision = await new StandbyRepair(cluster.Context).ApplyAsync(old, new() { Upstream = risen }, Cancellation);

        Assert.Equal(RepairMethod.Follow, decision.Method);
        await AssertFollowsAsync(cluster, old, risen);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(RewindMajors))]
    public async Task A_standby_that_went_on_with_the_old_primary_is_rewound(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major, "wal_log_hints = on");
        PgInstance loyal = cluster.WithHost(await cluster.AddStandbyAsync("loyal"));
        PgInstance risen = cluster.WithHost(await cluster.AddStandbyAsync("risen"));
        await new PromotionControl(cluster.Context).PromoteAsync(risen, Cancellation);
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "create table lost as select 1 as a");
        await new ReplicationWait(cluster.Context).WaitAsync(loyal, new(), Cancellation);

        RepairDecision decision = await new StandbyRepair(cluster.Context).ApplyAsync(
            loyal, new() { Upstream = risen, AllowDataLoss = true }, Cancellation);

        Assert.Equal(RepairMethod.Rewind, decision.Method);
        await AssertFollowsAsync(cluster, loyal, risen, "loyal");
        Assert.True(await ReplicationCluster.SqlAsync<bool>(loyal, "select to_regclass('lost') is null"));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(RewindMajors))]
    public async Task WAL_that_a_rewind_misses_comes_from_the_archive(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(
            major, "wal_log_hints = on", "archive_mode = on", "archive_command = 'mkdir -p ../archive && cp %p ../archive/%f'");
        (PgInstance old, PgInstance risen) = await FailOverAsync(cluster, afterwards: "create table lost as select 1 as a", recycle: true);
        string archive = Path.Combine(Path.GetDirectoryName(old.DataDirectory!)!, "archive");
        var repair = new StandbyRepair(cluster.Context);

        // It is not known what is in WAL that is not there.
        await RefusedAsync("DataLossNotAllowed", () => repair.PlanAsync(old, new() { Upstream = risen }, Cancellation));
        PgHaException missing = await RefusedAsync(
            "WalMissing", () => repair.ApplyAsync(old, new() { Upstream = risen, AllowDataLoss = true }, Cancellation));
        Assert.Contains("-RestoreFrom", missing.Advice, StringComparison.Ordinal);
        // Nothing was changed by that, and it would start as it was.
        Assert.True(Directory.Exists(Path.Combine(old.DataDirectory!, "log")));
        Assert.False(File.Exists(Path.Combine(old.DataDirectory!, "standby.signal")));

        await repair.ApplyAsync(
            old, new() { Upstream = risen, AllowDataLoss = true, RestoreFrom = new DirectoryArchive(archive) }, Cancellation);
        await AssertFollowsAsync(cluster, old, risen);
        Assert.Contains("from the archive", cluster.Log.All, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task What_is_no_case_for_a_repair_is_refused(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major);
        PgInstance standby = cluster.WithHost(await cluster.AddStandbyAsync("standby"));
        await using ReplicationCluster strangers = await ReplicationCluster.CreateAsync(major);
        var repair = new StandbyRepair(cluster.Context);

        await RefusedAsync(
            "RunningAsPrimary", () => repair.PlanAsync(cluster.WithHost(cluster.Primary), new() { Upstream = standby }, Cancellation));
        await RefusedAsync(
            "ForeignSystemIdentifier", () => repair.PlanAsync(standby, new() { Upstream = strangers.Primary }, Cancellation));
        await RefusedAsync("UpstreamIsItself", () => repair.PlanAsync(standby, new() { Upstream = standby }, Cancellation));
        Assert.True((await repair.PlanAsync(standby, new() { Upstream = cluster.Primary }, Cancellation)).Procedure.IsEmpty);
    }

    // The standby is promoted; the old primary writes more, if anything, and goes.
    internal static async Task<(PgInstance Old, PgInstance Risen)> FailOverAsync(
        ReplicationCluster cluster, string? afterwards, bool kill = false, bool recycle = false)
    {
        PgInstance old = cluster.WithHost(cluster.Primary);
        PgInstance risen = cluster.WithHost(await cluster.AddStandbyAsync("risen"));
        await ReplicationCluster.SqlAsync<object>(old, "create table kept as select 1 as a");
        await ReplicationCluster.SqlAsync<object>(old, "checkpoint");
        await new ReplicationWait(cluster.Context).WaitAsync(risen, new(), Cancellation);
        if (afterwards is not null)
        {
            await new PromotionControl(cluster.Context).PromoteAsync(risen, Cancellation);
            await ReplicationCluster.SqlAsync<object>(old, afterwards);
        }

        for (int i = 0; recycle && i < 2; i++)
        {
            await cluster.WriteWalAsync(40);
            await ReplicationCluster.UntilAsync(old, "select not exists (select from pg_ls_archive_statusdir() where name like '%.ready')");
            await ReplicationCluster.SqlAsync<object>(old, "checkpoint");
        }

        if (kill)
            await KillAsync(cluster, old);
        else
            await cluster.StopAsync(old);
        if (afterwards is null)
            await new PromotionControl(cluster.Context).PromoteAsync(risen, Cancellation);
        return (old, risen);
    }

    private static async Task KillAsync(ReplicationCluster cluster, PgInstance server)
    {
        int id = (await new InstanceControl(cluster.Context).GetStatusAsync(server, Cancellation)).Pid!.ProcessId;
        await ReplicationCluster.SignalAsync(id, "KILL");
        await ReplicationCluster.UntilAsync(() => Task.FromResult(!Directory.Exists($"/proc/{id}")), "the killed server is gone");
    }

    internal static async Task AssertFollowsAsync(ReplicationCluster cluster, PgInstance old, PgInstance risen, string name = "primary")
    {
        await ReplicationCluster.SqlAsync<object>(risen, "create table if not exists later as select 1 as a");
        await new ReplicationWait(cluster.Context).WaitAsync(old, new() { Upstream = risen }, Cancellation);
        Assert.True(await ReplicationCluster.SqlAsync<bool>(old, "select pg_is_in_recovery()"));
        Assert.True(
            await ReplicationCluster.SqlAsync<bool>(old, "select to_regclass('kept') is not null or to_regclass('later') is not null"));
        Assert.Equal(
            1,
            await ReplicationCluster.SqlAsync<long>(
                risen, $"select count(*) from pg_stat_replication where state = 'streaming' and application_name = '{name}'"));
    }

    internal static async Task<PgHaException> RefusedAsync(string errorId, Func<Task> action)
    {
        PgHaException e = await Assert.ThrowsAsync<PgHaException>(action);
        Assert.True(errorId == e.ErrorId, $"{e.ErrorId}: {e.Message}");
        return e;
    }
}
