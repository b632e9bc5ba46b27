using PgHa.Engine.Cloning;
using PgHa.Engine.Recovery;
using PgHa.Engine.Tests.Replication;
using PgHa.Engine.Tests.Support;
using PgHa.Engine.Waiting;

namespace PgHa.Engine.Tests.Backup;

public sealed class LiveCopy11Tests(Primary11 primary) : LiveCopyContract(primary), IClassFixture<Primary11>;

public sealed class LiveCopy15Tests(Primary15 primary) : LiveCopyContract(primary), IClassFixture<Primary15>;

/// <summary>Clones made from a running server's files, while something happens to that server.</summary>
public abstract class LiveCopyContract(PrimaryFixture servers)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_clone_of_a_busy_server_is_consistent_and_has_none_of_its_passing_files()
    {
        PgInstance source = await servers.MakeAsync("written", "checkpoint_timeout = 30s", "max_wal_size = 64MB", "shared_buffers = 1MB");
        await PrimaryFixture.SqlAsync(
            source,
            "create extension amcheck",
            "create table account (id int primary key, balance int, filler text)",
            "insert into account select i, 100, repeat('x', 200) from generate_series(1, 20000) i",
            "create table gone as select * from account",
            "create unlogged table unlogged (id int primary key)",
            "insert into unlogged select generate_series(1, 1000)");
        string unlogged = (await PrimaryFixture.ScalarAsync<string>(source, "select pg_relation_filepath('unlogged')"))!;
        using var writing = new CancellationTokenSource();
        Task? writers = null;
        RecordingLog log = new()
        {
            OnStep = step =>
            {
                if (step.StartsWith("Copying the files of", StringComparison.Ordinal))
                {
                    // The files are listed already, and some of them go.
                    PrimaryFixture.SqlAsync(source, "drop table gone", "create table later as select generate_series(1, 1000) as i")
                        .GetAwaiter().GetResult();
                    writers = Task.WhenAll(Enumerable.Range(0, 2).Select(seed => WriteAsync(source, seed, writing.Token)));
                }
            },
        };
        BaseBackupOptions options = Options("steady") with { Source = source };

        PgInstance clone = await new BaseBackup(new EngineContext(log)).CreateAsync(options, Cancellation);
        await writing.CancelAsync();
        await writers!;

        Assert.Contains(log.ProgressReports, progress => progress.PercentComplete == 100);
        Assert.DoesNotContain(log.Details, detail => detail.Contains("pg_basebackup -", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(clone.DataDirectory!, unlogged)));
        Assert.True(File.Exists(Path.Combine(clone.DataDirectory!, unlogged + "_init")));
        Assert.Empty(Directory.GetFiles(clone.DataDirectory!, "pg_internal.init", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(clone.DataDirectory!, "pg_replslot")));
        await ReplicationCluster.UntilAsync(
            () => PrimaryFixture.ScalarAsync<bool>(source, "select count(*) = 0 from pg_replication_slots"), "the slot is gone");

        await PromotedAsync(clone);
        Assert.Equal(2_000_000, await PrimaryFixture.ScalarAsync<long>(clone, "select sum(balance) from account"));
        await PrimaryFixture.SqlAsync(clone, "select bt_index_check('account_pkey', true)");
        Assert.Equal(0, await PrimaryFixture.ScalarAsync<long>(clone, "select count(*) from unlogged"));
        Assert.Equal(1000, await PrimaryFixture.ScalarAsync<long>(clone, "select count(*) from later"));
        Assert.Null(await PrimaryFixture.ScalarAsync<string>(clone, "select to_regclass('gone')::text"));
        await servers.StopAsync(clone);
        await servers.StopAsync(source);
    }

    [Fact]
    public async Task A_source_that_stops_meanwhile_leaves_nothing()
    {
        PgInstance source = await servers.MakeAsync("stopping");
        BaseBackupOptions options = Options("halted") with { Source = source };

        PgHaException e = await FailsAsync(options, () => servers.StopAsync(source));

        Assert.Equal("ConnectionLost", e.ErrorId);
    }

    [Fact]
    public async Task A_source_that_crashes_meanwhile_leaves_nothing()
    {
        PgInstance source = await servers.MakeAsync("crashing");
        BaseBackupOptions options = Options("crashed") with { Source = source };

        PgHaException e = await FailsAsync(options, () => servers.KillAsync(source));

        Assert.Equal("ConnectionLost", e.ErrorId);
    }

    [Fact]
    public async Task A_standby_that_is_promoted_meanwhile_gives_no_clone()
    {
        PgInstance standby = await StandbyAsync("promising");
        BaseBackupOptions options = Options("early") with { Source = standby };

        PgHaException e = await FailsAsync(options, () => servers.PromoteAsync(standby));

        Assert.Equal("BaseBackupFailed", e.ErrorId);
        Assert.Contains("promoted", e.Message, StringComparison.Ordinal);
        await servers.StopAsync(standby);
    }

    [Fact]
    public async Task A_standby_is_cloned_while_it_replays()
    {
        PgInstance standby = await StandbyAsync("replaying");
        await PrimaryFixture.SqlAsync(servers.Primary, "create table replayed as select i from generate_series(1, 20000) i");
        await new ReplicationWait(servers.Context).WaitAsync(standby, new(), Cancellation);
        Task? writing = null;
        RecordingLog log = OnCopying(
            () => writing = PrimaryFixture.SqlAsync(servers.Primary, "update replayed set i = -i", "update replayed set i = -i"));

        PgInstance clone = await new BaseBackup(new EngineContext(log)).CreateAsync(
            Options("replayed") with { Source = standby }, Cancellation);
        await writing!;

        Assert.DoesNotContain(log.Details, detail => detail.Contains("pg_basebackup -", StringComparison.Ordinal));
        await PromotedAsync(clone);
        Assert.Equal(
            20_000L * 20_001 / 2,
            Math.Abs(await PrimaryFixture.ScalarAsync<long>(clone, "select sum(i) from replayed")));
        await servers.StopAsync(clone);
        await servers.StopAsync(standby);
    }

    [Fact]
    public async Task Cancelling_in_the_middle_leaves_nothing_and_ends_the_backup()
    {
        BaseBackupOptions options = Options("given-up");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        RecordingLog log = OnCopying(cancel.Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new BaseBackup(new EngineContext(log)).CreateAsync(options, cancel.Token));

        AssertNothingLeft(options);
        await ReplicationCluster.UntilAsync(
            () => PrimaryFixture.ScalarAsync<bool>(
                servers.Primary, "select count(*) = 0 from pg_replication_slots where slot_name like 'pgha_copy_%'"),
            "the slot is gone");
    }

    [Fact]
    public async Task Where_the_directory_is_another_servers_pg_basebackup_copies()
    {
        // What a standby on another machine looks like: the same path, and here a server of the same system.
        PgInstance clone = await new BaseBackup(servers.Context).CreateAsync(Options("namesake"), Cancellation);
        BaseBackupPlan plan = await new BaseBackup(servers.Context).PlanAsync(Options("viastream"), Cancellation);
        ((Dictionary<string, string>)plan.Source.Settings)["data_directory"] = clone.DataDirectory!;

        await new BaseBackup(servers.Context).ApplyAsync(plan, Cancellation);

        Assert.Contains(servers.Log.Steps, step => step.StartsWith($"'{clone.DataDirectory}' is not the data", StringComparison.Ordinal));
        Assert.True(File.Exists(Path.Combine(plan.Instance.DataDirectory!, "backup_label")));
    }

    private static async Task<PgHaException> FailsAsync(BaseBackupOptions options, Func<Task> meanwhile)
    {
        RecordingLog log = OnCopying(() => meanwhile().GetAwaiter().GetResult());
        PgHaException e = await Assert.ThrowsAsync<PgHaException>(
            () => new BaseBackup(new EngineContext(log)).CreateAsync(options, Cancellation));
        Assert.NotNull(e.Advice);
        AssertNothingLeft(options);
        return e;
    }

    private static RecordingLog OnCopying(Action act) => new()
    {
        OnStep = step =>
        {
            if (step.StartsWith("Copying the files of", StringComparison.Ordinal))
                act();
        },
    };

    private async Task<PgInstance> StandbyAsync(string name)
    {
        PgInstance standby = await new BaseBackup(servers.Context).CreateAsync(Options(name), Cancellation);
        await new RecoverySettings(servers.Context).SetAsync(
            standby, new() { Upstream = servers.Primary, Login = servers.Replicator, ApplicationName = name }, Cancellation);
        await servers.StartAsync(standby);
        await new ReplicationWait(servers.Context).WaitAsync(standby, new(), Cancellation);
        return standby;
    }

    private async Task PromotedAsync(PgInstance clone)
    {
        await servers.StartAsync(clone);
        await servers.PromoteAsync(clone);
    }

    // Moves money about: the sum is right in every transaction.
    private static async Task WriteAsync(PgInstance source, int seed, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await PrimaryFixture.SqlAsync(
                source,
                $"update account set balance = balance + case when id % 2 = 0 then 1 else -1 end where id % 10 in ({seed}, {seed + 5})",
                "create temporary table passing as select generate_series(1, 5000) as i");
        }
    }

    private static void AssertNothingLeft(BaseBackupOptions options) =>
        Assert.Empty(
            Directory.GetFileSystemEntries(Path.GetDirectoryName(options.DataDirectory)!, Path.GetFileName(options.DataDirectory) + "*"));

    private BaseBackupOptions Options(string name) => new()
    {
        Source = servers.Primary,
        Name = name,
        DataDirectory = servers.Area[name],
        Port = servers.Area.NextPort(),
    };
}
