using PgHa.Engine.Instances;
using PgHa.Engine.PrimaryChange;
using PgHa.Engine.Recovery;
using PgHa.Engine.Tests.Support;
using PgHa.Engine.Upstreams;
using PgHa.Engine.Waiting;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.Upstreams;

public sealed class UpstreamChangeTests
{
    public static TheoryData<int> Majors => [.. PostgresInstallations.ScenariosOfEachEra];

    private static CancellationToken Cancellation => ReplicationCluster.Cancellation;

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_standby_follows_another_and_back_and_its_slots_come_along(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major);
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "select pg_create_physical_replication_slot('mover')");
        PgInstance middle = await cluster.AddStandbyAsync("middle");
        PgInstance mover = cluster.WithHost(await cluster.AddStandbyAsync("mover", slot: "mover"));
        var change = new UpstreamChange(cluster.Context);

        await change.ApplyAsync(mover, new() { Upstream = middle, CreateSlot = true, RemoveOldSlot = true }, Cancellation);

        Assert.True(await Streams(middle, "mover", "mover"));
        Assert.False(await Streams(cluster.Primary, "mover"));
        Assert.Equal(0, await ReplicationCluster.SqlAsync<long>(cluster.Primary, "select count(*) from pg_replication_slots"));
        await cluster.WriteWalAsync(1);
        await new ReplicationWait(cluster.Context).WaitAsync(mover, new(), Cancellation);
        // From 13 on nobody was cut off for it.
        Assert.Equal(major < 13, cluster.Log.All.Contains("Starting mover", StringComparison.Ordinal));

        Assert.True((await change.PlanAsync(mover, new() { Upstream = middle, SlotName = "mover" }, Cancellation)).Procedure.IsEmpty);
        await change.ApplyAsync(mover, new() { Upstream = cluster.Primary }, Cancellation);
        Assert.True(await Streams(cluster.Primary, "mover"));
        Assert.Contains("keeps WAL in slot 'mover'", cluster.Log.All, StringComparison.Ordinal);
        Assert.Null((await new RecoverySettings(cluster.Context).GetAsync(mover, Cancellation)).SlotName);
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_standby_follows_the_new_primary_unless_it_has_what_that_has_not(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(
            major, major < 13 ? "wal_keep_segments = 50" : "wal_keep_size = 1GB");
        PgInstance risen = cluster.WithHost(await cluster.AddStandbyAsync("risen"));
        PgInstance loyal = cluster.WithHost(await cluster.AddStandbyAsync("loyal"));
        PgInstance stopped = cluster.WithHost(await cluster.AddStandbyAsync("stopped"));
        await cluster.StopAsync(stopped);
        var change = new UpstreamChange(cluster.Context);

        await new PromotionControl(cluster.Context).PromoteAsync(risen, Cancellation);
        await cluster.WriteWalAsync(2);
        await new ReplicationWait(cluster.Context).WaitAsync(loyal, new() { Upstream = cluster.Primary }, Cancellation);
        PgHaException diverged = await RefusedAsync(
            "StandbyDiverged", () => change.PlanAsync(loyal, new() { Upstream = risen }, Cancellation));
        Assert.Contains("of timeline 1", diverged.Message, StringComparison.Ordinal);
        Assert.Contains("Repair-PgStandby", diverged.Advice, StringComparison.Ordinal);
        Assert.True(await Streams(cluster.Primary, "loyal"));

        // It has nothing that the new primary has not, and does not run.
        await change.ApplyAsync(stopped, new() { Upstream = risen }, Cancellation);
        Assert.Equal(InstanceState.Stopped, (await new InstanceControl(cluster.Context).GetStatusAsync(stopped, Cancellation)).State);
        await cluster.StartAsync(stopped);
        await ReplicationCluster.UntilAsync(
            risen, "select count(*) = 1 from pg_stat_replication where application_name = 'stopped' and state = 'streaming'");

        // A promotion later, the control files of those that have had no restartpoint since still name the first timeline.
        PgInstance third = cluster.WithHost(await cluster.AddStandbyAsync("third", upstream: risen));
        await ReplicationCluster.SqlAsync<object>(risen, "create table later (a int)");
        await new ReplicationWait(cluster.Context).WaitAsync(stopped, new() { Upstream = risen }, Cancellation);
        await cluster.StopAsync(risen);
        await new PromotionControl(cluster.Context).PromoteAsync(third, Cancellation);
        await change.ApplyAsync(stopped, new() { Upstream = third }, Cancellation);
        Assert.True(await Streams(third, "stopped"));
    }

    [Fact]
    public async Task Nobody_follows_itself_or_those_below_it()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync();
        PgInstance top = cluster.WithHost(await cluster.AddStandbyAsync("top"));
        PgInstance middle = await cluster.AddStandbyAsync("middle", upstream: top);
        PgInstance bottom = await cluster.AddStandbyAsync("bottom", upstream: middle);
        var change = new UpstreamChange(cluster.Context);

        await RefusedAsync("UpstreamIsItself", () => change.PlanAsync(top, new() { Upstream = top }, Cancellation));
        await RefusedAsync(
            "UpstreamIsItself",
            () => change.PlanAsync(top, new() { Upstream = top with { Host = "localhost", DataDirectory = null } }, Cancellation));
        await RefusedAsync("UpstreamIsDescendant", () => change.PlanAsync(top, new() { Upstream = middle }, Cancellation));
        Assert.Contains(
            "by way of middle",
            (await RefusedAsync("UpstreamIsDescendant", () => change.PlanAsync(top, new() { Upstream = bottom }, Cancellation))).Message
                .Replace($"127.0.0.1:{middle.Port}", "middle", StringComparison.Ordinal),
            StringComparison.Ordinal);
        await RefusedAsync(
            "NotAStandby", () => change.PlanAsync(cluster.WithHost(cluster.Primary), new() { Upstream = top }, Cancellation));

        await cluster.StopAsync(top);
        await RefusedAsync("UpstreamIsDescendant", () => change.PlanAsync(top, new() { Upstream = bottom }, Cancellation));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_standby_that_gets_no_WAL_from_the_new_upstream_follows_the_old_one_again(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major);
        PgInstance mover = cluster.WithHost(await cluster.AddStandbyAsync("mover"));
        PgInstance cut = await cluster.AddStandbyAsync("cut", streams: false);
        await cluster.WriteWalAsync(40);
        await new ReplicationWait(cluster.Context).WaitAsync(mover, new(), Cancellation);
        RecoveryConfiguration before = await new RecoverySettings(cluster.Context).GetAsync(mover, Cancellation);
        EngineContext hasty = new(cluster.Log) { Timeout = TimeSpan.FromSeconds(3) };

        PgHaException e = await RefusedAsync(
            "OperationTimeout",
            () => new UpstreamChange(hasty).ApplyAsync(
                mover, new() { Upstream = cut, SlotName = "made", CreateSlot = true }, Cancellation));

        Assert.Contains("Undone:", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, await new RecoverySettings(cluster.Context).GetAsync(mover, Cancellation));
        Assert.Equal(0, await ReplicationCluster.SqlAsync<long>(cut, "select count(*) from pg_replication_slots"));
        await ReplicationCluster.UntilAsync(
            cluster.Primary, "select count(*) = 1 from pg_stat_replication where application_name = 'mover' and state = 'streaming'");
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_cold_standby_follows_too_and_anothers_slot_is_refused(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major);
        PgInstance cold = cluster.WithHost(await cluster.AddStandbyAsync("cold", settings: "hot_standby = off"));
        PgInstance middle = await cluster.AddStandbyAsync("middle");
        await ReplicationCluster.SqlAsync<object>(middle, "select pg_create_physical_replication_slot('taken')");
        await cluster.AddStandbyAsync("other", upstream: middle, slot: "taken");
        var change = new UpstreamChange(cluster.Context);

        await RefusedAsync("SlotInUse", () => change.PlanAsync(cold, new() { Upstream = middle, SlotName = "taken" }, Cancellation));
        await RefusedAsync("SlotNotFound", () => change.PlanAsync(cold, new() { Upstream = middle, SlotName = "missing" }, Cancellation));
        await RefusedAsync("SlotNameNeeded", () => change.PlanAsync(cold, new() { Upstream = middle, CreateSlot = true }, Cancellation));
        await change.ApplyAsync(cold, new() { Upstream = middle, SlotName = "cold", CreateSlot = true }, Cancellation);
        Assert.True(await Streams(middle, "cold", "cold"));
    }

    private static Task<bool> Streams(PgInstance upstream, string name, string? slot = null) => ReplicationCluster.SqlAsync<bool>(
        upstream,
        $"""
        select exists (select from pg_stat_replication r left join pg_replication_slots s on s.active_pid = r.pid
        where r.application_name = '{name}' and r.state = 'streaming' and coalesce(s.slot_name, '') = '{slot}')
        """);

    private static async Task<PgHaException> RefusedAsync(string errorId, Func<Task> action)
    {
        PgHaException e = await Assert.ThrowsAsync<PgHaException>(action);
        Assert.True(errorId == e.ErrorId, $"{e.ErrorId}: {e.Message}");
        return e;
    }
}
