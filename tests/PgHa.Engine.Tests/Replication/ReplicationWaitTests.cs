using PgHa.Engine.Cloning;
using PgHa.Engine.Recovery;
using PgHa.Engine.Waiting;

namespace PgHa.Engine.Tests.Replication;

public sealed class ReplicationWait11Tests(Primary11 primary) : ReplicationWaitContract(primary), IClassFixture<Primary11>;

public sealed class ReplicationWait15Tests(Primary15 primary) : ReplicationWaitContract(primary), IClassFixture<Primary15>;

/// <summary>Every kind of standby can be waited for.</summary>
public abstract class ReplicationWaitContract(PrimaryFixture servers)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private RecoveryOptions Streaming => new() { Upstream = servers.Primary, Login = servers.Replicator };

    [Fact]
    public async Task Rows_are_there_on_a_hot_standby_and_on_one_that_cascades_from_it()
    {
        PgInstance hot = await StandbyAsync("hot", Streaming);
        PgInstance cascading = await new BaseBackup(servers.Context).CreateAsync(Backup("cascading") with { Source = hot }, Cancellation);
        await new RecoverySettings(servers.Context).SetAsync(
            cascading, new() { Upstream = hot, Login = hot.WithLogin("repl", PrimaryFixture.Password) }, Cancellation);
        await servers.StartAsync(cascading);
        await PrimaryFixture.SqlAsync(servers.Primary, "create table hot_rows as select generate_series(1, 10000) as i");

        Lsn atHot = await WaitAsync(hot, new());
        Assert.Equal(10000, await PrimaryFixture.ScalarAsync<long>(hot, "select count(*) from hot_rows"));
        Lsn atCascading = await WaitAsync(cascading, new() { Upstream = servers.Primary });
        Assert.Equal(10000, await PrimaryFixture.ScalarAsync<long>(cascading, "select count(*) from hot_rows"));

        Assert.True(atCascading >= atHot);
        Assert.Equal(atHot, await WaitAsync(hot, new() { Target = atHot, Stage = ReplicationStage.Flushed }));
        await servers.StopAsync(cascading);
        await servers.StopAsync(hot);
    }

    [Fact]
    public async Task A_cold_standby_that_streams_is_seen_through_its_upstream()
    {
        PgInstance cold = await StandbyAsync("cold", Streaming with { HotStandby = false });
        await PrimaryFixture.SqlAsync(servers.Primary, "create table cold_rows as select generate_series(1, 10000) as i");

        await WaitAsync(cold, new());

        await ProveAsync(cold, "cold_rows");
    }

    [Fact]
    public async Task A_cold_standby_on_the_archive_alone_has_replayed_what_the_primary_was_made_to_archive()
    {
        PgInstance fed = await StandbyAsync("fed", new() { RestoreFrom = new DirectoryArchive(servers.Archive), HotStandby = false });
        await PrimaryFixture.SqlAsync(servers.Primary, "create table fed_rows as select generate_series(1, 10000) as i");

        PgHaException e = await Assert.ThrowsAsync<PgHaException>(() => WaitAsync(fed, new()));
        Assert.Equal("UpstreamUnknown", e.ErrorId);
        await WaitAsync(fed, new() { Upstream = servers.Primary });

        await ProveAsync(fed, "fed_rows");
    }

    [Fact]
    public async Task A_hot_standby_on_the_archive_alone_is_waited_for_too()
    {
        PgInstance fed = await StandbyAsync("hotfed", new() { RestoreFrom = new DirectoryArchive(servers.Archive) });
        await PrimaryFixture.SqlAsync(servers.Primary, "create table hotfed_rows as select generate_series(1, 10000) as i");

        await WaitAsync(fed, new() { Upstream = servers.Primary });

        Assert.Equal(10000, await PrimaryFixture.ScalarAsync<long>(fed, "select count(*) from hotfed_rows"));
        await servers.StopAsync(fed);
    }

    [Fact]
    public async Task When_the_time_is_up_the_error_says_how_far_it_got_and_what_is_in_the_way()
    {
        PgInstance paused = await StandbyAsync("paused", Streaming);
        PgInstance cold = await StandbyAsync("lost", Streaming with { HotStandby = false });
        await WaitAsync(paused, new());
        await WaitAsync(cold, new());
        ServerDialect dialect = ServerDialect.For(servers.Primary.Version!.Value);
        await PrimaryFixture.SqlAsync(paused, $"select {dialect.ReplayPauseFunction}()");
        await PrimaryFixture.SqlAsync(servers.Primary, "create table late as select 1 as i");

        PgHaException e = await TimesOutAsync(paused, new());
        Assert.Matches(@"at [0-9A-F]+/[0-9A-F]+, [0-9.]+ \w+ to go to ", e.Message);
        Assert.Contains("replay is paused", e.Message, StringComparison.Ordinal);
        await WaitAsync(paused, new() { Stage = ReplicationStage.Flushed });

        // The role first: who is cut off reconnects at once.
        await PrimaryFixture.SqlAsync(
            servers.Primary,
            "alter role repl nologin",
            "select pg_terminate_backend(pid) from pg_stat_replication where application_name = 'lost'");
        try
        {
            e = await TimesOutAsync(cold, new() { Target = new Lsn(ulong.MaxValue) });
            Assert.Contains("no standby named 'lost' streams", e.Message, StringComparison.Ordinal);
        }
        finally
        {
            await PrimaryFixture.SqlAsync(servers.Primary, "alter role repl login");
        }

        await servers.StopAsync(paused);
        await servers.StopAsync(cold);
    }

    [Fact]
    public async Task A_primary_is_no_standby() =>
        Assert.Equal("NotAStandby", (await Assert.ThrowsAsync<PgHaException>(
            () => WaitAsync(servers.Primary, new()))).ErrorId);

    private Task<Lsn> WaitAsync(PgInstance standby, ReplicationWaitOptions options) =>
        new ReplicationWait(servers.Context).WaitAsync(standby, options, Cancellation);

    private async Task<PgHaException> TimesOutAsync(PgInstance standby, ReplicationWaitOptions options)
    {
        EngineContext impatient = new(servers.Log) { Timeout = TimeSpan.FromSeconds(1) };
        PgHaException e = await Assert.ThrowsAsync<PgHaException>(
            () => new ReplicationWait(impatient).WaitAsync(standby, options, Cancellation));
        Assert.Equal(("OperationTimeout", e.Message), (e.ErrorId, e.Message));
        return e;
    }

    // A cold standby answers no SQL: what it replayed is seen by starting it once as a hot one without its upstream.
    private async Task ProveAsync(PgInstance standby, string table)
    {
        await servers.StopAsync(standby);
        await new RecoverySettings(servers.Context).SetAsync(
            standby,
            new() { Upstream = servers.Primary with { Port = servers.Area.NextPort() }, HotStandby = true, SkipChecks = true },
            Cancellation);
        await servers.StartAsync(standby);
        Assert.Equal(10000, await PrimaryFixture.ScalarAsync<long>(standby, $"select count(*) from {table}"));
        await servers.StopAsync(standby);
    }

    private async Task<PgInstance> StandbyAsync(string name, RecoveryOptions options)
    {
        PgInstance standby = await new BaseBackup(servers.Context).CreateAsync(Backup(name), Cancellation);
        await new RecoverySettings(servers.Context).SetAsync(standby, options, Cancellation);
        await servers.StartAsync(standby);
        return standby;
    }

    private BaseBackupOptions Backup(string name) =>
        new() { Source = servers.Primary, Name = name, DataDirectory = servers.Area[name], Port = servers.Area.NextPort(), NoSync = true };
}
