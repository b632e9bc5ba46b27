using PgHa.Engine.Cloning;
using PgHa.Engine.Recovery;
using PgHa.Engine.Tests.Replication;
using PgHa.Engine.Waiting;

namespace PgHa.Engine.Tests.Recovery;

public sealed class RecoverySettings11Tests(Primary11 primary) : RecoverySettingsContract(primary), IClassFixture<Primary11>;

public sealed class RecoverySettings15Tests(Primary15 primary) : RecoverySettingsContract(primary), IClassFixture<Primary15>;

/// <summary>Standbys of both eras: <c>recovery.conf</c>, and signal file with settings.</summary>
public abstract class RecoverySettingsContract(PrimaryFixture servers)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private RecoverySettings Recovery => new(servers.Context);

    private DirectoryArchive Archive => new(servers.Archive);

    [Fact]
    public async Task A_streaming_standby_on_a_slot()
    {
        await PrimaryFixture.SqlAsync(servers.Primary, "select pg_create_physical_replication_slot('node_slot_23')");
        PgInstance standby = await CloneAsync("node23");

        await Recovery.SetAsync(standby, Streaming with { SlotName = "node_slot_23" }, Cancellation);

        RecoveryConfiguration configuration = await Recovery.GetAsync(standby, Cancellation);
        Assert.True(configuration.StandbyMode);
        Assert.True(configuration.HotStandby);
        Assert.Equal(
            ("127.0.0.1", servers.Primary.Port, "repl", "node23", "node_slot_23"),
            (configuration.UpstreamHost, configuration.UpstreamPort, configuration.UserName, configuration.ApplicationName,
                configuration.SlotName));
        Assert.Equal("latest", configuration.TargetTimeline);
        Assert.DoesNotContain(PrimaryFixture.Password, configuration.ToString() + configuration.PrimaryConninfo, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(configuration.PassFile!));

        await servers.StartAsync(standby);
        await new ReplicationWait(servers.Context).WaitAsync(standby, new(), Cancellation);
        Assert.Equal(
            "streaming",
            await PrimaryFixture.ScalarAsync<string>(
                servers.Primary, "select state from pg_stat_replication where application_name = 'node23'"));
        Assert.True(
            await PrimaryFixture.ScalarAsync<bool>(
                servers.Primary, "select active from pg_replication_slots where slot_name = 'node_slot_23'"));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(standby.DataDirectory!).Where(file => !file.EndsWith(".pgpass", StringComparison.Ordinal)),
            file => File.ReadAllText(file).Contains(PrimaryFixture.Password, StringComparison.Ordinal));

        PgHaException inUse = await Assert.ThrowsAsync<PgHaException>(
            async () => await Recovery.SetAsync(await CloneAsync("rival"), Streaming with { SlotName = "node_slot_23" }, Cancellation));
        Assert.Equal("SlotInUse", inUse.ErrorId);
        await servers.StopAsync(standby);
    }

    [Fact]
    public async Task The_same_again_changes_nothing()
    {
        PgInstance standby = await CloneAsync("twice");
        RecoveryOptions options = Streaming with
        {
            RestoreFrom = Archive,
            ApplyDelay = TimeSpan.FromMinutes(5),
            HotStandby = true,
        };
        RecoveryPlan first = await Recovery.SetAsync(standby, options, Cancellation);
        string[] files = Texts(standby);

        RecoveryPlan second = await Recovery.SetAsync(standby, options, Cancellation);

        Assert.False(first.IsEmpty);
        Assert.True(second.IsEmpty, second.ToString());
        Assert.Equal(files, Texts(standby));
        Assert.Equal(TimeSpan.FromMinutes(5), (await Recovery.GetAsync(standby, Cancellation)).ApplyDelay);
    }

    [Fact]
    public async Task Planning_shows_the_difference_and_writes_nothing()
    {
        PgInstance standby = await CloneAsync("planned");
        string[] files = Texts(standby);

        RecoveryPlan plan = await Recovery.PlanAsync(standby, Streaming with { HotStandby = false }, Cancellation);

        Assert.Contains("+ primary_conninfo = 'host=127.0.0.1", plan.ToString(), StringComparison.Ordinal);
        Assert.Contains("+ hot_standby = off", plan.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(PrimaryFixture.Password, plan.ToString(), StringComparison.Ordinal);
        Assert.Equal(files, Texts(standby));
    }

    [Fact]
    public async Task A_directory_of_another_system_is_refused_by_upstream_and_archive()
    {
        PgInstance stranger = await servers.MakeAsync("stranger");
        await servers.StopAsync(stranger);
        await PrimaryFixture.SqlAsync(servers.Primary, $"select {ServerDialect.For(servers.Primary.Version!.Value).SwitchWalFunction}()");
        // The archive command copies under another name first.
        while (!Directory.EnumerateFiles(servers.Archive).Any(path => WalFileName.TryParse(Path.GetFileName(path), out _)))
            await Task.Delay(20, Cancellation);

        await RefusedAsync(stranger, Streaming, "ForeignSystemIdentifier");
        await RefusedAsync(stranger, new RecoveryOptions { RestoreFrom = Archive }, "ForeignSystemIdentifier");

        Assert.False((await Recovery.GetAsync(stranger, Cancellation)).StandbyMode);
    }

    [Fact]
    public async Task What_will_not_work_is_refused_and_nothing_is_written()
    {
        PgInstance standby = await CloneAsync("refused");
        await PrimaryFixture.SqlAsync(servers.Primary, "select pg_create_physical_replication_slot('other')");
        string[] files = Texts(standby);

        await RefusedAsync(standby, Streaming with { SlotName = "missing" }, "SlotNotFound");
        await RefusedAsync(standby, new() { SlotName = "other" }, "UpstreamNeeded");
        await RefusedAsync(standby, Streaming with { Login = servers.Primary.WithLogin("repl", "wrong") }, "WrongPassword");
        await RefusedAsync(standby, Streaming with { Login = servers.Primary.WithLogin("plain", "plain") }, "NotReplicationRole");
        await RefusedAsync(standby, Streaming with { Login = servers.Primary.WithLogin("postgres", "any") }, "ReplicationAccessDenied");
        PgInstance nobody = servers.Primary with { Port = servers.Area.NextPort(), DataDirectory = null };
        await RefusedAsync(standby, new() { Upstream = nobody }, "ServerUnreachable");
        await RefusedAsync(standby, new() { RestoreFrom = new DirectoryArchive(servers.Area["nowhere"]) }, "ArchiveDirectoryNotFound");
        await RefusedAsync(servers.Primary, Streaming, "RunningAsPrimary");
        await RefusedAsync(standby with { DataDirectory = servers.Archive, Version = null }, Streaming, "NotADataDirectory");

        Assert.Equal(files, Texts(standby));
        Assert.False(File.Exists(Path.Combine(standby.DataDirectory!, "standby.pgpass")));
    }

    [Fact]
    public async Task A_hot_standby_needs_its_upstreams_settings_and_a_cold_one_does_not()
    {
        PgInstance standby = await CloneAsync("small");
        await PrimaryFixture.AppendAsync(standby, "postgresql.conf", "max_connections = 20\nmax_locks_per_transaction = 10\n");

        PgHaException e = await RefusedAsync(standby, Streaming, "StandbySettingsTooLow");
        await Recovery.SetAsync(standby, Streaming with { HotStandby = false }, Cancellation);

        Assert.Contains("max_connections = 20, needs 100", e.Message, StringComparison.Ordinal);
        Assert.Contains("max_locks_per_transaction = 10, needs 64", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_running_standby_takes_over_what_its_version_reloads()
    {
        PgInstance standby = await CloneAsync("running");
        await Recovery.SetAsync(standby, Streaming, Cancellation);
        await servers.StartAsync(standby);
        await new ReplicationWait(servers.Context).WaitAsync(standby, new(), Cancellation);

        RecoveryPlan plan = await Recovery.SetAsync(standby, Streaming with { ApplicationName = "renamed" }, Cancellation);

        Assert.Equal(servers.Primary.Version < ServerVersion.OfMajor(13) ? ["primary_conninfo"] : [], plan.PendingRestart);
        if (plan.PendingRestart.Count > 0)
        {
            await servers.StopAsync(standby);
            await servers.StartAsync(standby);
        }

        while (await PrimaryFixture.ScalarAsync<long>(
            servers.Primary, "select count(*) from pg_stat_replication where application_name = 'renamed'") == 0)
        {
            await Task.Delay(20, Cancellation);
        }

        await servers.StopAsync(standby);
    }

    [Fact]
    public async Task A_new_upstream_without_a_slot_drops_the_old_ones_slot()
    {
        await PrimaryFixture.SqlAsync(servers.Primary, "select pg_create_physical_replication_slot('old')");
        PgInstance standby = await CloneAsync("repointed");
        await Recovery.SetAsync(standby, Streaming with { SlotName = "old", TargetTimeline = "current" }, Cancellation);

        await Recovery.SetAsync(standby, Streaming, Cancellation);

        RecoveryConfiguration configuration = await Recovery.GetAsync(standby, Cancellation);
        Assert.Null(configuration.SlotName);
        Assert.Equal("current", configuration.TargetTimeline);
    }

    private RecoveryOptions Streaming => new() { Upstream = servers.Primary, Login = servers.Replicator };

    private Task<PgInstance> CloneAsync(string name) => new BaseBackup(servers.Context).CreateAsync(
        new() { Source = servers.Primary, Name = name, DataDirectory = servers.Area[name], Port = servers.Area.NextPort(), NoSync = true },
        Cancellation);

    private async Task<PgHaException> RefusedAsync(PgInstance standby, RecoveryOptions options, string errorId)
    {
        PgHaException e = await Assert.ThrowsAsync<PgHaException>(() => Recovery.SetAsync(standby, options, Cancellation));
        Assert.Equal((errorId, e.Message), (e.ErrorId, e.Message));
        Assert.NotNull(e.Advice);
        return e;
    }

    private static string[] Texts(PgInstance instance) =>
    [
        .. Directory.GetFiles(instance.DataDirectory!).Order(StringComparer.Ordinal).Select(file => file + File.ReadAllText(file)),
    ];
}
