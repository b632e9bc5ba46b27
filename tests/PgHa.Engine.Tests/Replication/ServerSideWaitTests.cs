using System.Diagnostics;
using PgHa.Engine.Tests.Support;
using PgHa.Engine.Waiting;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.Replication;

/// <summary>A standby of a major with <c>WAIT FOR LSN</c> says itself when it has come to a position.</summary>
public sealed class ServerSideWaitTests
{
    private const string Waits = "select count(*) > 0 from pg_stat_activity where query like 'wait for lsn%' and state = 'active'";

    private static readonly Lsn Never = new(ulong.MaxValue);

    public static TheoryData<int> Majors =>
        [.. PostgresInstallations.RequiredMajors.Where(major => ServerDialect.For(ServerVersion.OfMajor(major)).HasWaitForLsn)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Majors))]
    public async Task The_standby_waits_and_returns_when_the_rows_are_there(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major);
        PgInstance standby = await cluster.AddStandbyAsync("node");
        // A session at a stricter level may wait all the same, before its first query.
        await ReplicationCluster.SqlAsync<object>(
            cluster.Primary, "alter role postgres set default_transaction_isolation = 'repeatable read'");
        await new ReplicationWait(cluster.Context).WaitAsync(standby, new() { Upstream = cluster.Primary }, Cancellation);
        await ReplicationCluster.SqlAsync<object>(standby, "select pg_wal_replay_pause()");
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "create table t as select generate_series(1, 1000) as i");

        Task<Lsn> waiting = new ReplicationWait(cluster.Context).WaitAsync(standby, new() { Upstream = cluster.Primary }, Cancellation);
        await ReplicationCluster.UntilAsync(standby, Waits);
        await ReplicationCluster.SqlAsync<object>(standby, "select pg_wal_replay_resume()");
        Lsn reached = await waiting;

        Assert.Equal(1000, await ReplicationCluster.SqlAsync<long>(standby, "select count(*) from t"));
        Lsn flushed = await new ReplicationWait(cluster.Context).WaitAsync(
            standby, new() { Target = reached, Stage = ReplicationStage.Flushed }, Cancellation);
        Assert.Equal(reached, flushed);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Majors))]
    public async Task Being_cancelled_and_the_time_ending_end_it_at_once(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major);
        PgInstance standby = await cluster.AddStandbyAsync("node");
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        Task<Lsn> waiting = new ReplicationWait(cluster.Context).WaitAsync(standby, new() { Target = Never }, cancelled.Token);
        await ReplicationCluster.UntilAsync(standby, Waits);
        var elapsed = Stopwatch.StartNew();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        // At once, but for a busy machine; its own deadline is later.
        Assert.InRange(elapsed.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        await ReplicationCluster.UntilAsync(
            standby, "select not exists (select from pg_stat_activity where query like 'wait for lsn%' and state = 'active')");

        EngineContext impatient = new(cluster.Log) { Timeout = TimeSpan.FromSeconds(1) };
        await TestCluster.FailsAsync(
            "OperationTimeout", () => new ReplicationWait(impatient).WaitAsync(standby, new() { Target = Never }, Cancellation));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Majors))]
    public async Task A_standby_that_is_promoted_meanwhile_is_none_any_more(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major);
        PgInstance standby = await cluster.AddStandbyAsync("node");

        Task<Lsn> waiting = new ReplicationWait(cluster.Context).WaitAsync(standby, new() { Target = Never }, Cancellation);
        await ReplicationCluster.UntilAsync(standby, Waits);
        await ReplicationCluster.SqlAsync<object>(standby, "select pg_promote()");

        await TestCluster.FailsAsync("NotAStandby", () => waiting);
        // By itself the server would answer with success for what it has.
        await TestCluster.FailsAsync(
            "NotAStandby", () => new ReplicationWait(cluster.Context).WaitAsync(standby, new() { Target = new Lsn(1) }, Cancellation));
    }
}
