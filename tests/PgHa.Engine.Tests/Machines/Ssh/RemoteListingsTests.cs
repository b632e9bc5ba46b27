using PgHa.Engine.Machines;
using PgHa.Engine.Machines.Ssh;

namespace PgHa.Engine.Tests.Machines.Ssh;

/// <summary>What another machine's processes, sockets and addresses are read from.</summary>
public sealed class RemoteListingsTests
{
    [Fact]
    public void Processes_are_read_with_what_is_known_of_them()
    {
        const string Listing =
            "7/cmdline\0/usr/lib/postgresql/15/bin/postgres\0" + "7/cmdline\0-D\0" + "7/cmdline\0/srv/a b\nc\0"
            + "8/cmdline\0postgres: checkpointer  \0" + "9/cmdline\0gone\0" + "\0\0"
            + "7/status:Name:\tpostgres\n7/status:PPid:\t1\n7/status:Uid:\t26\t26\t26\t26\n"
            + "8/status:Name:\tpostgres\n8/status:PPid:\t7\n8/status:Uid:\t0\t27\t27\t27\n" + "\n"
            + "7/exe\0/usr/lib/postgresql/15/bin/postgres (deleted)\0" + "7/cwd\0/srv/a b\nc\0" + "\0\0"
            + "26 postgres\n27 \n";

        Assert.Equal(
            [
                new HostProcess(7, 1, "postgres", "/usr/lib/postgresql/15/bin/postgres -D /srv/a b\nc")
                {
                    Program = "postgres", WorkingDirectory = "/srv/a b\nc",
                },
                new HostProcess(8, 7, "27", "postgres: checkpointer") { Program = "postgres" },
            ],
            RemoteProcesses.Read(Listing));
        Assert.Empty(RemoteProcesses.Read(""));
    }

    [Fact]
    public void Sockets_that_listen_are_read_with_their_ports()
    {
        string[] table =
        [
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
            "   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101        0 4242 1 0000000000000000",
            "   1: 0100007F:1538 0100007F:C350 01 00000000:00000000 00:00000000 00000000   101        0 4243 1 0000000000000000",
            "   0: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 77 1 0",
        ];

        Assert.Equal([(5432, "4242"), (22, "77")], SocketTable.Listening(table));
    }

    [Fact]
    public void Addresses_are_the_local_ones_of_the_routing_table()
    {
        var addresses = MachineAddresses.Read(
            """
            db1
            Main:
              +-- 0.0.0.0/0 3 0 5
                 |-- 0.0.0.0
                    /0 universe UNICAST
                 |-- 10.0.0.0
                    /24 link UNICAST
                 |-- 10.0.0.5
                    /32 host LOCAL
                 |-- 10.0.0.255
                    /32 link BROADCAST
            fd000000000000000000000000000005 02 40 00 80     eth0

            """);

        Assert.All(["db1", "DB1", "10.0.0.5", "fd00::5"], host => Assert.True(addresses.Has(host), host));
        Assert.All(["db2", "10.0.0.0", "10.0.0.255", "fd00::6"], host => Assert.False(addresses.Has(host), host));
    }
}
