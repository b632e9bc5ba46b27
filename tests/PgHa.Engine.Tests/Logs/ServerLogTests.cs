using PgHa.Engine.Logs;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Logs;

public sealed class ServerLogTests
{
    private static CancellationToken Cancellation => ReplicationCluster.Cancellation;

    [Theory, MemberData(nameof(ReplicationCluster.Majors), MemberType = typeof(ReplicationCluster))]
    public async Task The_log_reads_the_same_by_sql_and_on_the_host(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major);
        DateTimeOffset before = DateTimeOffset.UtcNow;
        await FailAsync(cluster, "select 'ä', no_such_column\n  from pg_class");

        ServerLogEntry bySql = Assert.Single(
            await ReadAsync(cluster, cluster.Primary, new ServerLogFilter { MinimumSeverity = LogSeverity.Error }));
        ServerLogEntry onHost = Assert.Single(
            await ReadAsync(cluster, cluster.WithHost(cluster.Primary), new ServerLogFilter { MinimumSeverity = LogSeverity.Error }));

        Assert.Equal(
            (LogSeverity.Error, "column \"no_such_column\" does not exist at character 13", "select 'ä', no_such_column\n  from pg_class"),
            (bySql.Severity, bySql.Message, bySql.Statement));
        Assert.InRange(bySql.Time!.Value, before - TimeSpan.FromSeconds(1), before + TimeSpan.FromMinutes(1));
        Assert.Equal(bySql with { Server = onHost.Server }, onHost);

        IReadOnlyList<ServerLogEntry> last = await ReadAsync(cluster, cluster.Primary, new ServerLogFilter { Tail = 1 });
        Assert.Equal(bySql, Assert.Single(last));
        Assert.Empty(await ReadAsync(cluster, cluster.Primary, new ServerLogFilter { Since = DateTimeOffset.UtcNow.AddHours(1) }));
    }

    [Fact]
    public async Task A_stopped_servers_log_is_read_on_its_host()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync();
        await cluster.StopAsync(cluster.Primary);

        IReadOnlyList<ServerLogEntry> entries = await ReadAsync(
            cluster, cluster.WithHost(cluster.Primary), new ServerLogFilter { Tail = 3 });

        Assert.Equal("database system is shut down", entries[^1].Message);
        Assert.Equal(3, entries.Count);
    }

    [Fact]
    public async Task Another_prefix_is_understood()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(
            15, "log_line_prefix = '%t %q%u@%d %r [%p] %e: '", "log_timezone = 'Asia/Shanghai'");
        await FailAsync(cluster, "select 1/0");

        foreach (PgInstance instance in new[] { cluster.Primary, cluster.WithHost(cluster.Primary) })
        {
            ServerLogEntry entry = Assert.Single(
                await ReadAsync(cluster, instance, new ServerLogFilter { MinimumSeverity = LogSeverity.Error }));
            Assert.Equal(("division by zero", TimeSpan.FromHours(8)), (entry.Message, entry.Time!.Value.Offset));
            Assert.NotNull(entry.ProcessId);
        }
    }

    [Fact]
    public async Task A_log_that_goes_elsewhere_is_said_to_be_out_of_reach()
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(15, "logging_collector = off");

        PgHaException failure = await Assert.ThrowsAsync<PgHaException>(() => ReadAsync(cluster, cluster.Primary, new ServerLogFilter()));

        Assert.Equal("LogNotCollected", failure.ErrorId);
    }

    private static Task<IReadOnlyList<ServerLogEntry>> ReadAsync(ReplicationCluster cluster, PgInstance instance, ServerLogFilter filter) =>
        ServerLog.ReadAsync(cluster.Context, instance, filter, Cancellation);

    private static async Task FailAsync(ReplicationCluster cluster, string sql) =>
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => ReplicationCluster.SqlAsync<object>(cluster.Primary, sql));
}
