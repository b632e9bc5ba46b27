using PgHa.Engine.Instances;
using PgHa.Engine.Tests.Support;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.Instances;

public sealed class InstanceInitializerTests
{
    public static TheoryData<int> Majors => TestCluster.Majors;

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_superusers_password_works_and_is_nowhere_to_be_read(int major)
    {
        const string Password = "It's \"9\" \\ s3cret";
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        PgInstance server = await cluster.NewAsync(cluster.Options("node") with { UserName = "admin", Password = Password });
        await cluster.Control.StartAsync(server, TestCluster.Deadline);

        Assert.Equal("admin", await cluster.ScalarAsync<string>(server, "select current_user::text"));
        Assert.Equal("admin", await cluster.ScalarAsync<string>(server.WithLogin("admin", Password), "select current_user::text"));
        await TestCluster.FailsAsync("WrongPassword", () => cluster.ScalarAsync<int>(server.WithLogin("admin", "other"), "select 1"));
        Assert.StartsWith(
            "SCRAM-SHA-256$",
            await cluster.ScalarAsync<string>(server, "select rolpassword from pg_authid where rolname = 'admin'"),
            StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", cluster.Log.All, StringComparison.Ordinal);
        await TestCluster.AssertNowhereAsync(server.DataDirectory!, "s3cret");
    }

    [Fact]
    public async Task Without_trust_a_foreign_user_and_a_missing_password_are_turned_away()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewStartedAsync();

        await TestCluster.FailsAsync(
            "PasswordRequired", () => cluster.ScalarAsync<int>(server with { SocketDirectory = null }, "select 1"));
        Assert.Equal(1, await cluster.ScalarAsync<int>(server, "select 1"));
        Assert.Equal(
            "1",
            (await TestCluster.RunAsync(
                cluster.Installation.Program("psql"), "-h", server.SocketDirectory!, "-p", $"{server.Port}", "-U", "postgres", "-Atc",
                "select 1")).Trim());
    }

    [Fact]
    public async Task With_trust_everybody_on_the_machine_is_let_in()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewAsync(cluster.Options("node") with { Trust = true });
        await cluster.Control.StartAsync(server, TestCluster.Deadline);

