using PgHa.Engine.Machines.Ssh;

namespace PgHa.Engine.Tests.Machines.Ssh;

public sealed class SshArgumentsTests
{
    private static readonly PgMachine Machine = new()
    {
        HostName = "db1",
        UserName = "admin",
        Port = 2222,
        KeyFilePath = "/keys/100%",
        Options = new Dictionary<string, string> { ["ProxyJump"] = "bastion", ["ServerAliveInterval"] = "5" },
    };

    [Fact]
    public void What_the_connection_depends_on_comes_first_and_what_the_user_gives_before_the_defaults()
    {
        string[] arguments = [.. SshArguments.Connection(Machine, "/tmp/s", "command")];

        Assert.Equal(["-S", "/tmp/s", "-o", "ControlMaster=yes", "-o", "BatchMode=yes"], arguments[..6]);
        Assert.Equal(["--", "db1", "command"], arguments[^3..]);
        Assert.True(Array.IndexOf(arguments, "ServerAliveInterval=5") < Array.IndexOf(arguments, "ServerAliveInterval=2"));
        Assert.Contains("/keys/100%%", arguments);
        Assert.Contains("ControlMaster=no", SshArguments.Session(Machine, "/tmp/s", "command"));
    }

    [Fact]
    public void A_machine_without_details_leaves_them_to_the_configuration_of_ssh()
    {
        IReadOnlyList<string> arguments = SshArguments.Session(PgMachine.Parse("db1"), "/tmp/s", "command");

        Assert.DoesNotContain("-l", arguments);
        Assert.DoesNotContain("-p", arguments);
        Assert.DoesNotContain("-i", arguments);
        Assert.Equal("ssh db1", SshArguments.Typed(PgMachine.Parse("db1")));
    }

    [Fact]
    public void What_a_person_types_has_every_detail() => Assert.Equal(
        "ssh -p 2222 -i '/keys/100%' -o 'ProxyJump=bastion' -o 'ServerAliveInterval=5' admin@db1", SshArguments.Typed(Machine));
}
