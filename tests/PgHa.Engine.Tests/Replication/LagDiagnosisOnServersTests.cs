using PgHa.Engine.Replication;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Replication;

/// <summary>Each cause of a lag is made to happen.</summary>
public sealed class LagDiagnosisOnServersTests
{
    private static CancellationToken Cancellation => ReplicationCluster.Cancellation;

    [Theory, MemberData(nameof(ReplicationCluster.Majors), MemberType = typeof(ReplicationCluster))]
    public async Task Replay_paused(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major);
        PgInstance standby = await cluster.AddStandbyAsync("node");
        await ReplicationCluster.SqlAsync<object>(standby, "select pg_wal_replay_pause()::text");
        await cluster.WriteWalAsync(20);

        IReadOnlyList<ReplicationStatus> statuses = await UntilFoundAsync(
            cluster, ReplicationFindingCause.ReplayPaused, standby, cluster.Primary);
        await UntilFoundAsync(cluster, ReplicationFindingCause.ReplaySlow, cluster.Primary);

        Assert.True(statuses[0].Receiver!.IsReplayPaused);
        Assert.Contains("has its replay paused", statuses[0].Diagnosis, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_delayed()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync();
        PgInstance standby = await cluster.AddStandbyAsync("node", settings: "recovery_min_apply_delay = '90s'");

        IReadOnlyList<ReplicationStatus> statuses = await UntilFoundAsync(cluster, ReplicationFindingCause.ReplayDelayed, standby);

        Assert.Equal(TimeSpan.FromSeconds(90), statuses[0].Receiver!.ApplyDelay);
        Assert.Contains("replays 90 s late on purpose", statuses[0].Diagnosis, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(ReplicationCluster.Majors), MemberType = typeof(ReplicationCluster))]
    public async Task Receiver_stopped(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major, "wal_sender_timeout = 0");
        PgInstance standby = await cluster.AddStandbyAsync("node");
        // Silence shows after a while only, and from 12 on: one major will do.
        bool waitsForSilence = major == 15;
        // One that never answered is new, not silent.
        if (waitsForSilence)
        {
            await ReplicationCluster.UntilAsync(
                cluster.Primary, "select coalesce(bool_and(reply_time is not null), false) from pg_stat_replication");
        }

        int receiver = await ReplicationCluster.SqlAsync<int>(standby, "select pid from pg_stat_wal_receiver");
        await ReplicationCluster.SignalAsync(receiver, "STOP");
        try
        {
            await cluster.WriteWalAsync(40);
            // What the sockets between them hold counts as sent, the rest does not: whichever is more.
            ReplicationStatus status = await UntilAsync(
                cluster, s => s.Findings.Any(f => f.Cause is ReplicationFindingCause.SendingSlow or ReplicationFindingCause.ReceivingSlow));
            Assert.Equal("node", status.Findings[0].Subject);
            if (waitsForSilence)
                await UntilFoundAsync(cluster, ReplicationFindingCause.StandbySilent, cluster.Primary);
        }
        finally
        {
            await ReplicationCluster.SignalAsync(receiver, "CONT");
        }
    }

    [Theory, MemberData(nameof(ReplicationCluster.Majors), MemberType = typeof(ReplicationCluster))]
    public async Task Standby_down_with_a_slot_and_the_slot_lost(int major)
    {
        Assert.SkipUnless(
            ServerDialect.For(ServerVersion.OfMajor(major)).HasSlotWalStatus,
            "Before 13 a slot keeps WAL without a limit, and is never lost.");
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(
            major, "max_slot_wal_keep_size = 96MB", "max_wal_size = 64MB", "min_wal_size = 32MB");
        await ReplicationSlots.CreatePhysicalAsync(cluster.Context, cluster.Primary, "slot", reserveWal: false, Cancellation);
        PgInstance standby = await cluster.AddStandbyAsync("node", slot: "slot");
        // Stopped before its first report, it would leave a slot that holds nothing.
        await ReplicationCluster.UntilAsync(cluster.Primary, "select restart_lsn is not null from pg_replication_slots");
        await cluster.StopAsync(standby);
        // More than is overlooked, and safely less than the slot may keep, which the server counts in whole segments.
        await cluster.WriteWalAsync(20);
        IReadOnlyList<ReplicationStatus> statuses = await UntilFoundAsync(cluster, ReplicationFindingCause.SlotUnused, cluster.Primary);
        Assert.Contains("nothing is connected to slot 'slot'", statuses[0].Diagnosis, StringComparison.Ordinal);

        await cluster.WriteWalAsync(200);
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "checkpoint");
        await UntilFoundAsync(cluster, ReplicationFindingCause.SlotLost, cluster.Primary);

        await cluster.StartAsync(standby);
        statuses = await UntilFoundAsync(cluster, ReplicationFindingCause.SlotLost, standby, cluster.Primary);
        Assert.Contains("cannot stream: slot 'slot' on primary@", statuses[0].Diagnosis, StringComparison.Ordinal);

        await ReplicationSlots.RemoveAsync(cluster.Context, cluster.Primary, "slot", endConsumer: false, Cancellation);
        await UntilFoundAsync(cluster, ReplicationFindingCause.SlotMissing, standby, cluster.Primary);
    }

    [Theory, MemberData(nameof(ReplicationCluster.Majors), MemberType = typeof(ReplicationCluster))]
    public async Task Archive_unreachable(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major);
        PgInstance standby = await cluster.AddStandbyAsync("node", streams: false, settings: "restore_command = 'false'");
        await cluster.WriteWalAsync(20);

        IReadOnlyList<ReplicationStatus> statuses = await UntilFoundAsync(
            cluster, ReplicationFindingCause.WaitingForArchive, standby, cluster.Primary);

        Assert.True(statuses[0].LagBytes >= 16 << 20);
    }

    private static async Task<IReadOnlyList<ReplicationStatus>> UntilFoundAsync(
        ReplicationCluster cluster, ReplicationFindingCause cause, params PgInstance[] instances)
    {
        IReadOnlyList<ReplicationStatus> statuses = [];
        await ReplicationCluster.UntilAsync(
            async () =>
            {
                statuses =
                [
                    .. (await ReplicationStatusReader.ReadAsync(cluster.Context, instances, Cancellation))
                        .Select(answer => answer.Status ?? throw answer.Failure!)
                ];
                return statuses[0].Findings.Any(finding => finding.Cause == cause);
            },
            $"{cause} is found");
        return statuses;
    }

    private static async Task<ReplicationStatus> UntilAsync(ReplicationCluster cluster, Func<ReplicationStatus, bool> condition)
    {
        ReplicationStatus status = null!;
        await ReplicationCluster.UntilAsync(
            async () => condition(
                status = (await ReplicationStatusReader.ReadAsync(cluster.Context, [cluster.Primary], Cancellation))[0].Status!),
            "the expected status");
        return status;
    }
}
