namespace PgHa.Tests.PrimaryChange;

public sealed class HandoverTests
{
    [Fact]
    public void Siblings_and_the_old_primary_follow_with_slots_where_slots_were_used()
    {
        PgCluster cluster = Observations.Good().Cluster;
        Handover handover = Handover.Of(cluster, cluster.Find("a"), cluster.Find("c")!, SynchronousStandbyNames.Parse("FIRST 1 (c, b)"));

        Assert.Equal(("a", "a", "a"), (handover.Returning!.Member.Name, handover.Returning.ApplicationName, handover.Returning.SlotName));
        Assert.Equal(("b", "slot_b"), (Assert.Single(handover.Siblings).Member.Name, handover.Siblings[0].SlotName));
        Assert.Equal(["a", "slot_b"], handover.Slots);
        Assert.Equal(["slot_b"], handover.LeftOverSlots);
        Assert.Equal("FIRST 1 (a, b)", handover.Names!.ToString());
    }

    [Fact]
    public void Who_restores_from_an_archive_that_ends_is_named_with_what_to_do()
    {
        MemberAnswer[] standbys = [Observed.Standby("b", 2, 1), Observed.ArchiveFed("d", 4, "/archive")];
        foreach (PgCluster cluster in new[] { Observed.Cluster([Observed.Down("a", 1), .. standbys]), Observed.Cluster(standbys) })
        {
            Handover handover = Handover.Of(cluster, cluster.Find("a"), cluster.Find("b")!, null);
            Assert.Equal(["d"], handover.ArchiveFed.Select(fed => fed.Member.Name));
            string left = Assert.Single(handover.LeftOnOldArchive);
            Assert.StartsWith("d restores from the archive of ", left, StringComparison.Ordinal);
            Assert.Contains("Set-PgRecoveryConf d -Upstream b", left, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Who_restores_from_the_archive_that_the_new_primary_writes_to_as_well_is_left_alone()
    {
        MemberAnswer Archiving(MemberAnswer answer, ArchiveMode mode) =>
            answer.With(status => status with { ArchiveMode = mode, ArchiveCommand = "cp %p /archive/%f" });
        PgCluster cluster = Observed.Cluster(
            Archiving(Observed.Primary("a", 1, Observed.Row("b")), ArchiveMode.On), Archiving(Observed.Standby("b", 2, 1), ArchiveMode.On),
            Observed.ArchiveFed("d", 4, "/archive"));
        Assert.Empty(Handover.Of(cluster, cluster.Find("a"), cluster.Find("b")!, null).ArchiveFed);
    }

    [Theory]
    [InlineData("FIRST 1 (b)", "b", "FIRST 1 (a)")]
    [InlineData("ANY 1 (c, b)", "b", "ANY 1 (c, a)")]
    [InlineData("FIRST 1 (c)", "b", "FIRST 1 (c)")]
    [InlineData("FIRST 1 (*)", "b", "FIRST 1 (*)")]
    [InlineData("FIRST 2 (a, b)", "b", "FIRST 1 (a)")]
    public void Nobody_waits_for_itself(string names, string to, string expected)
    {
        PgCluster cluster = Observations.Good().Cluster;
        Assert.Equal(
            expected, Handover.Of(cluster, cluster.Find("a"), cluster.Find(to)!, SynchronousStandbyNames.Parse(names)).Names!.ToString());
    }

    [Fact]
    public void A_slot_is_named_after_a_server()
    {
        Assert.Equal("db_1_berlin", ReplicationSlotName.ForServer("DB-1.Berlin"));
        Assert.Equal(63, ReplicationSlotName.ForServer(new string('x', 100)).Length);
        Assert.Equal("_", ReplicationSlotName.ForServer(""));
    }

    [Theory]
    [InlineData("ANY 1 (b, c)", "c", "ANY 1 (b, c)")]
    [InlineData("FIRST 2 (b, c, d)", "c,d", "FIRST 2 (b, c, d)")]
    [InlineData("FIRST 2 (b, c)", "c", "FIRST 1 (b, c)")]
    [InlineData("FIRST 3 (*)", "c,d", "FIRST 2 (*)")]
    [InlineData("FIRST 1 (b)", "c", null)]
    [InlineData("FIRST 1 (b)", "", null)]
    public void After_a_failover_commits_wait_for_no_more_than_can_confirm(string names, string able, string? expected) =>
        Assert.Equal(
            expected,
            RemainingNames.Of(SynchronousStandbyNames.Parse(names), able.Split(',', StringSplitOptions.RemoveEmptyEntries))?.ToString());
}
