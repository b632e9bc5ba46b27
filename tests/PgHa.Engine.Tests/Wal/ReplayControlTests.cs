using PgHa.Engine.Tests.Support;
using PgHa.Engine.Wal;

namespace PgHa.Engine.Tests.Wal;

/// <summary>What takes a standby that cannot pause at once; the rest is in tests/Pester/WalOperation.Tests.ps1.</summary>
public sealed class ReplayControlTests
{
    private static CancellationToken Cancellation => ReplicationCluster.Cancellation;

    [Fact]
    public async Task A_record_that_is_held_back_keeps_replay_from_pausing_until_the_deadline()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync();
        PgInstance standby = await cluster.AddStandbyAsync("node", settings: "recovery_min_apply_delay = '1h'");
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "create table held_back (a int)");
        await ReplicationCluster.UntilAsync(
            standby, "select bool_or(wait_event = 'RecoveryApplyDelay') from pg_stat_activity where backend_type = 'startup'");
        var hasty = new EngineContext(cluster.Log) { Timeout = TimeSpan.FromSeconds(1) };

        PgHaException e = await Assert.ThrowsAsync<PgHaException>(() => ReplayControl.SuspendAsync(hasty, standby, Cancellation));

        Assert.Equal(("OperationTimeout", PgHaErrorKind.Timeout), (e.ErrorId, e.Kind));
        Assert.Contains("recovery_min_apply_delay", e.Advice, StringComparison.Ordinal);
        Assert.Equal("pause requested", await ReplicationCluster.SqlAsync<string>(standby, "select pg_get_wal_replay_pause_state()"));
        await ReplayControl.ResumeAsync(cluster.Context, standby, allowPromotion: false, Cancellation);
        Assert.Equal("not paused", await ReplicationCluster.SqlAsync<string>(standby, "select pg_get_wal_replay_pause_state()"));
    }
}