        Assert.Equal(1, await cluster.ScalarAsync<int>(server with { SocketDirectory = null }, "select 1"));
    }

    [Fact]
    public async Task The_options_of_initdb_are_passed_on()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewAsync(
            cluster.Options("node") with { DataChecksums = false, Encoding = "LATIN1", Locale = "C", WalSegmentSize = 1 });
        await cluster.Control.StartAsync(server, TestCluster.Deadline);

        Assert.Equal("off", await cluster.ScalarAsync<string>(server, "show data_checksums"));
        Assert.Equal("LATIN1", await cluster.ScalarAsync<string>(server, "show server_encoding"));
        Assert.Equal("1MB", await cluster.ScalarAsync<string>(server, "show wal_segment_size"));
    }

    [Fact]
    public async Task A_directory_with_a_server_in_it_is_left_alone_and_described()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewStartedAsync();
        string system = (await cluster.ScalarAsync<string>(server, "select system_identifier::text from pg_control_system()"))!;

        PgHaException e = await TestCluster.FailsAsync("DirectoryNotEmpty", () => cluster.NewAsync(cluster.Options("node")));

        Assert.Contains($"PostgreSQL 15 with system identifier {system}", e.Message, StringComparison.Ordinal);
        Assert.Equal(1, await cluster.ScalarAsync<int>(server, "select 1"));
    }

    [Fact]
    public async Task A_directory_with_other_files_in_it_is_left_alone_and_described()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        await cluster.Area.CreateDirectoryAsync("node/precious");

        PgHaException e = await TestCluster.FailsAsync("DirectoryNotEmpty", () => cluster.NewAsync(cluster.Options("node")));

        Assert.Contains("precious", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_pg_ctl_would_run_as_a_command_is_refused()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();

        await TestCluster.FailsAsync("DirectoryNameNotUsable", () => cluster.NewAsync(cluster.Options("$(touch owned)")));
    }

    [Fact]
    public async Task An_empty_directory_and_a_leftover_are_no_obstacles()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        await cluster.Area.CreateDirectoryAsync("node");
        await cluster.Area.CreateDirectoryAsync("node.pgha-incomplete/base");

        PgInstance server = await cluster.NewAsync(cluster.Options("node"));

        Assert.True(File.Exists(Path.Combine(server.DataDirectory!, "PG_VERSION")));
        Assert.False(Directory.Exists(cluster.Area["node.pgha-incomplete"]));
    }

    [Theory]
    [InlineData(0b111_000_000)]
    [InlineData(0b111_101_101)]
    public async Task An_empty_directory_of_roots_is_given_to_the_servers_user(int mode)
    {
        Assert.SkipUnless(TestServers.ServerUser.IsOther, "only root can give a directory away");
        await using TestCluster cluster = await TestCluster.CreateAsync();
        using var parent = new Machines.TestDirectory();
#pragma warning disable CA1416 // there is no such root on Windows
        Directory.CreateDirectory(parent["roots"]);
        File.SetUnixFileMode(parent["roots"], (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory(parent["roots/node"]);
        File.SetUnixFileMode(parent["roots/node"], (UnixFileMode)mode);
#pragma warning restore CA1416

        PgInstance server = await cluster.NewAsync(cluster.Options("node") with { DataDirectory = parent["roots/node"] });
        await cluster.Control.StartAsync(server, TestCluster.Deadline);
        await new InstanceRemover(cluster.Context).RemoveAsync(server, stopFirst: true, TestCluster.Deadline);
        Assert.Empty(Directory.EnumerateFileSystemEntries(parent["roots"]));
    }

    [Fact]
    public async Task A_port_that_a_stopped_server_has_in_its_configuration_is_warned_of()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance first = await cluster.NewAsync("first");
        PgInstance elsewhere = await cluster.NewAsync("elsewhere");
        await TestCluster.AppendAsync(elsewhere, "postgresql.conf", $"port = {first.Port}\nlisten_addresses = '127.0.0.9'\n");

        await cluster.NewAsync(cluster.Options("second") with { Port = first.Port });

        string warning = Assert.Single(cluster.Log.Warnings);
        Assert.Contains($"'{first.DataDirectory}'", warning, StringComparison.Ordinal);
        Assert.Contains($"Port {first.Port} ", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_initdb_says_why_and_leaves_nothing()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();

        PgHaException e = await TestCluster.FailsAsync(
            "InitializationFailed", () => cluster.NewAsync(cluster.Options("node") with { Encoding = "KLINGON" }));

        Assert.Contains("KLINGON", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(cluster.Area.Directory, "node*"));
    }

    [Fact]
    public async Task A_full_disk_is_told_as_what_to_mend_and_nothing_is_left_on_it()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        SmallDisk disk = await SmallDisk.TryCreateAsync(cluster.Area, "disk", megabytes: 20)
            ?? throw Xunit.Sdk.SkipException.ForSkip("Only root can make a small disk, and not in every container.");

        PgHaException e = await TestCluster.FailsAsync(
            "InitializationFailed",
            () => cluster.NewAsync(cluster.Options("node") with { DataDirectory = Path.Combine(disk.Directory, "node") }));

        Assert.StartsWith("Make room on its file system", e.Advice, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(disk.Directory));
    }

    [Fact]
    public async Task A_cancelled_initdb_leaves_nothing()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(400));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new InstanceInitializer(cluster.Context).CreateAsync(cluster.Options("node"), cancel.Token));

        Assert.Empty(Directory.EnumerateDirectories(cluster.Area.Directory, "node*"));
    }
}
