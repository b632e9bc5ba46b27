using System.Net;
using System.Net.Sockets;
using PgHa.Engine.Instances;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Instances;

public sealed class StartFailureTests
{
    public static TheoryData<int> Majors => TestCluster.Majors;

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_port_of_another_server_is_named_with_its_directory(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        PgInstance first = await cluster.NewStartedAsync("first");
        PgInstance second = await cluster.NewAsync(cluster.Options("second") with { Port = first.Port });

        PgHaException e = await TestCluster.FailsAsync("PortInUse", () => cluster.Control.StartAsync(second, TestCluster.Deadline));

        Assert.Contains(first.DataDirectory!, e.Message, StringComparison.Ordinal);
        Assert.IsType<ServerLogException>(e.InnerException);
        Assert.Equal(InstanceState.Stopped, await cluster.StateAsync(second));
    }

    [Fact]
    public async Task A_port_of_another_program_is_named_with_its_process()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewAsync("node");
        using var listener = new TcpListener(IPAddress.Loopback, server.Port);
        listener.Start();

        PgHaException e = await TestCluster.FailsAsync("PortInUse", () => cluster.Control.StartAsync(server, TestCluster.Deadline));

        Assert.Contains($"process {Environment.ProcessId} ", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_bad_setting_is_named(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        PgInstance server = await cluster.NewAsync("node");
        await TestCluster.AppendAsync(server, "postgresql.conf", "wal_level = chatty\n");

        PgHaException e = await TestCluster.FailsAsync(
            "ConfigurationInvalid", () => cluster.Control.StartAsync(server, TestCluster.Deadline));

        Assert.Contains("\"wal_level\": \"chatty\"", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_leftover_recovery_conf_is_explained()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewAsync("node");
        await TestCluster.AppendAsync(server, "recovery.conf", "standby_mode = on\n");

        await TestCluster.FailsAsync("LeftoverRecoveryConf", () => cluster.Control.StartAsync(server, TestCluster.Deadline));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_hot_standby_with_lower_settings_names_them(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        PgInstance server = await cluster.NewStartedAsync("node");
        await cluster.Control.StopAsync(server, StopMode.Fast, TestCluster.Deadline);
        await TestCluster.AppendAsync(server, "postgresql.conf", "max_connections = 20\nmax_wal_senders = 3\n");
        await TestCluster.MakeStandbyAsync(server);

        PgHaException e = await TestCluster.FailsAsync(
            "StandbySettingsTooLow", () => cluster.Control.StartAsync(server, TestCluster.Deadline));

        Assert.Contains("max_connections = 20 (primary: 100)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_is_none_says_so()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewAsync("node");
        string empty = await cluster.Area.CreateDirectoryAsync("empty");

        await TestCluster.FailsAsync(
            "NotADataDirectory",
            () => cluster.Control.StartAsync(server with { DataDirectory = empty, Version = null }, TestCluster.Deadline));
        await TestCluster.FailsAsync(
            "NotADataDirectory",
            () => cluster.Control.StopAsync(server with { DataDirectory = empty }, StopMode.Fast, TestCluster.Deadline));
    }

    [Fact]
    public async Task A_copy_of_a_running_servers_directory_neither_stops_that_server_nor_is_stopped_by_its_pid_file()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance original = await cluster.NewStartedAsync("original");
        PgInstance copy = original with { DataDirectory = cluster.Area["copy"], Port = cluster.Area.NextPort() };
        await TestCluster.RunAsync("cp", "-a", original.DataDirectory!, copy.DataDirectory!);
        await TestCluster.AppendAsync(copy, "postgresql.conf", $"port = {copy.Port}\n");

        Assert.Equal(InstanceState.Stopped, await cluster.StateAsync(copy));
        await cluster.Control.StopAsync(copy, StopMode.Immediate, TestCluster.Deadline);
        Assert.Equal(InstanceState.Running, await cluster.StateAsync(original));

        await cluster.Control.StartAsync(copy, TestCluster.Deadline);
        Assert.Equal(InstanceState.Running, await cluster.StateAsync(copy));
        Assert.Contains(cluster.Log.Warnings, warning => warning.Contains(original.DataDirectory!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Programs_of_another_major_are_refused_with_both_versions()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewAsync("node");
        await TestCluster.WriteAsync(server, "PG_VERSION", "14\n");

        PgHaException e = await TestCluster.FailsAsync(
            "WrongServerVersion", () => cluster.Control.StartAsync(server, TestCluster.Deadline));

        Assert.Contains("PostgreSQL 14", e.Message, StringComparison.Ordinal);
    }
}
