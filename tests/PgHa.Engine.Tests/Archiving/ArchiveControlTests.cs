using PgHa.Engine.Archiving;
using PgHa.Engine.Settings;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Archiving;

public sealed class ArchiveControlTests
{
    private static readonly ConfirmChange Yes = _ => Task.FromResult(true);

    public static TheoryData<int> Majors => TestCluster.Majors;

    private static ArchiveOptions To(string directory, ArchiveMode mode = ArchiveMode.On) =>
        new() { ArchiveDirectory = directory, Mode = mode };

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_server_archives_into_a_directory_of_any_name_and_stops_doing_so(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        string archive = cluster.Area["it's 100% \"archive\" $x"];
        PgInstance server = await cluster.NewAsync("node");
        var control = new ArchiveControl(cluster.Context);

        await control.EnableAsync(server, To(archive), Yes, TestCluster.Deadline);
        Assert.Empty(await control.EnableAsync(server, To(archive), Yes, TestCluster.Deadline));
        await cluster.Control.StartAsync(server, TestCluster.Deadline);
        await SwitchAsync(cluster, server);

        string segment = (await ArchivedAsync(cluster, server, 1)).Single();
        Assert.Equal(16 << 20, new FileInfo(Path.Combine(archive, segment)).Length);
        Assert.Equal(0L, await cluster.ScalarAsync<long>(server, "select failed_count from pg_stat_archiver"));
        Assert.Equal([segment], Directory.EnumerateFileSystemEntries(archive).Select(Path.GetFileName));

        IReadOnlyList<PgSetting> changed = await control.DisableAsync(server, pause: false, Yes, TestCluster.Deadline);
        Assert.True(Assert.Single(changed).PendingRestart);
        await cluster.Control.RestartAsync(server, StopMode.Fast, TestCluster.Deadline);
        Assert.Equal("off", await cluster.ScalarAsync<string>(server, "show archive_mode"));
    }

    [Fact]
    public async Task Turned_on_while_running_it_waits_for_a_restart()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewStartedAsync();

        IReadOnlyList<PgSetting> changed = await new ArchiveControl(cluster.Context).EnableAsync(
            server, To(cluster.Area["archive"]), Yes, TestCluster.Deadline);
        await new ArchiveControl(cluster.Context).EnableAsync(
            server, To(cluster.Area["archive"]), _ => throw new InvalidOperationException("nothing to ask"), TestCluster.Deadline);

