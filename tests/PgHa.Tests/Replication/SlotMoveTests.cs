namespace PgHa.Tests.Replication;

public sealed class SlotMoveTests
{
    private static readonly ReplicationSlot Slot = new()
    {
        Server = new PgInstance { Name = "node20", Port = 9420 },
        Name = "audit",
        Type = ReplicationSlotType.Logical,
    };

    [Theory]
    [InlineData("0/20", "0/30", "0/20")]
    [InlineData("0/30", "0/30", "0/30")]
    [InlineData("0/10", "0/30", "0/10")]
    [InlineData(null, "0/30", "0/30")]
    [InlineData(null, "0/8", "0/10")]
    public void A_slot_at_10_goes(string? asked, string current, string target) =>
        Assert.Equal(
            Lsn.Parse(target), SlotMove.Target(Slot, Lsn.Parse("0/10"), asked is null ? null : Lsn.Parse(asked), Lsn.Parse(current)));

    [Theory]
    [InlineData("0/F", "SlotCannotGoBack")]
    [InlineData("0/31", "LsnNotReached")]
    public void A_slot_at_10_of_a_server_at_30_does_not_go(string asked, string errorId)
    {
        PgHaException e = Assert.Throws<PgHaException>(() => SlotMove.Target(Slot, Lsn.Parse("0/10"), Lsn.Parse(asked), Lsn.Parse("0/30")));

        Assert.Equal((errorId, PgHaErrorKind.InvalidArgument, "node20@127.0.0.1:9420"), (e.ErrorId, e.Kind, e.Server));
    }

    [Fact]
    public void The_position_of_a_slot_is_what_its_consumer_has_confirmed()
    {
        ReplicationSlot slot = Slot with { RestartLsn = Lsn.Parse("0/10"), ConfirmedFlushLsn = Lsn.Parse("0/20") };

        Assert.Equal(Lsn.Parse("0/20"), slot.Position);
        Assert.Equal(Lsn.Parse("0/10"), (slot with { Type = ReplicationSlotType.Physical }).Position);
    }
}
