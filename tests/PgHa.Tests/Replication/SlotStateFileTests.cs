using System.Buffers.Binary;

namespace PgHa.Tests;

public sealed class SlotStateFileTests
{
    [Theory]
    [InlineData(0u, 0u, false)]
    [InlineData(5u, 0u, true)]
    [InlineData(5u, 1u, false)]
    [InlineData(5u, 2u, false)]
    public void A_slot_with_a_database_that_outlives_its_session_is_a_lasting_logical_one(uint database, uint persistency, bool expected)
    {
        Assert.Equal(expected, SlotStateFile.IsLastingLogical(File(0x1051CA1, database, persistency)));
        Assert.Equal(expected, SlotStateFile.IsLastingLogical(File(0xA11C0501, database, persistency)));
    }

    [Fact]
    public void Other_bytes_are_no_slot()
    {
        Assert.Null(SlotStateFile.IsLastingLogical(File(0x1051CA2, 5, 0)));
        Assert.Null(SlotStateFile.IsLastingLogical(File(0x1051CA1, 5, 0).AsSpan()[..87]));
        Assert.Null(SlotStateFile.IsLastingLogical([]));
    }

    private static byte[] File(uint magic, uint database, uint persistency)
    {
        byte[] file = new byte[200];
        BinaryPrimitives.WriteUInt32LittleEndian(file, magic);
        "orders"u8.CopyTo(file.AsSpan(16));
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(80), database);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(84), persistency);
        return file;
    }
}
