using System.Diagnostics;
using System.Net.Sockets;
using PgHa.Engine.Cloning;
using PgHa.Engine.Tests.Replication;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.Backup;

/// <summary>What stops a clone, and that nothing of it is left then.</summary>
public sealed class BaseBackupRefusalTests(Primary15 servers) : IClassFixture<Primary15>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_data_directory_is_never_written_over()
    {
        BaseBackupOptions options = Options("occupied") with { DataDirectory = servers.Primary.DataDirectory! };

        PgHaException e = await RefusedAsync(options, "DirectoryNotEmpty");

        Assert.Contains("a server that runs", e.Message, StringComparison.Ordinal);
        Assert.Contains(
            (await PrimaryFixture.ScalarAsync<long>(servers.Primary, "select system_identifier from pg_control_system()"))
                .ToString("D", null),
            e.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_with_anything_in_it_is_refused()
    {
        string directory = await servers.Area.CreateDirectoryAsync("files");
        await File.WriteAllTextAsync(Path.Combine(directory, "precious.txt"), "", Cancellation);

        PgHaException e = await RefusedAsync(Options("files"), "DirectoryNotEmpty");

        Assert.Contains("precious.txt", e.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(directory, "precious.txt")));
    }

    [Fact]
    public Task The_sources_port_on_the_sources_machine_is_refused() =>
        RefusedAsync(Options("sameport") with { Port = servers.Primary.Port }, "PortInUse");

    [Fact]
    public async Task A_port_that_another_program_listens_on_is_refused()
    {
        BaseBackupOptions options = Options("takenport");
        using var other = new TcpListener(System.Net.IPAddress.Loopback, options.Port);
        other.Start();

        await RefusedAsync(options, "PortInUse");
    }

    [Fact]
    public Task A_source_that_does_not_run_is_unreachable() => RefusedAsync(
        Options("nosource") with { Source = servers.Primary with { DataDirectory = null, Port = servers.Area.NextPort() } },
        "ServerUnreachable");

    [Fact]
    public Task A_wrong_password_is_found_before_anything_is_copied() =>
        RefusedAsync(Options("wrong") with { Login = servers.Primary.WithLogin("repl", "no") }, "WrongPassword");

    [Fact]
    public Task A_role_without_REPLICATION_is_refused() =>
        RefusedAsync(Options("norole") with { Login = servers.Primary.WithLogin("plain", "plain") }, "NotReplicationRole");

    [Fact]
    public Task Without_a_fitting_rule_the_source_lets_nobody_in() =>
        RefusedAsync(Options("norule") with { Login = servers.Primary.WithLogin("postgres", "any") }, "ReplicationAccessDenied");

    [Fact]
    public async Task Two_WAL_senders_have_to_be_free()
    {
        PgInstance source = await servers.MakeAsync("narrow", "max_wal_senders = 1");

        PgHaException e = await RefusedAsync(Options("nosenders") with { Source = source }, "NoFreeWalSenders");

        Assert.Contains("2 free WAL senders", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_killed_clone_left_is_removed()
    {
        BaseBackupOptions options = Options("again");
        string leftover = await servers.Area.CreateDirectoryAsync("again.pgha-incomplete/base");

        await new BaseBackup(servers.Context).CreateAsync(options, Cancellation);

        Assert.False(Directory.Exists(Path.GetDirectoryName(leftover)));
        Assert.Contains(servers.Log.Steps, line => line.Contains("left behind by a clone", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cancelling_leaves_nothing_and_takes_less_than_a_second_but_for_a_busy_machine()
    {
        BaseBackupOptions options = Options("cancelled") with { MaxRate = 32, Login = servers.Replicator };
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task<PgInstance> clone = new BaseBackup(servers.Context).CreateAsync(options, cancel.Token);
        await CopyingAsync(options, clone);

        // A second one does not disturb the first.
        await RefusedAsync(options, "CloneInProgress", mayExist: true);

        long start = Stopwatch.GetTimestamp();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => clone);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(15));
        AssertNothingLeft(options);
    }

    [Fact]
    public async Task A_source_that_dies_meanwhile_leaves_nothing()
    {
        PgInstance source = await servers.MakeAsync("dying");
        BaseBackupOptions options = Options("orphan") with { Source = source, MaxRate = 32 };
        Task<PgInstance> clone = new BaseBackup(servers.Context).CreateAsync(options, Cancellation);
        await CopyingAsync(options, clone);

        await servers.KillAsync(source);

        PgHaException e = await Assert.ThrowsAsync<PgHaException>(() => clone);
        Assert.Equal("ConnectionLost", e.ErrorId);
        AssertNothingLeft(options);
    }

    [Theory]
    [InlineData("10m", "DiskTooSmall")]
    [InlineData("32m", "DiskFull")]
    public async Task A_full_disk_leaves_nothing(string size, string errorId)
    {
        Assert.SkipUnless(ServerUser.IsOther, "Mounting a small file system takes root.");
        string mount = await servers.Area.CreateDirectoryAsync("small" + size);
        await RunAsync("mount", "-t", "tmpfs", "-o", $"size={size},mode=0777", "tmpfs", mount);
        try
        {
            BaseBackupOptions options = Options("full") with { DataDirectory = Path.Combine(mount, "full") };
            await RefusedAsync(options, errorId);
            Assert.Empty(Directory.EnumerateFileSystemEntries(mount));
        }
        finally
        {
            await RunAsync("umount", mount);
        }
    }

    [Fact]
    public async Task Planning_writes_nothing()
    {
        BaseBackupOptions options = Options("planned");

        BaseBackupPlan plan = await new BaseBackup(servers.Context).PlanAsync(options, Cancellation);

        Assert.Contains(options.DataDirectory, plan.ToString(), StringComparison.Ordinal);
        AssertNothingLeft(options);
    }

    private async Task<PgHaException> RefusedAsync(BaseBackupOptions options, string errorId, bool mayExist = false)
    {
        PgHaException e = await Assert.ThrowsAsync<PgHaException>(() => new BaseBackup(servers.Context).CreateAsync(options, Cancellation));
        Assert.Equal((errorId, e.Message), (e.ErrorId, e.Message));
        Assert.NotNull(e.Advice);
        if (!mayExist)
            Assert.False(Directory.Exists(options.DataDirectory + ".pgha-incomplete"));
        return e;
    }

    private static void AssertNothingLeft(BaseBackupOptions options) =>
        Assert.Empty(
            Directory.GetFileSystemEntries(Path.GetDirectoryName(options.DataDirectory)!, Path.GetFileName(options.DataDirectory) + "*"));

    private static async Task CopyingAsync(BaseBackupOptions options, Task clone)
    {
        string started = Path.Combine(options.DataDirectory + ".pgha-incomplete", "backup_label");
        while (!File.Exists(started))
        {
            Assert.False(clone.IsCompleted, clone.Exception?.ToString());
            await Task.Delay(10, Cancellation);
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(0, process.ExitCode);
    }

    private BaseBackupOptions Options(string name) => new()
    {
        Source = servers.Primary,
        Name = name,
        DataDirectory = servers.Area[name],
        Port = servers.Area.NextPort(),
        NoSync = true,
    };
}
