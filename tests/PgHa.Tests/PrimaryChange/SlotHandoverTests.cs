namespace PgHa.Tests.PrimaryChange;

/// <summary>What becomes of logical slots when the primary changes.</summary>
public sealed class SlotHandoverTests
{
    private static readonly ReplicationSlot Failover =
        Observations.Slot("orders") with { Type = ReplicationSlotType.Logical, IsFailover = true };
    private static readonly ReplicationSlot Copy = Failover with { IsSynced = true };

    [Fact]
    public void A_ready_copy_is_not_lost()
    {
        SlotHandover slots = Of(
            [
                Failover,
                Failover with { Name = "plain", IsFailover = false },
                Failover with { Name = "gone", WalStatus = SlotWalStatus.Lost }
            ],
            Copy);

        Assert.Equal(["orders"], slots.Failover);
        Assert.Empty(slots.NotReady);
        Assert.Equal(["plain"], slots.Others);
        Assert.Empty(slots.Problems("a", "b"));
    }

    [Fact]
    public void A_slot_that_is_not_ready_is_named_with_the_reason()
    {
        Assert.Equal("there is no copy of it yet", Of([Failover]).NotReady["orders"]);
        Assert.Contains("temporary", Of([Failover], Copy with { IsTemporary = true }).NotReady["orders"], StringComparison.Ordinal);
        Assert.Contains("in its way", Of([Failover], Failover).NotReady["orders"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_candidate_that_synchronizes_nothing_stops_a_switchover()
    {
        OperationProblem problem = Assert.Single(Of([Failover], syncs: false).Problems("a", "b"));

        Assert.Equal("FailoverSlotsNotCopied", problem.Id);
        Assert.Contains("orders of a, because sync_replication_slots is off", problem.Message, StringComparison.Ordinal);
        Assert.Empty(Of([], syncs: false).Problems("a", "b"));
    }

    [Theory]
    [InlineData("slot_b", "a", "")]
    [InlineData("slot_b, \"slot_c\"", "a,slot_c", "")]
    [InlineData("slot_c,elsewhere", "slot_c", "elsewhere")]
    [InlineData("", null, "")]
    public void Consumers_wait_for_the_standbys_that_the_new_primary_has(string names, string? expected, string dropped)
    {
        SlotHandover slots = Of([Failover], [Copy], names);

        Assert.Equal(expected, slots.StandbySlots);
        Assert.Equal(dropped, string.Join(",", slots.DroppedStandbySlots));
    }

    [Fact]
    public void Slots_of_a_dead_primary_without_a_copy_are_named()
    {
        PgCluster cluster = Observations.Good().WithStatus("b", status => status with { Slots = [Copy] }).Cluster;
        cluster = cluster with
        {
            Members = [.. cluster.Members.Select(member => member.Name == "a" ? member with { Status = null } : member)],
        };

        SlotHandover slots = SlotHandover.Of(
            Handover.Of(cluster, cluster.Find("a"), cluster.Find("b")!, null), null, ["orders", "plain"]);

        Assert.Equal(["orders"], slots.Failover);
        Assert.Equal(["plain"], slots.Others);
    }

    private static SlotHandover Of(ReplicationSlot[] onOld, params ReplicationSlot[] onNew) => Of(onOld, onNew, "");

    private static SlotHandover Of(ReplicationSlot[] onOld, bool syncs) => Of(onOld, [], "", syncs);

    private static SlotHandover Of(ReplicationSlot[] onOld, ReplicationSlot[] onNew, string names, bool syncs = true)
    {
        PgCluster cluster = Observations.Good()
            .WithStatus("a", status => status with { Slots = [.. status.Slots, .. onOld] })
            .WithStatus("b", status => status with
            {
                Slots = onNew,
                Receiver = status.Receiver! with { SynchronizesSlots = syncs, NamesDatabase = true, HasFeedback = true }
            })
            .WithStatus("c", status => status with { Receiver = status.Receiver! with { SlotName = "slot_c" } })
            .Cluster;
        return SlotHandover.Of(Handover.Of(cluster, cluster.Find("a"), cluster.Find("b")!, null), names);
    }
}
