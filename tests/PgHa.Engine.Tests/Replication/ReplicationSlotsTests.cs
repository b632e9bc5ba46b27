using PgHa.Engine.Replication;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Replication;

public sealed class ReplicationSlotsTests
{
    private static CancellationToken Cancellation => ReplicationCluster.Cancellation;

    [Theory, MemberData(nameof(ReplicationCluster.Majors), MemberType = typeof(ReplicationCluster))]
    public async Task A_slot_is_made_used_and_removed(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major);

        ReplicationSlot made = await ReplicationSlots.CreatePhysicalAsync(
            cluster.Context, cluster.Primary, "node_slot_23", reserveWal: false, Cancellation);
        Assert.Equal(("node_slot_23", ReplicationSlotType.Physical, false, null), (made.Name, made.Type, made.IsActive, made.RestartLsn));

        PgInstance standby = await cluster.AddStandbyAsync("node23", slot: "node_slot_23");
        // The slot moves with the standby's first report.
        await ReplicationCluster.UntilAsync(cluster.Primary, "select restart_lsn is not null from pg_replication_slots");
        ReplicationSlot used = Assert.Single(await ReplicationSlots.GetAsync(cluster.Context, cluster.Primary, Cancellation));
        Assert.True(used.IsActive);
        Assert.Equal(
            await ReplicationCluster.SqlAsync<int>(cluster.Primary, "select active_pid from pg_replication_slots"), used.ActiveProcessId);
        Assert.NotNull(used.RestartLsn);
        Assert.NotNull(used.RetainedBytes);

        PgHaException refused = await Assert.ThrowsAsync<PgHaException>(() =>
            ReplicationSlots.RemoveAsync(cluster.Context, cluster.Primary, "node_slot_23", endConsumer: false, Cancellation));
        Assert.Equal(("SlotIsActive", PgHaErrorKind.Refused), (refused.ErrorId, refused.Kind));

        // A standby may have slots too, for those that cascade from it.
        await ReplicationSlots.CreatePhysicalAsync(cluster.Context, standby, "of_a_standby", reserveWal: true, Cancellation);
        Assert.NotNull(Assert.Single(await ReplicationSlots.GetAsync(cluster.Context, standby, Cancellation)).RestartLsn);
        await ReplicationSlots.RemoveAsync(cluster.Context, standby, "of_a_standby", endConsumer: false, Cancellation);

        await ReplicationSlots.RemoveAsync(cluster.Context, cluster.Primary, "node_slot_23", endConsumer: true, Cancellation);
        Assert.Empty(await ReplicationSlots.GetAsync(cluster.Context, cluster.Primary, Cancellation));
    }

    [Fact]
    public async Task What_is_there_already_is_kept_or_refused()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(
            15, "wal_level = logical", "max_replication_slots = 2");
        EngineContext context = cluster.Context;
        PgInstance primary = cluster.Primary;

        await ReplicationSlots.CreatePhysicalAsync(context, primary, "kept", reserveWal: false, Cancellation);
        ReplicationSlot again = await ReplicationSlots.CreatePhysicalAsync(context, primary, "kept", reserveWal: false, Cancellation);
        Assert.Null(again.RestartLsn);
        Assert.Contains(cluster.Log.Steps, step => step.Contains("there already", StringComparison.Ordinal));
        Assert.NotNull((await ReplicationSlots.CreatePhysicalAsync(context, primary, "kept", reserveWal: true, Cancellation)).RestartLsn);

        await ReplicationCluster.SqlAsync<object>(primary, "select pg_create_logical_replication_slot('taken', 'test_decoding')::text");
        Assert.Equal(
            "SlotIsLogical",
            await FailureAsync(() => ReplicationSlots.CreatePhysicalAsync(context, primary, "taken", false, Cancellation)));
        Assert.Equal(
            "NoFreeSlot", await FailureAsync(() => ReplicationSlots.CreatePhysicalAsync(context, primary, "third", false, Cancellation)));
        Assert.Equal(
            "SlotNotFound", await FailureAsync(() => ReplicationSlots.RemoveAsync(context, primary, "missing", false, Cancellation)));

        // A logical slot can be dropped in its own database only, wherever the instance points.
        await ReplicationSlots.RemoveAsync(context, primary with { Database = "template1" }, "taken", false, Cancellation);
        Assert.Equal("kept", Assert.Single(await ReplicationSlots.GetAsync(context, primary, Cancellation)).Name);
    }

    [Theory]
    [InlineData("max_replication_slots = 0", "SlotsNotEnabled")]
    [InlineData("wal_level = minimal", "WalLevelTooLow")]
    public async Task A_server_that_can_have_no_slot_says_which_setting_is_to_blame(string setting, string errorId)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(15, "max_wal_senders = 0", setting);

        Assert.Equal(
            errorId,
            await FailureAsync(() => ReplicationSlots.CreatePhysicalAsync(cluster.Context, cluster.Primary, "any", false, Cancellation)));
    }

    private static async Task<string> FailureAsync(Func<Task> action) => (await Assert.ThrowsAsync<PgHaException>(action)).ErrorId;
}
