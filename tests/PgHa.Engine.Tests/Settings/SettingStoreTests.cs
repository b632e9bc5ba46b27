using PgHa.Engine.Settings;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Settings;

public sealed class SettingStoreTests
{
    private static readonly ConfirmChange Yes = _ => Task.FromResult(true);

    public static TheoryData<int> Majors => TestCluster.Majors;

    private static Dictionary<string, string?> Of(string name, string? value) => new() { [name] = value };

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_running_server_takes_a_value_over_at_once_or_says_that_it_waits_for_a_restart(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        PgInstance server = await cluster.NewStartedAsync();
        var store = new SettingStore(cluster.Context);

        IReadOnlyList<PgSetting> changed = await store.SetAsync(
            server, new Dictionary<string, string?> { ["work_mem"] = "8192", ["max_connections"] = "150" }, Yes, TestCluster.Deadline);

        Assert.Equal("8MB", changed.Single(setting => setting.Name == "work_mem").Value);
        Assert.Equal("8MB", await cluster.ScalarAsync<string>(server, "show work_mem"));
        PgSetting waiting = changed.Single(setting => setting.Name == "max_connections");
        Assert.True(waiting.PendingRestart);
        Assert.Equal("100", waiting.Value);
        Assert.Contains(
            cluster.Log.Warnings,
            warning => warning.Contains("max_connections", StringComparison.Ordinal)
                && !warning.Contains("work_mem", StringComparison.Ordinal));

        Assert.Empty(await store.SetAsync(server, Of("work_mem", "8MB"), Yes, TestCluster.Deadline));
        Assert.Single(await store.SetAsync(server, Of("max_connections", "100"), Yes, TestCluster.Deadline));
        await store.SetAsync(server, Of("work_mem", null), Yes, TestCluster.Deadline);
        Assert.Equal("4MB", await cluster.ScalarAsync<string>(server, "show work_mem"));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_name_is_the_same_in_any_case(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        PgInstance server = await cluster.NewStartedAsync();
        var store = new SettingStore(cluster.Context);

        foreach (string name in (string[])["TimeZone", "timezone", "TIMEZONE"])
        {
            await cluster.ExecuteAsync(server, "alter system set timezone = 'Asia/Tokyo'");
            PgSetting changed = Assert.Single(await store.SetAsync(server, Of(name, "Europe/Vienna"), Yes, TestCluster.Deadline));
            Assert.Equal(("TimeZone", "Europe/Vienna"), (changed.Name, changed.Value));
            Assert.Equal(
                "Europe/Vienna",
                (await store.GetAsync(server, [name], TestCluster.Deadline)).Single(setting => setting.Name == "TimeZone").Value);
            Assert.Empty(await store.SetAsync(server, Of(name, "Europe/Vienna"), Yes, TestCluster.Deadline));
            await store.SetAsync(server, Of(name, null), Yes, TestCluster.Deadline);
            Assert.False(
                await cluster.ScalarAsync<bool>(server, "select count(*) > 0 from pg_file_settings where lower(name) = 'timezone'"));
        }

        await cluster.Control.StopAsync(server, StopMode.Fast, TestCluster.Deadline);
        PgSetting stopped = Assert.Single(await store.SetAsync(server, Of("datestyle", "ISO, YMD"), Yes, TestCluster.Deadline));
        Assert.Equal("DateStyle", stopped.Name);
        await store.SetAsync(server, Of("MyExt.Foo", "1"), Yes, TestCluster.Deadline);
        PgSetting custom = Assert.Single(await store.SetAsync(server, Of("myext.foo", "2"), Yes, TestCluster.Deadline));
        Assert.Equal(("MyExt.Foo", "2"), (custom.Name, custom.Value));
        Assert.Single(
            await store.GetAsync(server, [], TestCluster.Deadline),
            setting => setting.Name.Equals("MyExt.Foo", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(
            "ISO, YMD",
            (await store.GetAsync(server, ["DateStyle"], TestCluster.Deadline)).Single(setting => setting.Name == "DateStyle").Value);
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_change_that_was_taken_back_waits_for_no_restart(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        PgInstance server = await cluster.NewStartedAsync();
        var store = new SettingStore(cluster.Context);

        Assert.True(
            Assert.Single(await store.SetAsync(server, Of("max_worker_processes", "12"), Yes, TestCluster.Deadline)).PendingRestart);
        await store.SetAsync(server, Of("max_worker_processes", null), Yes, TestCluster.Deadline);

        Assert.DoesNotContain(await store.GetAsync(server, [], TestCluster.Deadline), setting => setting.PendingRestart);
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_reset_that_waits_for_a_restart_is_said_once(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        PgInstance server = await cluster.NewAsync("node");
        var store = new SettingStore(cluster.Context);
        await store.SetAsync(server, Of("max_worker_processes", "12"), Yes, TestCluster.Deadline);
        await cluster.Control.StartAsync(server, TestCluster.Deadline);

        PgSetting changed = Assert.Single(await store.SetAsync(server, Of("max_worker_processes", null), Yes, TestCluster.Deadline));

        Assert.True(changed.PendingRestart);
        // Not that it stays as it is, because of a line that is gone.
        Assert.Equal(
            $"{server}: max_worker_processes will take effect at the next restart (Restart-PgInstance).",
            Assert.Single(cluster.Log.Warnings));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task What_the_command_line_gives_stays_and_is_said_once(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        PgInstance server = await cluster.NewAsync("node");
        await cluster.StartWithAsync(server, "-c", "max_connections=90", "-c", "work_mem=5MB");
        var store = new SettingStore(cluster.Context);

        PgSetting changed = Assert.Single(await store.SetAsync(server, Of("max_connections", "150"), Yes, TestCluster.Deadline));
        await store.SetAsync(server, Of("work_mem", "9MB"), Yes, TestCluster.Deadline);

        Assert.Equal(("90", false, "command line"), (changed.Value, changed.PendingRestart, changed.Source));
        Assert.Equal(2, cluster.Log.Warnings.Count);
        Assert.All(
            cluster.Log.Warnings,
            warning => Assert.Contains("because the server was started with it on its command line", warning, StringComparison.Ordinal));
        Assert.Empty(await store.SetAsync(server, Of("max_connections", "150"), Yes, TestCluster.Deadline));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_stopped_servers_files_get_the_value_where_it_wins(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        PgInstance server = await cluster.NewAsync("node");
        string main = Path.Combine(server.DataDirectory!, "postgresql.conf");
        string auto = Path.Combine(server.DataDirectory!, "postgresql.auto.conf");
        await TestCluster.AppendAsync(server, "postgresql.conf", "include 'shared.conf'\n");
        await TestCluster.AppendAsync(server, "shared.conf", "wal_keep_junk.x = 1\ntemp_buffers = 1MB\n");
        await TestCluster.AppendAsync(server, "postgresql.auto.conf", "maintenance_work_mem = 1MB\n");
        string shared = await File.ReadAllTextAsync(Path.Combine(server.DataDirectory!, "shared.conf"), TestCluster.Deadline);
        var store = new SettingStore(cluster.Context);

        IReadOnlyList<PgSetting> changed = await store.SetAsync(
            server,
            new Dictionary<string, string?> { ["work_mem"] = "6MB", ["maintenance_work_mem"] = "7MB", ["temp_buffers"] = "2MB" },
            Yes,
            TestCluster.Deadline);

        Assert.Equal(
            [auto, auto, main], changed.OrderBy(setting => setting.Name, StringComparer.Ordinal).Select(setting => setting.SourceFile));
        Assert.Equal(shared, await File.ReadAllTextAsync(Path.Combine(server.DataDirectory!, "shared.conf"), TestCluster.Deadline));
        Assert.Empty(await store.SetAsync(server, Of("work_mem", "6MB"), Yes, TestCluster.Deadline));
        await cluster.Control.StartAsync(server, TestCluster.Deadline);
        Assert.Equal("6MB", await cluster.ScalarAsync<string>(server, "show work_mem"));
        Assert.Equal("7MB", await cluster.ScalarAsync<string>(server, "show maintenance_work_mem"));
        Assert.Equal("2MB", await cluster.ScalarAsync<string>(server, "show temp_buffers"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_bad_value_among_good_ones_changes_nothing(bool running)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = running ? await cluster.NewStartedAsync() : await cluster.NewAsync("node");
        string main = await File.ReadAllTextAsync(Path.Combine(server.DataDirectory!, "postgresql.conf"), TestCluster.Deadline);
        string auto = await File.ReadAllTextAsync(Path.Combine(server.DataDirectory!, "postgresql.auto.conf"), TestCluster.Deadline);
        var store = new SettingStore(cluster.Context);

        PgHaException invalid = await TestCluster.FailsAsync(
            "InvalidSettingValue",
            () => store.SetAsync(
                server, new Dictionary<string, string?> { ["work_mem"] = "6MB", ["wal_level"] = "chatty" }, Yes, TestCluster.Deadline));
        PgHaException unknown = await TestCluster.FailsAsync(
            "SettingNotFound",
            () => store.SetAsync(
                server, new Dictionary<string, string?> { ["work_mem"] = "6MB", ["wal_levle"] = "replica" }, Yes, TestCluster.Deadline));

        Assert.Contains("Available values: minimal, replica, logical", invalid.Message, StringComparison.Ordinal);
        Assert.Equal("Did you mean wal_level?", unknown.Advice);
        Assert.Equal(main, await File.ReadAllTextAsync(Path.Combine(server.DataDirectory!, "postgresql.conf"), TestCluster.Deadline));
        Assert.Equal(
            auto.Split('\n').Where(line => !line.StartsWith('#')),
            (await File.ReadAllTextAsync(Path.Combine(server.DataDirectory!, "postgresql.auto.conf"), TestCluster.Deadline)).Split('\n')
                .Where(line => !line.StartsWith('#')));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_not_confirmed_is_shown_and_not_done(bool running)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = running ? await cluster.NewStartedAsync() : await cluster.NewAsync("node");
        string plan = "";

        await new SettingStore(cluster.Context).SetAsync(
            server, Of("primary_conninfo", "host=a password=s3cret"),
            shown =>
            {
                plan = shown;
                return Task.FromResult(false);
            },
            TestCluster.Deadline);

        Assert.Contains("primary_conninfo", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", plan, StringComparison.Ordinal);
        await TestCluster.AssertNowhereAsync(server.DataDirectory!, "s3cret");
    }

    [Fact]
    public async Task A_reset_takes_the_value_out_of_both_files_of_a_running_server()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewAsync("node");
        var store = new SettingStore(cluster.Context);
        await store.SetAsync(server, Of("work_mem", "6MB"), Yes, TestCluster.Deadline);
        await cluster.Control.StartAsync(server, TestCluster.Deadline);
        await store.SetAsync(server, Of("work_mem", "7MB"), Yes, TestCluster.Deadline);

        IReadOnlyList<PgSetting> changed = await store.SetAsync(server, Of("work_mem", null), Yes, TestCluster.Deadline);

        Assert.Equal("4MB", Assert.Single(changed).Value);
        Assert.Empty(await store.SetAsync(server, Of("work_mem", null), Yes, TestCluster.Deadline));
    }

    [Fact]
    public async Task A_list_of_libraries_stays_a_list()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewStartedAsync();

        await new SettingStore(cluster.Context).SetAsync(
            server, Of("shared_preload_libraries", "pg_stat_statements, auto_explain"), Yes, TestCluster.Deadline);
        await cluster.Control.RestartAsync(server, StopMode.Fast, TestCluster.Deadline);

        Assert.Equal("pg_stat_statements, auto_explain", await cluster.ScalarAsync<string>(server, "show shared_preload_libraries"));
    }

    [Fact]
    public async Task A_value_with_quotes_and_backslashes_arrives_as_it_is()
    {
        const string Command = """cp "%p" '/a\b/it''s/%f' # 100%%""";
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance stopped = await cluster.NewAsync("stopped");
        PgInstance running = await cluster.NewStartedAsync("running");
        var store = new SettingStore(cluster.Context);

        await store.SetAsync(stopped, Of("restore_command", Command), Yes, TestCluster.Deadline);
        await store.SetAsync(running, Of("restore_command", Command), Yes, TestCluster.Deadline);

        Assert.Equal(
            Command, (await store.GetAsync(stopped, [], TestCluster.Deadline)).Single(setting => setting.Name == "restore_command").Value);
        Assert.Equal(
            Command,
            (await store.GetAsync(running, ["restore_command"], TestCluster.Deadline))
                .Single(setting => setting.Name == "restore_command").Value);
    }

    [Fact]
    public async Task An_error_in_the_file_that_was_there_before_is_named_and_the_change_taken_back()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewStartedAsync();
        await TestCluster.AppendAsync(server, "postgresql.conf", "this is no setting\n");

        PgHaException e = await TestCluster.FailsAsync(
            "ConfigurationInvalid",
            () => new SettingStore(cluster.Context).SetAsync(server, Of("work_mem", "6MB"), Yes, TestCluster.Deadline));

        Assert.Contains("postgresql.conf line", e.Message, StringComparison.Ordinal);
        Assert.Null(await cluster.ScalarAsync<string>(server, "select setting from pg_file_settings where name = 'work_mem'"));
    }

    [Fact]
    public async Task A_stopped_server_tells_a_default_when_asked_by_name()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewAsync("node");
        var store = new SettingStore(cluster.Context);

        Assert.Equal(
            "replica",
            (await store.GetAsync(server, ["wal_level"], TestCluster.Deadline)).Single(setting => setting.Name == "wal_level").Value);
        await TestCluster.FailsAsync("SettingNotFound", () => store.GetAsync(server, ["wal_levle"], TestCluster.Deadline));
    }
}
