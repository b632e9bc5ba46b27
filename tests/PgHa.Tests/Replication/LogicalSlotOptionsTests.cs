namespace PgHa.Tests.Replication;

public sealed class LogicalSlotOptionsTests
{
    private static readonly LogicalSlotOptions Asked = new("audit", "test_decoding", "shop");

    private static readonly ReplicationSlot Present = new()
    {
        Server = new PgInstance { Name = "node20", Port = 9420 },
        Name = "audit",
        Type = ReplicationSlotType.Logical,
        Plugin = "test_decoding",
        Database = "shop",
        WalStatus = SlotWalStatus.Reserved,
    };

    [Fact]
    public void A_slot_as_asked_for_will_do() => Assert.Null(Asked.Refuse(Present));

    [Fact]
    public void More_than_asked_for_will_do() =>
        Assert.Null(Asked.Refuse(Present with { IsTwoPhase = true, IsFailover = true, IsActive = true }));

    public static TheoryData<ReplicationSlot, string> Others => new()
    {
        { Present with { Type = ReplicationSlotType.Physical, Plugin = null, Database = null }, "SlotIsPhysical" },
        { Present with { Database = "stock" }, "SlotOfOtherDatabase" },
        { Present with { Plugin = "pgoutput" }, "SlotOfOtherPlugin" },
        { Present with { WalStatus = SlotWalStatus.Lost }, "SlotIsLost" },
        { Present with { InvalidationReason = "rows_removed" }, "SlotIsLost" },
    };

    [Theory, MemberData(nameof(Others))]
    public void Another_slot_of_the_name_is_in_the_way(ReplicationSlot present, string errorId)
    {
        PgHaException? refusal = Asked.Refuse(present);

        Assert.Equal((errorId, PgHaErrorKind.AlreadyExists), (refusal?.ErrorId, refusal?.Kind));
        Assert.StartsWith("Slot audit on node20@127.0.0.1:9420 is there already, and ", refusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_temporary_slot_is_never_one_that_is_there() =>
        Assert.Equal("SlotAlreadyExists", (Asked with { Temporary = true }).Refuse(Present with { IsTemporary = true })?.ErrorId);

    [Fact]
    public void What_was_asked_for_has_to_be_there()
    {
        Assert.Equal("SlotIsNotTwoPhase", (Asked with { TwoPhase = true }).Refuse(Present)?.ErrorId);
        Assert.Equal("SlotIsNotFailover", (Asked with { Failover = true }).Refuse(Present)?.ErrorId);
    }
}
