using PgHa.Engine.Machines;
using PgHa.Engine.Management;
using PgHa.Engine.Settings;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Management;

/// <summary>The files are real, the processes are made up. The real ones are in ManagedCluster.Tests.ps1.</summary>
public sealed class HostSignsTests
{
    private static readonly ConfirmChange Yes = _ => Task.FromResult(true);

    [Fact]
    public async Task A_process_counts_where_its_configuration_or_its_child_is_the_servers()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewAsync("node");
        string directory = server.DataDirectory!;
        await TestCluster.AppendAsync(server, "mine.yml", $"postgresql:\n  data_dir: {directory}/\n");
        await TestCluster.AppendAsync(server, "other.yml", "postgresql:\n  data_dir: /srv/other\n");
        HostProcess postmaster = new(20, 10, "postgres", $"/usr/bin/postgres -D {directory}") { Program = "postgres" };

        Assert.Equal(SignMeaning.IsManaged, await MeaningAsync(Patroni($"{directory}/mine.yml")));
        Assert.Equal(SignMeaning.IsManaged, await MeaningAsync(Patroni("mine.yml") with { WorkingDirectory = directory }));
        Assert.Null(await MeaningAsync(Patroni($"{directory}/other.yml")));
        Assert.Equal(SignMeaning.RunsHere, await MeaningAsync(Patroni("mine.yml")));
        Assert.Equal(SignMeaning.RunsHere, await MeaningAsync(Patroni($"{directory}/missing.yml")));
        Assert.Equal(SignMeaning.IsManaged, await MeaningAsync(new(10, 1, "postgres", "pg_autoctl: start/stop postgres"), postmaster));
        Assert.Null(await MeaningAsync(new(11, 1, "postgres", "pg_autoctl: node active"), postmaster));
        Assert.Equal(SignMeaning.IsManaged, await MeaningAsync(new(11, 1, "postgres", $"pg_autoctl run --pgdata {directory}"), postmaster));
        Assert.Null(await MeaningAsync(new(11, 1, "postgres", "pg_autoctl run --pgdata /srv/other"), postmaster));

        async Task<SignMeaning?> MeaningAsync(params HostProcess[] processes)
        {
            HostLook look = await HostSigns.FindAsync(
                cluster.Context, server, _ => Task.FromResult<IReadOnlyList<HostProcess>>(processes), TestCluster.Deadline);
            Assert.Equal([SignPlace.File, SignPlace.Process], look.Looked);
            Assert.True(look.IsComplete);
            Assert.All(processes, process => Assert.True(HostSigns.Tells(process.CommandLine)));
            return look.Signs.SingleOrDefault()?.Meaning;
        }
    }

    [Fact]
    public async Task A_server_that_runs_and_shows_no_process_is_asked_by_SQL()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewStartedAsync();
        await cluster.ExecuteAsync(server, "select pg_create_physical_replication_slot('pgautofailover_standby_1')");

        Assert.False((await HostSigns.FindAsync(cluster.Context, server, NoProcess, TestCluster.Deadline)).IsComplete);
        ServerManagement hidden = await new ManagementReader(cluster.Context, []).ReadAsync(server, TestCluster.Deadline);
        Assert.Equal((ServerManager.PgAutoFailover, SignPlace.Sql), (hidden.Manager, hidden.Signs[0].Place));
        ServerManagement seen = await new ManagementReader(cluster.Context).ReadAsync(server, TestCluster.Deadline);
        Assert.Empty(seen.Signs);

        // A crash leaves postmaster.pid too. Nobody answers then, and what was seen has to do.
        await cluster.KillAsync(server);
        Assert.Equal(
            ManagementCertainty.None, (await new ManagementReader(cluster.Context).ReadAsync(server, TestCluster.Deadline)).Certainty);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_looked_at_is_unknown()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        var reader = new ManagementReader(cluster.Context);

        Assert.Equal(
            ServerManagement.UnknownText,
            (await reader.ReadOfflineAsync(new PgInstance { DataDirectory = cluster.Area["none"] }, TestCluster.Deadline)).ManagedBy);
        Assert.Equal(
            ServerManagement.UnknownText, (await reader.ReadAsync(new PgInstance { Port = 1 }, TestCluster.Deadline)).ManagedBy);
        Assert.Null((await reader.ReadAsync(await cluster.NewAsync("node"), TestCluster.Deadline)).ManagedBy);
    }

    [Fact]
    public async Task A_file_of_another_owner_is_not_written_into()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewAsync("node");
        string main = Path.Combine(server.DataDirectory!, "postgresql.conf");
        string text = "# This file is managed by Puppet\nwork_mem = 5MB\n" + await File.ReadAllTextAsync(main, TestCluster.Deadline);
        await File.WriteAllTextAsync(main, text, TestCluster.Deadline);

        PgSetting overruled = Assert.Single(await new SettingStore(cluster.Context).SetAsync(
            server, new Dictionary<string, string?> { ["work_mem"] = "6MB" }, Yes, TestCluster.Deadline));
        PgHaException refused = await Assert.ThrowsAsync<PgHaException>(() => new SettingStore(cluster.Context).SetAsync(
            server, new Dictionary<string, string?> { ["work_mem"] = null }, Yes, TestCluster.Deadline));

        Assert.Equal("postgresql.auto.conf", Path.GetFileName(overruled.SourceFile));
        Assert.Equal(("FileOfAnotherOwner", PgHaErrorKind.Refused), (refused.ErrorId, refused.Kind));
        Assert.Contains("Puppet", refused.Message, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(main, TestCluster.Deadline));

        var insisting = new EngineContext(cluster.Log) { EvenIfManaged = true };
        await new SettingStore(insisting).SetAsync(
            server, new Dictionary<string, string?> { ["work_mem"] = null }, Yes, TestCluster.Deadline);
        Assert.DoesNotContain("work_mem = 5MB", await File.ReadAllTextAsync(main, TestCluster.Deadline), StringComparison.Ordinal);
        Assert.Contains(cluster.Log.Warnings, warning => warning.Contains("written by Puppet", StringComparison.Ordinal));
    }

    private static Task<IReadOnlyList<HostProcess>> NoProcess(PgMachine machine) => Task.FromResult<IReadOnlyList<HostProcess>>([]);

    private static HostProcess Patroni(string configuration) =>
        new(30, 1, "postgres", $"/usr/bin/python3 /usr/bin/patroni {configuration}");
}
