using PgHa.Engine.Instances;
using PgHa.Engine.Servers;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Instances;

public sealed class InstanceLifeTests
{
    public static TheoryData<int> Majors => TestCluster.Majors;

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_server_is_made_started_found_stopped_and_removed(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        var finder = new InstanceFinder(cluster.Context);

        PgInstance made = await cluster.NewAsync(cluster.Options("node20"));
        Assert.Equal(InstanceState.Stopped, await cluster.StateAsync(made));
        Assert.Equal(
            made, await finder.FromDirectoryAsync(made.DataDirectory!, TestCluster.Deadline) with { BinDirectory = made.BinDirectory });

        Assert.Equal(made, await cluster.Control.StartAsync(made, TestCluster.Deadline));
        Assert.Equal(InstanceState.Running, await cluster.StateAsync(made));
        Assert.Equal(
            made, await finder.FromDirectoryAsync(made.DataDirectory!, TestCluster.Deadline) with { BinDirectory = made.BinDirectory });
        Assert.Contains(await finder.FindAsync(null, TestCluster.Deadline), found => found.DataDirectory == made.DataDirectory);
        Assert.Equal("node20", await cluster.ScalarAsync<string>(made, "show cluster_name"));
        Assert.Equal("UTF8", await cluster.ScalarAsync<string>(made, "show server_encoding"));
        Assert.Equal("on", await cluster.ScalarAsync<string>(made, "show data_checksums"));
        Assert.Equal("replica", await cluster.ScalarAsync<string>(made, "show wal_level"));

        await cluster.Control.StopAsync(made, StopMode.Fast, TestCluster.Deadline);
        Assert.Equal(InstanceState.Stopped, await cluster.StateAsync(made));

        await new InstanceRemover(cluster.Context).RemoveAsync(made, stopFirst: false, TestCluster.Deadline);
        Assert.False(Directory.Exists(made.DataDirectory));
        Assert.Empty(cluster.Log.Warnings);
    }

    [Fact]
    public async Task Starting_and_stopping_twice_is_no_failure()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewStartedAsync();

        await cluster.Control.StartAsync(server, TestCluster.Deadline);
        await cluster.Control.StopAsync(server, StopMode.Fast, TestCluster.Deadline);
        await cluster.Control.StopAsync(server, StopMode.Fast, TestCluster.Deadline);

        Assert.Contains(cluster.Log.Steps, step => step.EndsWith("runs already", StringComparison.Ordinal));
        Assert.Contains(cluster.Log.Steps, step => step.EndsWith("does not run", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_restart_takes_a_new_port_over()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewStartedAsync();
        int port = cluster.Area.NextPort();
        await cluster.ExecuteAsync(server, $"alter system set port = {port}");

        PgInstance restarted = await cluster.Control.RestartAsync(server, StopMode.Fast, TestCluster.Deadline);

        Assert.Equal(port, restarted.Port);
        Assert.Equal(1, await cluster.ScalarAsync<int>(restarted, "select 1"));
    }

    [Fact]
    public async Task A_killed_server_has_crashed_and_starts_again()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewStartedAsync();
        await cluster.KillAsync(server);

        Assert.Equal(InstanceState.Crashed, await cluster.StateAsync(server));
        await cluster.Control.StartAsync(server, TestCluster.Deadline);
        Assert.Equal(InstanceState.Running, await cluster.StateAsync(server));
    }

    [Fact]
    public async Task A_server_in_a_directory_with_blanks_and_quotes_is_like_any_other()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        await cluster.Area.CreateDirectoryAsync("it's 100% odd");
        PgInstance server = await cluster.NewAsync(cluster.Options("it's 100% odd/data dir") with { Name = "odd" });

