using PgHa.Engine.Cloning;
using PgHa.Engine.Tests.Replication;

namespace PgHa.Engine.Tests.Backup;

public sealed class BaseBackup11Tests(Primary11 primary) : BaseBackupContract(primary), IClassFixture<Primary11>;

public sealed class BaseBackup15Tests(Primary15 primary) : BaseBackupContract(primary), IClassFixture<Primary15>;

/// <summary>What a clone is like, on each era of recovery configuration.</summary>
public abstract class BaseBackupContract(PrimaryFixture servers)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ServerDialect Dialect => ServerDialect.For(servers.Primary.Version!.Value);

    [Fact]
    public async Task A_clone_is_a_stopped_server_of_its_own_in_standby_mode()
    {
        BaseBackupOptions options = Options("plain");

        PgInstance clone = await new BaseBackup(servers.Context).CreateAsync(options, Cancellation);

        Assert.Equal("plain", clone.Name);
        Assert.Equal(options.Port, clone.Port);
        Assert.Equal(servers.Primary.BinDirectory, clone.BinDirectory);
        Assert.Equal(servers.Primary.SocketDirectory, clone.SocketDirectory);
        Assert.Empty(Beside(clone));
        Assert.False(Has(clone, "postmaster.pid"));
        Assert.True(Has(clone, Dialect.UsesRecoveryConf ? "recovery.conf" : "standby.signal"));
        ConfigurationFile conf = Read(clone, "postgresql.conf");
        Assert.Equal("plain", conf["cluster_name"]);
        Assert.False(conf.Contains("archive_mode"));
        Assert.False(conf.Contains("archive_command"));

        await servers.StartAsync(clone);
        Assert.True(await PrimaryFixture.ScalarAsync<bool>(clone, "select pg_is_in_recovery()"));
        await servers.StopAsync(clone);
    }

    [Fact]
    public async Task Nothing_of_the_sources_replication_is_left()
    {
        PgInstance source = await servers.MakeAsync("busy");
        await PrimaryFixture.AppendAsync(source, "postgresql.conf", "synchronous_standby_names = 's1'\nhba_file = 'pg_hba.conf'\n");
        await PrimaryFixture.AppendAsync(source, "postgresql.auto.conf", "port = 1\narchive_command = 'false'\n");
        if (!Dialect.UsesRecoveryConf)
        {
            await PrimaryFixture.AppendAsync(
                source,
                "postgresql.auto.conf",
                "primary_slot_name = 'taken'\nrecovery_target_time = '2020-01-01'\nrestore_command = 'false'\n");
        }

        await PrimaryFixture.WriteAsync(source, "standby.pgpass", "h:1:*:u:secret\n");
        Directory.CreateDirectory(Path.Combine(source.DataDirectory!, "log"));
        await File.WriteAllTextAsync(Path.Combine(source.DataDirectory!, "log", "old.log"), "its own", Cancellation);

        PgInstance clone = await new BaseBackup(servers.Context).CreateAsync(Options("heir") with { Source = source }, Cancellation);

        string conf = Read(clone, "postgresql.conf").Text;
        string auto = Read(clone, "postgresql.auto.conf").Text;
        Assert.All(
            ["synchronous_standby_names = 's1'", "hba_file = 'pg_hba.conf'", "'taken'", "2020", "'false'", "port = 1\n"],
            text => Assert.DoesNotContain(text, conf + auto, StringComparison.Ordinal));
        Assert.False(Has(clone, "standby.pgpass"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(clone.DataDirectory!, "log")));
    }

    [Fact]
    public async Task An_included_file_is_overruled()
    {
        PgInstance source = await servers.MakeAsync("including", "include_if_exists = 'more.conf'");
        await PrimaryFixture.WriteAsync(source, "more.conf", "archive_mode = on\narchive_command = 'false'\nport = 1\n");

        PgInstance clone = await new BaseBackup(servers.Context).CreateAsync(Options("included") with { Source = source }, Cancellation);

        await servers.StartAsync(clone);
        Assert.Equal("off", await PrimaryFixture.ScalarAsync<string>(clone, "select current_setting('archive_mode')"));
        await servers.StopAsync(clone);
    }

    [Fact]
    public async Task A_standby_can_be_cloned()
    {
        PgInstance standby = await new BaseBackup(servers.Context).CreateAsync(Options("middle"), Cancellation);
        await new Engine.Recovery.RecoverySettings(servers.Context).SetAsync(
            standby, new() { Upstream = servers.Primary, Login = servers.Replicator, ApplicationName = "middle" }, Cancellation);
        await servers.StartAsync(standby);
        await new Engine.Waiting.ReplicationWait(servers.Context).WaitAsync(standby, new(), Cancellation);

        PgInstance clone = await new BaseBackup(servers.Context).CreateAsync(Options("last") with { Source = standby }, Cancellation);

        Assert.False(Has(clone, "standby.pgpass"));
        Assert.DoesNotContain("primary_conninfo", Read(clone, "postgresql.auto.conf").Text, StringComparison.Ordinal);
        if (Dialect.UsesRecoveryConf)
            Assert.Equal("standby_mode = on\n", Read(clone, "recovery.conf").Text);
        await servers.StartAsync(clone);
        Assert.True(await PrimaryFixture.ScalarAsync<bool>(clone, "select pg_is_in_recovery()"));
        await servers.StopAsync(clone);
        await servers.StopAsync(standby);
    }

    [Fact]
    public async Task It_copies_as_a_replication_role_and_shows_its_password_nowhere()
    {
        BaseBackupOptions options = Options("byrole") with { Login = servers.Replicator, Label = "basebackup 21's", MaxRate = 1024 * 1024 };

        PgInstance clone = await new BaseBackup(servers.Context).CreateAsync(options, Cancellation);

        Assert.Empty(Beside(clone));
        Assert.DoesNotContain(PrimaryFixture.Password, servers.Log.All, StringComparison.Ordinal);
        Assert.Contains(
            "LABEL: basebackup 21's",
            await File.ReadAllTextAsync(Path.Combine(clone.DataDirectory!, "backup_label"), Cancellation),
            StringComparison.Ordinal);
        Assert.Contains(
            servers.Log.ProgressReports,
            progress => progress is { Activity: var activity, PercentComplete: 100 }
                && activity.EndsWith("byrole", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Configuration_outside_the_data_directory_comes_along()
    {
        PgInstance source = await servers.MakeAsync("debian");
        await servers.MoveConfigurationAsync(source, servers.Area["etc"]);

        PgInstance clone = await new BaseBackup(servers.Context).CreateAsync(Options("fromdebian") with { Source = source }, Cancellation);

        ConfigurationFile conf = Read(clone, "postgresql.conf");
        Assert.Equal("replica", conf["wal_level"]);
        Assert.False(conf.Contains("hba_file"));
        Assert.False(conf.Contains("data_directory"));
        await servers.StartAsync(clone);
        await servers.StopAsync(clone);
        Assert.Contains(
            "repl", await File.ReadAllTextAsync(Path.Combine(clone.DataDirectory!, "pg_hba.conf"), Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mapped_tablespace_goes_where_it_was_mapped_and_an_unmapped_one_is_refused()
    {
        PgInstance source = await servers.MakeAsync("spaces");
        string old = await servers.Area.CreateDirectoryAsync("space=1");
        await PrimaryFixture.SqlAsync(source, $"create tablespace one location '{old}'", "create table t tablespace one as select 1 as i");
        BaseBackupOptions options = Options("spaced") with { Source = source };

        PgHaException refused = await Assert.ThrowsAsync<PgHaException>(
            () => new BaseBackup(servers.Context).CreateAsync(options, Cancellation));
        Assert.Equal("TablespaceNotMapped", refused.ErrorId);
        PgInstance clone = await new BaseBackup(servers.Context).CreateAsync(
            options with { TablespaceMapping = new Dictionary<string, string> { [old] = servers.Area["space=2"] } }, Cancellation);

        await servers.StartAsync(clone);
        Assert.Equal(
            servers.Area["space=2"],
            await PrimaryFixture.ScalarAsync<string>(clone, "select pg_tablespace_location(oid) from pg_tablespace where spcname = 'one'"));
        Assert.Equal(1, await PrimaryFixture.ScalarAsync<int>(clone, "select i from t"));
        await servers.StopAsync(clone);
    }

    [Fact]
    public async Task Another_address_is_listened_on()
    {
        PgInstance clone = await new BaseBackup(servers.Context).CreateAsync(
            Options("elsewhere") with { HostName = "127.0.0.2" }, Cancellation);

        Assert.Equal("127.0.0.2", clone.Host);
        Assert.Equal("127.0.0.2", Read(clone, "postgresql.conf")["listen_addresses"]);
    }

    private BaseBackupOptions Options(string name) => new()
    {
        Source = servers.Primary,
        Name = name,
        DataDirectory = servers.Area[name],
        Port = servers.Area.NextPort(),
        NoSync = true,
    };

    private static bool Has(PgInstance instance, string file) => File.Exists(Path.Combine(instance.DataDirectory!, file));

    // What the cloning put beside the data directory.
    private static string[] Beside(PgInstance clone) =>
        Directory.GetFileSystemEntries(Path.GetDirectoryName(clone.DataDirectory!)!, Path.GetFileName(clone.DataDirectory!) + ".pgha*");

    private static ConfigurationFile Read(PgInstance instance, string file) =>
        ConfigurationFile.Parse(File.ReadAllBytes(Path.Combine(instance.DataDirectory!, file)));
}
