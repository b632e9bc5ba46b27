using PgHa.Engine.Access;
using PgHa.Engine.Logs;
using PgHa.Engine.Recovery;
using PgHa.Engine.Settings;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Settings;

/// <summary>
/// A server with two <c>postgresql.conf</c>: it reads the one in a directory of its owner's, and the one in its data directory is dead.
/// </summary>
public sealed class ConfigurationElsewhereTests
{
    private const string Upstream = "primary_conninfo = 'host=old.example'\n";

    private static readonly ConfirmChange Yes = _ => Task.FromResult(true);

    public static TheoryData<int> Majors => TestCluster.Majors;

    private static CancellationToken Deadline => TestCluster.Deadline;

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task The_live_files_are_read_and_the_server_is_started_with_them_again(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        (PgInstance server, string elsewhere) = await NewAsync(cluster, "work_mem = '7MB'\n");
        await cluster.StartWithAsync(server, "-c", $"config_file={elsewhere}/postgresql.conf");
        await TestCluster.AppendAsync(server, "postgresql.conf", "work_mem = '3MB'\n");
        IReadOnlyList<ServerLogEntry> log = await ServerLog.ReadAsync(cluster.Context, server, new ServerLogFilter(), Deadline);
        Assert.Contains(log, entry => entry.Message.Contains("ready to accept connections", StringComparison.Ordinal));
        await cluster.Control.StopAsync(server, StopMode.Fast, Deadline);

        var store = new SettingStore(cluster.Context);
        PgSetting setting = (await store.GetAsync(server, [], Deadline)).Single(one => one.Name == "work_mem");
        Assert.Equal(("7MB", $"{elsewhere}/postgresql.conf"), (setting.Value, setting.SourceFile));
        Assert.Equal(
            $"{elsewhere}/pg_hba.conf",
            (await new HbaRules(cluster.Context).GetAsync(server, Deadline)).Select(rule => rule.File).Distinct().Single());

        await cluster.Control.StartAsync(server, Deadline);
        Assert.Equal("7MB", await cluster.ScalarAsync<string>(server, "show work_mem"));
        Assert.Equal($"{elsewhere}/postgresql.conf", await cluster.ScalarAsync<string>(server, "show config_file"));
    }

    [Fact]
    public async Task A_stopped_server_gets_its_settings_where_nobody_else_writes()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        (PgInstance server, string elsewhere) = await NewAsync(cluster, "work_mem = '7MB'\n" + Upstream);
        await cluster.StartWithAsync(server, "-c", $"config_file={elsewhere}/postgresql.conf");
        await cluster.Control.StopAsync(server, StopMode.Fast, Deadline);
        string[] before = await BothAsync(server, elsewhere);
        PgInstance upstream = server with { Name = "up", DataDirectory = null, SocketDirectory = null, Host = "127.0.0.1", Port = 1 };

        await new SettingStore(cluster.Context).SetAsync(server, new Dictionary<string, string?> { ["work_mem"] = "9MB" }, Yes, Deadline);
        await new RecoverySettings(cluster.Context).SetAsync(
            server, new RecoveryOptions { Upstream = upstream, SkipChecks = true }, Deadline);

        Assert.Equal(before, await BothAsync(server, elsewhere));
        string auto = await File.ReadAllTextAsync(Path.Combine(server.DataDirectory!, "postgresql.auto.conf"), Deadline);
        Assert.Contains("work_mem = 9MB", auto, StringComparison.Ordinal);
        Assert.Contains("primary_conninfo = 'host=127.0.0.1", auto, StringComparison.Ordinal);
        string warning = Assert.Single(cluster.Log.Warnings, one => one.Contains("primary_conninfo", StringComparison.Ordinal));
        Assert.Contains($"{elsewhere}/postgresql.conf:", warning, StringComparison.Ordinal);
        Assert.Contains("take the line out there", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_of_the_directory_is_not_the_server_that_it_was_copied_from()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        (PgInstance server, string elsewhere) = await NewAsync(cluster, "work_mem = '7MB'\n");
        await cluster.StartWithAsync(server, "-c", $"config_file={elsewhere}/postgresql.conf");
        await cluster.Control.StopAsync(server, StopMode.Fast, Deadline);
        await TestCluster.RunAsync("cp", "-a", server.DataDirectory!, cluster.Area["copy"]);
        PgInstance copy = server with { Name = "copy", DataDirectory = cluster.Area["copy"] };
        await TestCluster.AppendAsync(copy, "postgresql.conf", "work_mem = '3MB'\n");

        PgSetting setting = (await new SettingStore(cluster.Context).GetAsync(copy, [], Deadline)).Single(one => one.Name == "work_mem");

        Assert.Equal("3MB", setting.Value);
    }

    // The configuration moves as Debian's packages keep it: with data_directory, and pg_hba.conf beside it.
    private static async Task<(PgInstance Server, string Elsewhere)> NewAsync(TestCluster cluster, string settings)
    {
        PgInstance server = await cluster.NewAsync("node");
        string elsewhere = await cluster.Area.CreateDirectoryAsync("etc");
        foreach (string file in new[] { "postgresql.conf", "pg_hba.conf", "pg_ident.conf" })
            await TestCluster.RunAsync("cp", Path.Combine(server.DataDirectory!, file), elsewhere);
        await TestCluster.AppendAsync(
            server with { DataDirectory = elsewhere }, "postgresql.conf",
            $"data_directory = '{server.DataDirectory}'\nlogging_collector = off\n{settings}");
        return (server, elsewhere);
    }

    private static async Task<string[]> BothAsync(PgInstance server, string elsewhere) =>
    [
        await File.ReadAllTextAsync(Path.Combine(server.DataDirectory!, "postgresql.conf"), Deadline),
        await File.ReadAllTextAsync(Path.Combine(elsewhere, "postgresql.conf"), Deadline),
    ];
}
