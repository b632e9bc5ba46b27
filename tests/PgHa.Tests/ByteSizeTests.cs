namespace PgHa.Tests;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(1023, "1023 bytes")]
    [InlineData(1024, "1 kB")]
    [InlineData(1536, "1.5 kB")]
    [InlineData(16 << 20, "16 MB")]
    [InlineData((16 << 20) + 300_000, "16.3 MB")]
    [InlineData((1 << 20) - 1, "1 MB")]
    [InlineData(250L << 30, "250 GB")]
    [InlineData(long.MaxValue, "8 EB")]
    [InlineData(-2048, "-2 kB")]
    public void A_number_of_bytes_is_written_for_a_person(long bytes, string text) => Assert.Equal(text, ByteSize.Format(bytes));
}
