using PgHa.Engine.Tests.Support;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.Instances;

/// <summary>Configuration files with a setting that the server's major does not have are refused before anything is stopped.</summary>
public sealed class ConfigurationCheckTests
{
    private const string OldSettings = "io_workers_of_old = 3\nescape_string_warning_of_old = on\n";

    public static TheoryData<int> Majors => TestCluster.Majors;

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_restart_leaves_the_server_running_and_names_each_setting_with_its_line(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        PgInstance server = await cluster.NewStartedAsync();
        await TestCluster.AppendAsync(server, "postgresql.conf", OldSettings);
        int line = (await File.ReadAllLinesAsync(Path.Combine(server.DataDirectory!, "postgresql.conf"), TestCluster.Deadline)).Length;

        PgHaException e = await TestCluster.FailsAsync(
            "ConfigurationInvalid", () => cluster.Control.RestartAsync(server, StopMode.Fast, TestCluster.Deadline));

        Assert.Contains("\"io_workers_of_old\"", e.Message, StringComparison.Ordinal);
        Assert.Contains($"postgresql.conf\" line {line - 1}", e.Message, StringComparison.Ordinal);
        Assert.Contains("\"escape_string_warning_of_old\"", e.Message, StringComparison.Ordinal);
        Assert.Contains($"postgresql.conf\" line {line}", e.Message, StringComparison.Ordinal);
        Assert.Contains("Take io_workers_of_old, escape_string_warning_of_old out", e.Advice, StringComparison.Ordinal);
        Assert.Equal(InstanceState.Running, await cluster.StateAsync(server));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Settings_of_18_that_are_gone_from_19_are_told_before_the_start(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        PgInstance server = await cluster.NewAsync("node");
        await TestCluster.AppendAsync(server, "postgresql.auto.conf", "escape_string_warning = on\n");
        if (major < 19)
        {
            // Only the programs know.
            await cluster.Control.StartAsync(server, TestCluster.Deadline);
            return;
        }

        PgHaException e = await TestCluster.FailsAsync(
            "ConfigurationInvalid", () => cluster.Control.StartAsync(server, TestCluster.Deadline));

        Assert.Contains("unrecognized configuration parameter \"escape_string_warning\"", e.Message, StringComparison.Ordinal);
        Assert.Contains("postgresql.auto.conf\" line ", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task The_file_that_the_command_line_names_is_the_one_that_is_read(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        PgInstance server = await cluster.NewAsync("node");
        string own = Path.Combine(server.DataDirectory!, "postgresql.conf");
        string other = Path.Combine(server.DataDirectory!, "other.conf");
        (await ServerUser.RunAsync("cp", [own, other], TimeSpan.FromSeconds(30))).OrThrow();
        await TestCluster.AppendAsync(server, "postgresql.conf", OldSettings);
        await cluster.StartWithAsync(server, "-c", $"config_file={other}");

        await cluster.Control.RestartAsync(server, StopMode.Fast, TestCluster.Deadline);
        Assert.Equal(InstanceState.Running, await cluster.StateAsync(server));
        await TestCluster.AppendAsync(server, "other.conf", OldSettings);
        PgHaException e = await TestCluster.FailsAsync(
            "ConfigurationInvalid", () => cluster.Control.RestartAsync(server, StopMode.Fast, TestCluster.Deadline));

        Assert.Contains("other.conf\" line ", e.Message, StringComparison.Ordinal);
        Assert.Equal(InstanceState.Running, await cluster.StateAsync(server));
    }
}
