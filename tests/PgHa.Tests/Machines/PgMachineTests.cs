namespace PgHa.Tests.Machines;

public sealed class PgMachineTests
{
    [Theory]
    [InlineData(".", ".")]
    [InlineData("localhost", ".")]
    [InlineData("127.0.0.1", ".")]
    [InlineData("::1", ".")]
    [InlineData("db1", "ssh://db1")]
    [InlineData(" db1.example.com ", "ssh://db1.example.com")]
    [InlineData("admin@db1", "ssh://admin@db1")]
    [InlineData("admin@db1:2222", "ssh://admin@db1:2222")]
    [InlineData("admin@realm@db1", "ssh://admin%40realm@db1")]
    [InlineData("db1:2222", "ssh://db1:2222")]
    [InlineData("10.0.0.5", "ssh://10.0.0.5")]
    [InlineData("fd00::5", "ssh://[fd00::5]")]
    [InlineData("[fd00::5]:2222", "ssh://[fd00::5]:2222")]
    [InlineData("fe80::1%eth0", "ssh://[fe80::1%25eth0]")]
    [InlineData("ssh://localhost", "ssh://localhost")]
    [InlineData("SSH://db1/", "ssh://db1")]
    [InlineData("ssh://admin%40realm@[fe80::1%25eth0]:22/?sudo=true", "ssh://admin%40realm@[fe80::1%25eth0]:22?sudo=true")]
    [InlineData("ssh://db1?sudo=false", "ssh://db1")]
    [InlineData("ssh://db1?name=first", "ssh://db1?name=first")]
    [InlineData("ssh://db1?name=db1", "ssh://db1")]
    [InlineData("ssh://db1?ProxyJump=bastion&ConnectTimeout=3", "ssh://db1?ConnectTimeout=3&ProxyJump=bastion")]
    public void A_text_is_a_machine_and_its_address_is_the_machine(string text, string address)
    {
        PgMachine machine = PgMachine.Parse(text);

        Assert.Equal(address, machine.Address);
        Assert.Equal(machine, PgMachine.Parse(machine.Address));
        Assert.Equal(machine, new PgMachine(text));
        Assert.Equal(address == ".", machine.IsThisMachine);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("@db1", 1)]
    [InlineData("admin@", 7)]
    [InlineData("/srv/pg", 1)]
    [InlineData("db1:0", 5)]
    [InlineData("db1:99999", 5)]
    [InlineData("db1:", 5)]
    [InlineData("[db1]:22", 1)]
    [InlineData("[fd00::5", 1)]
    [InlineData("ssh://", 7)]
    [InlineData("ssh://db1?sudo", 11)]
    [InlineData("ssh://db1?sudo=maybe", 16)]
    public void What_is_no_machine_is_refused_at_its_place(string text, int character)
    {
        MalformedTextException error = Assert.Throws<MalformedTextException>(() => PgMachine.Parse(text));

        Assert.Equal(character, error.Position + 1);
    }

    [Theory]
    [InlineData("-oProxyCommand=reboot")]
    [InlineData("db1;reboot")]
    [InlineData("db 1")]
    [InlineData("")]
    public void A_host_name_is_never_an_option_or_a_command_of_ssh(string name) =>
        Assert.Equal("host name", Assert.Throws<MalformedTextException>(() => new PgMachine { HostName = name }).Kind);

    [Theory]
    [InlineData("-l")]
    [InlineData("a b")]
    [InlineData("a$(reboot)")]
    public void A_user_name_is_never_an_option_or_a_command_of_ssh(string name) =>
        Assert.Equal("user name", Assert.Throws<MalformedTextException>(() => new PgMachine { UserName = name }).Kind);

    [Fact]
    public void An_address_holds_everything()
    {
        PgMachine machine = new()
        {
            HostName = "10.0.0.5",
            UserName = "admin@realm/1",
            Port = 2222,
            KeyFilePath = "/home/me/my keys/é&=?#%",
            Sudo = true,
            Name = "the first & best",
            Options = new Dictionary<string, string> { ["ProxyCommand"] = "nc -X connect %h %p", ["proxyjump"] = "none" },
        };

        PgMachine read = PgMachine.Parse(machine.ToString());

        Assert.Equal(
            (machine.HostName, machine.UserName, machine.Port, machine.KeyFilePath, machine.Sudo, machine.Name),
            (read.HostName, read.UserName, read.Port, read.KeyFilePath, read.Sudo, read.Name));
        Assert.Equal(machine.Options, read.Options);
        Assert.Equal(machine, read);
        Assert.Equal(machine.GetHashCode(), read.GetHashCode());
        Assert.NotEqual(machine, read with { Sudo = false });
        Assert.NotEqual(machine, read with { Name = "" });
    }

    [Fact]
    public void A_machine_is_called_by_its_name_or_its_host_name()
    {
        Assert.Equal("db1", PgMachine.Parse("admin@db1").Name);
        Assert.Equal("first", PgMachine.Parse("ssh://admin@db1?name=first").Name);
        Assert.Equal("this machine", PgMachine.This.Name);
        Assert.Equal(PgMachine.This, new PgMachine());
    }

    [Theory]
    [InlineData("ControlPath", "/tmp/mine", "PgHa sets this option itself")]
    [InlineData("batchmode", "no", "PgHa sets this option itself")]
    [InlineData("Proxy Jump", "bastion", "keyword of ssh_config")]
    [InlineData("ProxyJump", "a\nb", "control character")]
    public void An_option_that_cannot_be_given_is_refused(string name, string value, string expectation)
    {
        Dictionary<string, string> options = new() { [name] = value };

        Assert.Contains(
            expectation, Assert.Throws<MalformedTextException>(() => new PgMachine { Options = options }).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65_536)]
    public void A_port_is_a_port(int port) =>
        Assert.Equal("port", Assert.Throws<MalformedTextException>(() => new PgMachine { Port = port }).Kind);

    [Fact]
    public void The_path_of_a_key_has_no_line_break() =>
        Assert.Throws<MalformedTextException>(() => new PgMachine { KeyFilePath = "/home/me/key\nProxyCommand=reboot" });
}