        await cluster.Control.StartAsync(server, TestCluster.Deadline);
        Assert.Equal(InstanceState.Running, await cluster.StateAsync(server));
        await cluster.Control.StopAsync(server, StopMode.Fast, TestCluster.Deadline);
        await new InstanceRemover(cluster.Context).RemoveAsync(server, stopFirst: false, TestCluster.Deadline);
    }

    [Fact]
    public async Task A_restart_that_is_ended_after_the_stop_leaves_no_server_down()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewStartedAsync();
        using var ended = new CancellationTokenSource();
        var log = new RecordingLog
        {
            OnStep = step =>
            {
                if (step.EndsWith("has stopped", StringComparison.Ordinal))
                    ended.Cancel();
            },
        };

        await new InstanceControl(new EngineContext(log)).RestartAsync(server, StopMode.Fast, ended.Token);

        Assert.True(ended.IsCancellationRequested);
        Assert.Equal(InstanceState.Running, await cluster.StateAsync(server));
    }

    [Fact]
    public async Task A_smart_stop_that_waits_for_a_session_says_so()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewStartedAsync();
        await using ServerSession session = await ServerSession.OpenAsync(cluster.Context, server, TestCluster.Deadline);
        var impatient = new InstanceControl(new EngineContext(cluster.Log) { Timeout = TimeSpan.FromSeconds(5) });

        PgHaException e = await TestCluster.FailsAsync(
            "OperationTimeout", () => impatient.StopAsync(server, StopMode.Smart, TestCluster.Deadline));

        Assert.Contains("idle", e.Message, StringComparison.Ordinal);
        Assert.Contains(cluster.Log.ProgressReports, report => report.Status.Contains("idle", StringComparison.Ordinal));
        Assert.True(cluster.Log.ProgressReports.Last().IsCompleted);
        Assert.Equal(InstanceState.Stopping, await cluster.StateAsync(server));
        await cluster.Control.StopAsync(server, StopMode.Fast, TestCluster.Deadline);
    }

    [Fact]
    public async Task A_cold_standby_is_up_although_it_answers_no_SQL()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewAsync("cold");
        await TestCluster.AppendAsync(server, "postgresql.conf", "hot_standby = off\nrestore_command = 'false'\n");
        await TestCluster.AppendAsync(server, "standby.signal", "");

        await cluster.Control.StartAsync(server, TestCluster.Deadline);

        Assert.Equal(InstanceState.ColdStandby, await cluster.StateAsync(server));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_restart_keeps_what_the_command_line_gave_and_a_plain_start_says_what_it_leaves_out(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        PgInstance server = await cluster.NewAsync("node");
        int port = cluster.Area.NextPort();
        await cluster.StartWithAsync(server, "-c", $"port={port}", "-c", "cluster_name=the other", "-N", "77");
        PgInstance running = server with { Port = port };

        PgInstance found = await new InstanceFinder(cluster.Context).FromDirectoryAsync(server.DataDirectory!, TestCluster.Deadline);
        PgInstance again = await cluster.Control.RestartAsync(running, StopMode.Fast, TestCluster.Deadline);

        Assert.Equal(("the other", port), (found.Name, found.Port));
        Assert.Equal(port, again.Port);
        Assert.Equal("77", await cluster.ScalarAsync<string>(again, "show max_connections"));
        Assert.Equal("the other", await cluster.ScalarAsync<string>(again, "show cluster_name"));

        await cluster.Control.StopAsync(again, StopMode.Fast, TestCluster.Deadline);
        Assert.Equal(
            "the other", (await new InstanceFinder(cluster.Context).FromDirectoryAsync(server.DataDirectory!, TestCluster.Deadline)).Name);
        PgInstance plain = await cluster.Control.StartAsync(again, TestCluster.Deadline);
        Assert.Equal(server.Port, plain.Port);
        Assert.Contains($"-c port={port}", Assert.Single(cluster.Log.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_supervisor_with_the_servers_command_line_in_its_own_is_not_the_server(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        PgInstance server = await cluster.NewAsync("node");
        string command = $"{Path.Combine(cluster.Installation.BinDirectory, "postgres")} -D {server.DataDirectory}";
        int supervisor = int.Parse(
            await TestCluster.RunAsync(
                "sh", "-c", "setsid sh -c 'while sleep 0.2; do :; done' $1 >/dev/null 2>&1 & echo $!", "sh", command),
            System.Globalization.CultureInfo.InvariantCulture);
        try
        {
            Assert.Equal(InstanceState.Stopped, await cluster.StateAsync(server));
            await cluster.Control.StartAsync(server, TestCluster.Deadline);
            Assert.Equal(InstanceState.Running, await cluster.StateAsync(server));
            await cluster.Control.StopAsync(server, StopMode.Fast, TestCluster.Deadline);
            Assert.Equal(InstanceState.Stopped, await cluster.StateAsync(server));
            // The number of a server that was killed may be the supervisor's by now.
            await TestCluster.WriteAsync(
                server, "postmaster.pid", $"{supervisor}\n{server.DataDirectory}\n1700000000\n{server.Port}\n/tmp\n\n\nready\n");
            Assert.Equal(InstanceState.Crashed, await cluster.StateAsync(server));
        }
        finally
        {
            await TestCluster.RunAsync("kill", $"{supervisor}");
        }
    }

    [Fact]
    public async Task A_start_that_takes_long_reports_what_the_server_does_and_how_long_it_may_take()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewStartedAsync("node");
        await cluster.KillAsync(server);
        // It asks for the history of a later timeline before it replays anything.
        await TestCluster.AppendAsync(server, "postgresql.conf", "restore_command = 'sleep 0.7; false'\n");
        await TestCluster.AppendAsync(server, "recovery.signal", "");

        await cluster.Control.StartAsync(server, TestCluster.Deadline);

        EngineProgress[] reports = [.. cluster.Log.ProgressReports.Where(report => report.Activity == $"Starting {server}")];
        Assert.Contains(reports, report => report.Status.Contains(" of at most 30 s: ", StringComparison.Ordinal)
            && report.Status.Contains("recover", StringComparison.Ordinal)
            && report.Status.Contains("Its log says: ", StringComparison.Ordinal));
        Assert.True(reports[^1].IsCompleted);
    }
}
