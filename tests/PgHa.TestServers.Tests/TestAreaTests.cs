using System.Net;
using System.Net.Sockets;

namespace PgHa.TestServers.Tests;

public class TestAreaTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_belongs_to_the_server_user_and_is_removed()
    {
        string directory;
        await using (TestArea area = await TestArea.CreateAsync(Cancellation))
        {
            directory = area.Directory;
            string inner = await area.CreateDirectoryAsync("archive/20");
            ProcessResult owner = await ChildProcess.RunAsync("stat", ["-c", "%U %a", inner], Deadline, cancellationToken: Cancellation);
            Assert.Equal($"{ServerUser.Name} 700", owner.OrThrow().Output.Trim());
        }

        Assert.False(Directory.Exists(directory));
    }

    [Fact]
    public async Task Its_servers_stop_with_it()
    {
        PostgresInstallation installation = await PostgresInstallations.GetAsync(PostgresInstallations.RequiredMajors[^1], Cancellation);
        TestArea area = await TestArea.CreateAsync(Cancellation);
        string data = area["nodes/data"];
        await RunAsync("initdb", "-D", data, "-A", "trust", "--no-sync");
        await RunAsync("pg_ctl", "-D", data, "-l", area["log"], "-w", "-o", $"-p {area.NextPort()} -k {area.Directory}", "start");
        string processId = File.ReadLines(Path.Combine(data, "postmaster.pid")).First();
        Assert.True(Directory.Exists($"/proc/{processId}"));

        await area.DisposeAsync();

        Assert.False(Directory.Exists($"/proc/{processId}"));
        Assert.False(Directory.Exists(area.Directory));

        async Task RunAsync(string program, params string[] arguments) =>
            (await ServerUser.RunAsync(installation.Program(program), arguments, Deadline, Cancellation)).OrThrow();
    }

    [Fact]
    public async Task A_process_id_that_is_somebody_elses_by_now_is_left_alone()
    {
        TestArea area = await TestArea.CreateAsync(Cancellation);
        string data = await area.CreateDirectoryAsync("crashed");
        await File.WriteAllTextAsync(Path.Combine(data, "postmaster.pid"), $"{Environment.ProcessId}\n{data}\n", Cancellation);

        // It would end this very process.
        await area.DisposeAsync();

        Assert.False(Directory.Exists(area.Directory));
    }

    [Fact]
    public async Task No_two_areas_share_a_port()
    {
        await using TestArea one = await TestArea.CreateAsync(Cancellation);
        await using TestArea two = await TestArea.CreateAsync(Cancellation);

        int[] ports = [one.NextPort(), one.NextPort(), two.NextPort(), two.NextPort()];

        Assert.Equal(4, ports.Distinct().Count());
        foreach (int port in ports)
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }
    }

    [Fact]
    public async Task Adjacent_ports_are_adjacent_and_they_run_out()
    {
        await using TestArea area = await TestArea.CreateAsync(Cancellation);

        int first = area.NextPorts(6);

        Assert.Equal(first + 6, area.NextPort());
        Assert.Throws<InvalidOperationException>(() => area.NextPorts(TestArea.PortCount));
    }
}
