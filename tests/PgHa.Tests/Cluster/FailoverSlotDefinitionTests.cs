namespace PgHa.Tests.Clusters;

/// <summary>Failover slots in definitions: read, checked, written, compared.</summary>
public sealed class FailoverSlotDefinitionTests
{
    private const string Standby = """, { "Name": "b", "Upstream": "a", "SlotName": "b", "SyncReplicationSlots": true }""";

    private static string Primary(string slot, string level = "logical") =>
        $$"""{ "Name": "a", "Settings": { "wal_level": "{{level}}" }, "Slots": [ { "Name": "s", "Owner": "x", {{slot}} } ] }""";

    private const string Logical = "\"Plugin\": \"pgoutput\", \"Database\": \"d\"";

    [Theory]
    [InlineData(17, Logical + ", \"Failover\": true", "logical", Standby, null)]
    [InlineData(19, Logical + ", \"Failover\": true", "replica", Standby, null)]
    [InlineData(18, Logical, "replica", "", "needs wal_level = logical")]
    [InlineData(16, Logical + ", \"Failover\": true", "logical", ", { \"Name\": \"b\", \"Upstream\": \"a\" }", "17 and later have")]
    [InlineData(17, "\"Failover\": true", "logical", Standby, "is physical")]
    [InlineData(
        17, Logical + ", \"Failover\": true", "logical", ", { \"Name\": \"b\", \"Upstream\": \"a\" }", "no standby of a would keep a copy")]
    [InlineData(16, Logical, "logical", Standby, "does not synchronize slots")]
    [InlineData(
        17, Logical, "logical", ", { \"Name\": \"b\", \"Upstream\": \"a\", \"SyncReplicationSlots\": true }", "give the node a SlotName")]
    [InlineData(
        17, Logical, "logical",
        ", { \"Name\": \"b\", \"Upstream\": \"a\", \"SlotName\": \"b\", \"HotStandby\": false, \"SyncReplicationSlots\": true }",
        "a cold standby synchronizes no slots")]
    [InlineData(
        17, Logical, "logical", Standby + ", { \"Name\": \"c\", \"Upstream\": \"b\", \"SlotName\": \"c\", \"SyncReplicationSlots\": true }",
        "from the primary itself")]
    [InlineData(
        17, Logical, "logical", ", { \"Name\": \"b\", \"Upstream\": \"a\", \"Settings\": { \"sync_replication_slots\": \"on\" } }",
        "use SyncReplicationSlots of the node")]
    public void What_cannot_work_is_said_where_it_is_written(int major, string slot, string level, string standby, string? problem)
    {
        IReadOnlyList<DefinitionProblem> problems = DefinitionSample.ProblemsOfNodes(
            Primary(slot, level) + standby, $"\"Version\": {major}");
        if (problem is null)
            Assert.Empty(problems);
        else
            Assert.Contains(problem, Assert.Single(problems).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_definition_reads_back_and_opens_the_database_to_the_standbys()
    {
        ClusterDefinition read = DefinitionSample.Read(
            $$"""{ "Name": "c", "Version": 17, "Nodes": [ {{Primary(Logical + ", \"Failover\": true")}}, """
            + """{ "Name": "b", "Port": 2, "Host": "10.0.0.2", "Upstream": "a", "SlotName": "b", "SyncReplicationSlots": true } ] }""");

        Assert.True(Assert.Single(read.Primary.Slots).Failover);
        Assert.True(read.Find("b")!.SyncReplicationSlots);
        ClusterDefinition again = DefinitionSample.Read(ClusterDefinitionWriter.ToJson(read));
        Assert.Equal((true, true), (again.Primary.Slots[0].Failover, again.Find("b")!.SyncReplicationSlots));
        Assert.Contains(
            NodeConfiguration.Rules(read, read.Primary),
            rule => rule == HbaRule.Parse("host postgres replicator 10.0.0.2/32 scram-sha-256"));
        Assert.Empty(NodeConfiguration.Rules(
            read with { Nodes = [.. read.Nodes.Select(node => node with { SyncReplicationSlots = false })] }, read.Primary));
    }

    [Fact]
    public void A_standby_that_synchronizes_otherwise_than_defined_is_a_drift_and_its_copies_are_none()
    {
        ClusterObservation Seen(Func<ReceiverStatus, ReceiverStatus> change, params ReplicationSlot[] slots) =>
            Observations.Good().WithStatus("b", status => status with { Slots = slots, Receiver = change(status.Receiver!) });
        ReplicationSlot copy = Observations.Slot("orders") with { Type = ReplicationSlotType.Logical, IsFailover = true, IsSynced = true };

        ClusterDrift drift = Assert.Single(ClusterComparison.Compare(Seen(receiver => receiver with { SynchronizesSlots = true }, copy)));
        Assert.Equal((DriftKind.SlotSynchronization, "off", "on"), (drift.Kind, drift.Expected, drift.Actual));
        Assert.EndsWith("| Set-PgRecoveryConf -SyncReplicationSlots:$false", drift.Heal, StringComparison.Ordinal);
        Assert.Empty(ClusterComparison.Compare(Seen(receiver => receiver with { SynchronizesSlots = false }, copy)));
    }

    [Fact]
    public void The_slot_of_another_tool_is_no_orphan_to_be_removed()
    {
        ClusterObservation seen = Observations.Good().WithStatus(
            "a", status => status with { Slots = [.. status.Slots, Observations.Slot("barman") with { Tool = "Barman" }] });

        ClusterDrift drift = Assert.Single(ClusterComparison.Compare(seen));

        Assert.Equal(
            (DriftKind.OrphanedSlot, "a slot of Barman, which is not connected", (string?)null), (drift.Kind, drift.Actual, drift.Heal));
    }
}
