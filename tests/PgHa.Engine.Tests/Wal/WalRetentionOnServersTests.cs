using PgHa.Engine.Tests.Support;
using PgHa.Engine.Wal;

namespace PgHa.Engine.Tests.Wal;

/// <summary>What takes a standby in trouble; the rest is in tests/Pester/WalRetention.Tests.ps1.</summary>
public sealed class WalRetentionOnServersTests
{
    private static CancellationToken Cancellation => ReplicationCluster.Cancellation;

    [Theory, MemberData(nameof(ReplicationCluster.Majors), MemberType = typeof(ReplicationCluster))]
    public async Task A_standby_without_a_slot_is_lost_when_its_WAL_has_gone(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(
            major, "wal_sender_timeout = 0", "max_wal_size = 32MB", "min_wal_size = 32MB",
            major < 13 ? "wal_keep_segments = 0" : "wal_keep_size = 0");
        PgInstance standby = await cluster.AddStandbyAsync("node");
        await ReplicationCluster.UntilAsync(cluster.Primary, "select bool_and(flush_lsn is not null) from pg_stat_replication");
        Assert.Equal(StandbyWalState.Kept, Assert.Single((await ReadAsync(cluster)).Standbys).State);

        int receiver = await ReplicationCluster.SqlAsync<int>(standby, "select pid from pg_stat_wal_receiver");
        await ReplicationCluster.SignalAsync(receiver, "STOP");
        try
        {
            await cluster.WriteWalAsync(120);
            await Checkpoints.RunAsync(cluster.Context, cluster.Primary, Cancellation);
            WalRetention retention = await ReadAsync(cluster);

            StandbyWal node = Assert.Single(retention.Standbys);
            Assert.Equal(("node", null, true, StandbyWalState.Lost), (node.Name, node.SlotName, node.IsConnected, node.State));
            Assert.True(node.NeededLsn < retention.OldestLsn);
            Assert.Contains(retention.Findings, finding => finding is { Cause: WalFindingCause.StandbyLost, Subject: "node" });
        }
        finally
        {
            await ReplicationCluster.SignalAsync(receiver, "CONT");
        }
    }

    private static Task<WalRetention> ReadAsync(ReplicationCluster cluster) =>
        WalRetentionReader.ReadAsync(cluster.Context, cluster.Primary, Cancellation);
}
