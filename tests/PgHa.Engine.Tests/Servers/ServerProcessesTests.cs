using PgHa.Engine.Servers;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Servers;

public sealed class ServerProcessesTests
{
    private static CancellationToken Cancellation => ReplicationCluster.Cancellation;

    [Theory, MemberData(nameof(ReplicationCluster.Majors), MemberType = typeof(ReplicationCluster))]
    public async Task The_host_and_sql_tell_the_same_processes(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major);
        PgInstance standby = await cluster.AddStandbyAsync("standby");

        // A WAL sender says how far it is as soon as it has sent something.
        IReadOnlyList<ServerProcess> onHost = [];
        await cluster.WriteWalAsync(1);
        await ReplicationCluster.UntilAsync(
            async () =>
            {
                onHost = await ServerProcesses.GetAsync(cluster.Context, cluster.WithHost(cluster.Primary), Cancellation);
                return onHost.Any(process => process is { Kind: "walsender", Lsn: not null });
            },
            "the WAL sender has sent something");
        IReadOnlyList<ServerProcess> bySql = await ServerProcesses.GetAsync(cluster.Context, cluster.Primary, Cancellation);

        Assert.Equal("postmaster", onHost[0].Kind);
        // A process that has just been forked still has the postmaster's command line.
        Assert.DoesNotContain(
            onHost, process => process.Kind == "unknown" && process.Title!.StartsWith("postgres: ", StringComparison.Ordinal));
        foreach (string kind in new[] { "checkpointer", "background writer", "walwriter", "autovacuum launcher", "walsender" })
        {
            Assert.Equal(
                Assert.Single(onHost, process => process.Kind == kind).Id, Assert.Single(bySql, process => process.Kind == kind).Id);
        }

        ServerProcess sender = onHost.Single(process => process.Kind == "walsender");
        Assert.StartsWith("streaming ", sender.Activity, StringComparison.Ordinal);
        Assert.Equal("postgres", sender.UserName);
        Assert.StartsWith("127.0.0.1(", sender.Client, StringComparison.Ordinal);
        Assert.Contains(bySql, process => process is { Kind: "client backend", Client: not null, Database: "postgres" });

        // What the sender has sent, the receiver and then the startup process get to a moment later.
        await ReplicationCluster.UntilAsync(
            async () =>
            {
                onHost = await ServerProcesses.GetAsync(cluster.Context, cluster.WithHost(standby), Cancellation);
                return onHost.Any(process => process is { Kind: "walreceiver", Lsn: not null })
                    && onHost.Any(process => process is { Kind: "startup", WalFile: not null });
            },
            "the standby's titles say how far it is");
        await ReplicationCluster.UntilAsync(
            async () =>
            {
                bySql = await ServerProcesses.GetAsync(cluster.Context, standby, Cancellation);
                return bySql.Any(process => process is { Kind: "walreceiver", Lsn: not null })
                    && bySql.Any(process => process is { Kind: "startup", Lsn: not null });
            },
            "SQL says how far the standby is");
    }

    [Fact]
    public async Task A_server_that_is_down_has_none()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync();
        await cluster.StopAsync(cluster.Primary);

        PgHaException failure = await Assert.ThrowsAsync<PgHaException>(
            () => ServerProcesses.GetAsync(cluster.Context, cluster.WithHost(cluster.Primary), Cancellation));

        Assert.Equal("ServerNotRunning", failure.ErrorId);
    }
}
