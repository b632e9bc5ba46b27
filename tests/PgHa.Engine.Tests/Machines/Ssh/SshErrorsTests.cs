using PgHa.Engine.Machines.Ssh;

namespace PgHa.Engine.Tests.Machines.Ssh;

public sealed class SshErrorsTests
{
    private static readonly PgMachine Machine = PgMachine.Parse("admin@db1:2222");

    [Theory]
    [InlineData("ssh: Could not resolve hostname db1: Name or service not known\r\n", "MachineUnreachable")]
    [InlineData("ssh: connect to host db1 port 22: Connection timed out\r\n", "MachineUnreachable")]
    [InlineData("kex_exchange_identification: Connection closed by remote host\r\n", "MachineUnreachable")]
    [InlineData("ssh: connect to host db1 port 22: No route to host\r\n", "MachineUnreachable")]
    [InlineData("No ED25519 host key is known for db1 …\r\nHost key verification failed.\r\n", "HostKeyNotTrusted")]
    [InlineData("@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\r\nHost key verification failed.\r\n", "HostKeyNotTrusted")]
    [InlineData("admin@db1: Permission denied (publickey,password).\r\n", "LoginRefused")]
    [InlineData("Received disconnect from db1: Too many authentication failures\r\n", "LoginRefused")]
    [InlineData("command-line: line 0: Bad configuration option: proxyjmp\r\n", "LoginRefused")]
    [InlineData("", "LoginRefused")]
    public void The_words_of_ssh_tell_the_failures_apart(string said, string errorId)
    {
        PgHaException e = SshErrors.NotReady(Machine, said, "");

        Assert.Equal((errorId, "db1"), (e.ErrorId, e.Server));
        Assert.Contains("'db1'", e.Message, StringComparison.Ordinal);
        Assert.NotNull(e.Advice);
    }

    [Fact]
    public void A_notice_of_ssh_is_not_taken_for_the_reason() => Assert.Equal(
        "no such thing", SshErrors.Said("no such thing\r\nWarning: Permanently added 'db1' (ED25519) to the list of known hosts.\r\n\r\n"));

    [Fact]
    public void A_broken_connection_has_the_last_words_of_ssh_and_says_that_the_work_may_go_on()
    {
        PgHaException e = SshErrors.Lost(Machine, "Timeout, server db1 not responding.\r");

        Assert.Equal("The ssh connection to 'db1' broke: Timeout, server db1 not responding.", e.Message);
        Assert.Contains("ssh -p 2222 admin@db1 true", e.Advice, StringComparison.Ordinal);
    }
}