        Assert.True(changed.Single(setting => setting.Name == "archive_mode").PendingRestart);
        Assert.True(Directory.Exists(cluster.Area["archive"]));
        Assert.Equal("700", (await TestCluster.RunAsync("stat", "-c", "%a", cluster.Area["archive"])).Trim());
    }

    [Fact]
    public async Task The_command_of_another_tool_is_replaced_only_when_that_is_said()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewStartedAsync();
        var control = new ArchiveControl(cluster.Context);
        // The server shows no command while archive_mode is off.
        await cluster.ExecuteAsync(server, "alter system set archive_command = 'wal-g wal-push %p'");
        await cluster.ExecuteAsync(server, "select pg_reload_conf()");

        PgHaException refused = await TestCluster.FailsAsync(
            "ForeignArchiveCommand", () => control.EnableAsync(server, To(cluster.Area["archive"]), Yes, TestCluster.Deadline));
        Assert.Contains("WAL-G", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(cluster.Area["archive"]));

        await control.EnableAsync(
            server, To(cluster.Area["archive"]) with { ReplaceArchiveCommand = true }, Yes, TestCluster.Deadline);
        Assert.True(Directory.Exists(cluster.Area["archive"]));
    }

    [Fact]
    public async Task What_is_not_confirmed_makes_no_directory()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewAsync("node");

        await new ArchiveControl(cluster.Context).EnableAsync(
            server, To(cluster.Area["archive"]), _ => Task.FromResult(false), TestCluster.Deadline);

        Assert.False(Directory.Exists(cluster.Area["archive"]));
    }

    [Fact]
    public async Task An_archive_nobody_could_write_to_is_refused()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewAsync("node");
        var control = new ArchiveControl(cluster.Context);
        string readOnly = await cluster.Area.CreateDirectoryAsync("readonly", "0500");

        await TestCluster.FailsAsync(
            "ArchiveDirectoryNotFound", () => control.EnableAsync(server, To(cluster.Area["missing/archive"]), Yes, TestCluster.Deadline));
        await TestCluster.FailsAsync(
            "ArchiveDirectoryNotWritable", () => control.EnableAsync(server, To(readOnly), Yes, TestCluster.Deadline));
        await TestCluster.FailsAsync(
            "ArchiveInDataDirectory", () => control.EnableAsync(server, To(server.DataDirectory + "/archive"), Yes, TestCluster.Deadline));
        Assert.DoesNotContain(
            "archive_mode = on",
            await File.ReadAllTextAsync(server.DataDirectory + "/postgresql.conf", TestCluster.Deadline),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_of_another_system_is_refused_and_a_standby_its_primarys()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewAsync("node");
        PgInstance other = await cluster.NewAsync("other");
        var control = new ArchiveControl(cluster.Context);
        string archive = cluster.Area["archive"];
        await control.EnableAsync(server, To(archive), Yes, TestCluster.Deadline);
        await cluster.Control.StartAsync(server, TestCluster.Deadline);
        await SwitchAsync(cluster, server);
        await ArchivedAsync(cluster, server, 1);
        await cluster.Control.StopAsync(server, StopMode.Fast, TestCluster.Deadline);
        PgInstance standby = server with { Name = "standby", DataDirectory = cluster.Area["standby"] };
        await TestCluster.RunAsync("cp", "-a", server.DataDirectory!, standby.DataDirectory!);
        await TestCluster.MakeStandbyAsync(standby);
        await new SettingStore(cluster.Context).SetAsync(
            standby, new Dictionary<string, string?> { ["archive_command"] = null }, Yes, TestCluster.Deadline);

        PgHaException e = await TestCluster.FailsAsync(
            "ArchiveOfAnotherSystem", () => control.EnableAsync(other, To(archive), Yes, TestCluster.Deadline));
        Assert.Contains("000000010000000000000001", e.Message, StringComparison.Ordinal);
        await TestCluster.FailsAsync(
            "ArchiveInUse", () => control.EnableAsync(standby, To(archive, ArchiveMode.Always), Yes, TestCluster.Deadline));
        await control.EnableAsync(standby, To(archive, ArchiveMode.Always) with { AllowFilledArchive = true }, Yes, TestCluster.Deadline);

        await new SettingStore(cluster.Context).SetAsync(
            standby,
            new Dictionary<string, string?>
            {
                ["archive_command"] = null,
                ["restore_command"] = RestoreCommand.ForPosix(cluster.Area["source"])
            },
            Yes,
            TestCluster.Deadline);
        await TestCluster.FailsAsync(
            "ArchiveInUse", () => control.EnableAsync(standby, To(cluster.Area["source"], ArchiveMode.Always), Yes, TestCluster.Deadline));
    }

    private static Task SwitchAsync(TestCluster cluster, PgInstance server) =>
        cluster.ExecuteAsync(server, "create table if not exists t (a int); insert into t values (1); select pg_switch_wal()");

    private static async Task<IReadOnlyList<string>> ArchivedAsync(TestCluster cluster, PgInstance server, long count)
    {
        while (await cluster.ScalarAsync<long>(server, "select archived_count from pg_stat_archiver") < count)
        {
            TestCluster.Deadline.ThrowIfCancellationRequested();
            Assert.Equal("", await cluster.ScalarAsync<string>(server, "select coalesce(last_failed_wal, '') from pg_stat_archiver"));
            await Task.Delay(20, TestCluster.Deadline);
        }

        return [(await cluster.ScalarAsync<string>(server, "select last_archived_wal from pg_stat_archiver"))!];
    }
}
