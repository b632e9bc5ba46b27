namespace PgHa.Tests;

public sealed class ReplicationSlotNameTests
{
    [Theory]
    [InlineData("node_slot_23")]
    [InlineData("_")]
    [InlineData("0")]
    [InlineData("a23456789012345678901234567890123456789012345678901234567890123")]
    public void A_good_name_passes(string name) => Assert.Equal(name, ReplicationSlotName.Validate(name));

    [Theory]
    [InlineData("", 0)]
    [InlineData("Node", 0)]
    [InlineData("node-slot", 4)]
    [InlineData("slot 1", 4)]
    [InlineData("knöten", 2)]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234", 63)]
    [InlineData("a23456789012345678901234567890123456789012345678901234567890123!", 63)]
    public void A_bad_name_says_where(string name, int position) =>
        Assert.Equal(position, Assert.Throws<MalformedTextException>(() => ReplicationSlotName.Validate(name)).Position);
}
