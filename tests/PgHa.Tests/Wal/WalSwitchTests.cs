namespace PgHa.Tests;

public sealed class WalSwitchTests
{
    private static readonly PgInstance Server = new() { Name = "node20", Port = 5432 };

    [Theory]
    [InlineData("0/3000148", "000000020000000000000003", true)]
    [InlineData("0/4000000", "000000020000000000000003", false)]
    [InlineData("1/0", "0000000200000000000000FF", false)]
    public void The_completed_file_is_named_whether_this_call_ended_it_or_an_earlier_one(string answer, string file, bool isSwitched)
    {
        WalSwitch result = WalSwitch.Of(Server, new TimelineId(2), Lsn.Parse(answer), WalSegmentSize.Default);

        Assert.Equal((file, isSwitched, answer), (result.FileName.ToString(), result.IsSwitched, result.EndLsn.ToString()));
    }

    [Fact]
    public void The_size_of_a_file_counts() =>
        Assert.Equal(
            "000000010000000000000031",
            WalSwitch.Of(Server, new TimelineId(1), Lsn.Parse("0/3100148"), new WalSegmentSize(1 << 20)).FileName.ToString());
}
