namespace PgHa.Tests.Replication;

/// <summary>What is said of a slot goes by who reads it.</summary>
public sealed class SlotUseTests
{
    private static readonly ReplicationSlot Physical = Observations.Slot("s") with { RetainedBytes = 20 << 20 };
    private static readonly ReplicationSlot Logical =
        Physical with { Type = ReplicationSlotType.Logical, Plugin = "pgoutput", Database = "shop" };
    private static readonly ReplicationSlot Copy = Logical with { IsFailover = true, IsSynced = true };

    [Theory]
    [InlineData("barman", null, false, "Barman")]
    [InlineData("barman_db1", null, false, "Barman")]
    [InlineData("backup", "barman_receive_wal", false, "Barman")]
    [InlineData("repmgr_slot_3", null, false, "repmgr")]
    [InlineData("pgautofailover_standby_2", null, false, "pg_auto_failover")]
    [InlineData("_cnpg_shop_2", null, false, "CloudNativePG")]
    [InlineData("p1", null, true, "Patroni")]
    [InlineData("p1", null, false, null)]
    [InlineData("barmanager", null, false, null)]
    [InlineData("repmgr_slot_x", null, false, null)]
    public void The_slot_of_another_tool_is_known_by_its_signs(string name, string? consumer, bool hasPatroni, string? tool)
    {
        Assert.Equal(tool, SlotTool.Of(name, ReplicationSlotType.Physical, consumer, hasPatroni));
        Assert.Null(SlotTool.Of(name, ReplicationSlotType.Logical, consumer, hasPatroni));
    }

    [Fact]
    public void A_lost_slot_says_what_its_own_consumer_needs()
    {
        string Lost(ReplicationSlot slot) =>
            Assert.Single(SlotDiagnosis.Of(slot with { WalStatus = SlotWalStatus.Lost, InvalidationReason = "wal_removed" })).Text;

        Assert.Equal("slot 's' is lost (wal_removed): its standby needs an archive or a new clone", Lost(Physical));
        Assert.Equal("logical slot 's' is lost (wal_removed): its consumer needs a new slot and a new copy of its tables", Lost(Logical));
        Assert.StartsWith(
            "synchronized slot 's' is lost (wal_removed): synchronization makes it anew", Lost(Copy), StringComparison.Ordinal);
        Assert.Equal(
            "slot 's' of Barman is lost (wal_removed): Barman misses WAL from then on, and needs a new base backup",
            Lost(Physical with { Tool = "Barman" }));
    }

    [Fact]
    public void A_slot_that_nobody_uses_is_told_from_a_tools_and_from_a_copy()
    {
        Assert.Equal("nothing is connected to logical slot 's', which holds 20 MB of WAL", Assert.Single(SlotDiagnosis.Of(Logical)).Text);
        Assert.Equal(
            "Patroni is not connected to its slot 's', which holds 20 MB of WAL",
            Assert.Single(SlotDiagnosis.Of(Physical with { Tool = "Patroni" })).Text);
        Assert.Empty(SlotDiagnosis.Of(Copy));
    }

    [Theory]
    [InlineData(null, "its consumer has to read on")]
    [InlineData("wal_not_flushed", "has not received all that the consumer has confirmed")]
    [InlineData("no_consistent_snapshot", "no WAL yet")]
    [InlineData("something_new", "'something_new'")]
    public void A_temporary_copy_is_not_ready_for_a_failover(string? skipped, string why)
    {
        ReplicationSlot copy = Copy with { IsTemporary = true, SyncSkipReason = skipped };

        Assert.False(copy.IsFailoverReady);
        Assert.Contains(why, copy.NotReadyReason, StringComparison.Ordinal);
        Assert.Equal(ReplicationFindingCause.SlotNotReady, Assert.Single(SlotDiagnosis.Of(copy)).Cause);
        Assert.True(Copy.IsFailoverReady);
        Assert.Null(Logical.IsFailoverReady);
        Assert.Contains(
            "it is lost (wal_level_insufficient)",
            (Copy with { InvalidationReason = "wal_level_insufficient" }).NotReadyReason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_keeps_a_standby_from_synchronizing_is_named()
    {
        ReplicationStatus primary = Observations.Good().Cluster.Find("a")!.Status! with { Slots = [Logical with { IsFailover = true }] };
        ReplicationStatus standby = Observations.Good().Cluster.Find("b")!.Status!;
        ReceiverStatus whole = standby.Receiver! with
        {
            SynchronizesSlots = true,
            NamesDatabase = true,
            HasFeedback = true,
            HasLogicalWal = true,
            HasSlotSyncWorker = true
        };
        string Said(ReceiverStatus receiver, params ReplicationSlot[] slots) =>
            string.Join(
                "|", SlotSyncDiagnosis.Of(standby with { Receiver = receiver, Slots = slots }, primary).Select(finding => finding.Text));

        Assert.Equal("", Said(whole));
        Assert.Equal("", Said(whole, Copy));
        Assert.EndsWith(
            "cannot synchronize its primary's failover slots: primary_conninfo names no database (dbname)",
            Said(whole with { NamesDatabase = false }),
            StringComparison.Ordinal);
        Assert.Contains(
            "(primary_slot_name); hot_standby_feedback is off; its wal_level is not logical",
            Said(whole with { SlotName = null, HasFeedback = false, HasLogicalWal = false }),
            StringComparison.Ordinal);
        Assert.Contains("it has a slot 's' of its own", Said(whole, Logical), StringComparison.Ordinal);
        Assert.Equal("", Said(whole with { SynchronizesSlots = false, NamesDatabase = false }));
        // What the role may not see is not said to be missing.
        Assert.Equal("", Said(whole with { NamesDatabase = null, HasSlotSyncWorker = null }));
        Assert.Contains(
            "a is a standby",
            string.Join("|", SlotSyncDiagnosis.Of(standby with { Receiver = whole }, primary with { Role = ServerRole.Standby })
                .Select(finding => finding.Text)),
            StringComparison.Ordinal);
    }
}
