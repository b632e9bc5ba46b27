using PgHa.Engine.PrimaryChange;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.PrimaryChange;

public sealed class PromotionControlTests
{
    public static TheoryData<int> Majors => ReplicationCluster.Majors;

    private static CancellationToken Cancellation => ReplicationCluster.Cancellation;

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_standby_is_promoted_when_its_upstream_is_gone(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major);
        PgInstance standby = cluster.WithHost(await cluster.AddStandbyAsync("node"));
        var promotion = new PromotionControl(cluster.Context);

        PgHaException e = await Assert.ThrowsAsync<PgHaException>(
            () => promotion.CheckAsync(standby, allowSecondPrimary: false, Cancellation));
        Assert.Equal("UpstreamRuns", e.ErrorId);
        Assert.Contains($"127.0.0.1:{cluster.Primary.Port}", e.Message, StringComparison.Ordinal);
        Assert.True(await promotion.CheckAsync(standby, allowSecondPrimary: true, Cancellation));

        await cluster.StopAsync(cluster.Primary);
        await ReplicationCluster.UntilAsync(standby, "select not exists (select from pg_stat_wal_receiver where status = 'streaming')");
        Assert.True(await promotion.CheckAsync(standby, allowSecondPrimary: false, Cancellation));
        await promotion.PromoteAsync(standby, Cancellation);

        Assert.False(await ReplicationCluster.SqlAsync<bool>(standby, "select pg_is_in_recovery()"));
        // The checkpoint made the new timeline the control file's, by which pg_rewind goes.
        Assert.Equal(2, await ReplicationCluster.SqlAsync<int>(standby, "select timeline_id from pg_control_checkpoint()"));
        Assert.False(await promotion.CheckAsync(standby, allowSecondPrimary: false, Cancellation));
    }

    [Fact]
    public async Task A_cold_standby_is_promoted_by_its_host_alone()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync();
        PgInstance cold = await cluster.AddStandbyAsync("node", settings: "hot_standby = off");
        var promotion = new PromotionControl(cluster.Context);
        Assert.Equal(
            "HostAccessRequired", (await Assert.ThrowsAsync<PgHaException>(() => promotion.CheckAsync(cold, false, Cancellation))).ErrorId);
        Assert.Equal(
            "UpstreamRuns",
            (await Assert.ThrowsAsync<PgHaException>(() => promotion.CheckAsync(cluster.WithHost(cold), false, Cancellation))).ErrorId);

        await cluster.StopAsync(cluster.Primary);
        await ReplicationCluster.UntilAsync(async () =>
        {
            try
            {
                return await promotion.CheckAsync(cluster.WithHost(cold), false, Cancellation);
            }
            catch (PgHaException e) when (e.ErrorId == "UpstreamRuns")
            {
                return false;
            }
        }, "the receiver has noticed that its upstream is gone");
        await promotion.PromoteAsync(cluster.WithHost(cold), Cancellation);
        Assert.False(await ReplicationCluster.SqlAsync<bool>(cold, "select pg_is_in_recovery()"));
    }

    [Fact]
    public async Task A_role_without_the_right_is_told_who_has_it()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync();
        PgInstance standby = await cluster.AddStandbyAsync("node");
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "create role weak login");
        await ReplicationCluster.UntilAsync(standby, "select exists (select from pg_roles where rolname = 'weak')");
        var promotion = new PromotionControl(cluster.Context);
        PgInstance asWeak = standby with { UserName = "weak" };
        // It cannot see what the receiver does.
        Assert.Equal(
            "UpstreamRuns", (await Assert.ThrowsAsync<PgHaException>(() => promotion.CheckAsync(asWeak, false, Cancellation))).ErrorId);
        PgHaException e = await Assert.ThrowsAsync<PgHaException>(() => promotion.PromoteAsync(asWeak, Cancellation));
        Assert.Equal("InsufficientPrivilege", e.ErrorId);
        Assert.Contains("pg_promote", e.Advice, StringComparison.Ordinal);
        Assert.True(await ReplicationCluster.SqlAsync<bool>(standby, "select pg_is_in_recovery()"));
    }
}
