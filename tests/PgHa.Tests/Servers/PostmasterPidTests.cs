namespace PgHa.Tests;

public sealed class PostmasterPidTests
{
    // Written by PostgreSQL 18.
    private const string Text = "27053\n/srv/node23\n1795334631\n29518\n/run/postgresql\n127.0.0.1\n 11854839     98307\nready   \n";

    [Fact]
    public void Every_line_is_read() => Assert.Equal(
        new PostmasterPid
        {
            ProcessId = 27053,
            IsSingleUser = false,
            DataDirectory = "/srv/node23",
            StartTime = new DateTimeOffset(2026, 11, 22, 8, 3, 51, TimeSpan.Zero),
            Port = 29518,
            SocketDirectory = "/run/postgresql",
            ListenAddress = "127.0.0.1",
            SharedMemoryKey = "11854839     98307",
            Status = PostmasterStatus.Ready,
        },
        PostmasterPid.Parse(Text));

    [Theory]
    [InlineData("starting", PostmasterStatus.Starting)]
    [InlineData("stopping", PostmasterStatus.Stopping)]
    [InlineData("ready   ", PostmasterStatus.Ready)]
    [InlineData("standby ", PostmasterStatus.Standby)]
    public void Every_status_is_read(string line, PostmasterStatus status) =>
        Assert.Equal(status, PostmasterPid.Parse(Text.Replace("ready   ", line, StringComparison.Ordinal)).Status);

    [Fact]
    public void Windows_line_ends_are_read() =>
        Assert.Equal(PostmasterPid.Parse(Text), PostmasterPid.Parse(Text.Replace("\n", "\r\n", StringComparison.Ordinal)));

    [Theory]
    [InlineData("27053\n/d\n1795334631\n29518\n\n")]
    [InlineData("27053\n/d\n1795334631\n29518\n/s\n127.0.0.1\n")]
    [InlineData("27053\n/d\n1795334631")]
    public void A_server_that_starts_has_written_less(string text)
    {
        PostmasterPid pid = PostmasterPid.Parse(text);
        Assert.Null(pid.Status);
        Assert.Null(pid.SharedMemoryKey);
    }

    [Fact]
    public void A_server_without_socket_or_address_leaves_empty_lines()
    {
        PostmasterPid pid = PostmasterPid.Parse("27053\n/d\n1795334631\n29518\n\n\n 1 2\nready   \n");
        Assert.Equal((null, null, PostmasterStatus.Ready), (pid.SocketDirectory, pid.ListenAddress, pid.Status));
    }

    [Fact]
    public void A_single_user_server_has_a_negative_process_id()
    {
        PostmasterPid pid = PostmasterPid.Parse("-27053\n/d\n1795334631\n");
        Assert.Equal((27053, true), (pid.ProcessId, pid.IsSingleUser));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("x\n/d\n1\n", 1)]
    [InlineData("0\n/d\n1\n", 1)]
    [InlineData("99999999999\n/d\n1\n", 1)]
    [InlineData("1\n\n1\n", 2)]
    [InlineData("1\n", 2)]
    [InlineData("1\n/d\n", 3)]
    [InlineData("1\n/d\nnow\n", 3)]
    [InlineData("1\n/d\n-1\n", 3)]
    [InlineData("1\n/d\n1\n65536\n", 4)]
    [InlineData("1\n/d\n1\n5432\n\n\n\nresting\n", 8)]
    public void A_malformed_file_says_where(string text, int line) =>
        Assert.Equal(line, Assert.Throws<MalformedTextException>(() => PostmasterPid.Parse(text)).Line);
}
