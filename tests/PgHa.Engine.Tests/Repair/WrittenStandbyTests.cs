using PgHa.Engine.Cluster;
using PgHa.Engine.PrimaryChange;
using PgHa.Engine.Recovery;
using PgHa.Engine.Repair;
using PgHa.Engine.Tests.Support;
using PgHa.Engine.Upstreams;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.Repair;

/// <summary>
/// Standbys that the standard tool made, with every option of its libpq and a password file that the server's user cannot read.
/// </summary>
public sealed class WrittenStandbyTests
{
    /// <summary>The majors where <c>pg_basebackup -R</c> writes settings.</summary>
    public static TheoryData<int> Majors => [.. PostgresInstallations.ScenariosOfEachEra.Where(major => major >= 12)];

    private static CancellationToken Cancellation => ReplicationCluster.Cancellation;

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Majors))]
    public async Task It_follows_another_server_takes_over_and_is_repaired_and_keeps_its_options(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(
            major, major < 13 ? "wal_keep_segments = 50" : "wal_keep_size = 1GB");
        PgInstance one = cluster.WithHost(await cluster.AddWrittenStandbyAsync("one"));
        PgInstance two = cluster.WithHost(await cluster.AddWrittenStandbyAsync("two"));
        var recovery = new RecoverySettings(cluster.Context);

        await new UpstreamChange(cluster.Context).ApplyAsync(two, new() { Upstream = one }, Cancellation);

        await StreamsAsync(one, "two");
        RecoveryConfiguration written = await recovery.GetAsync(two, Cancellation);
        Assert.Null(written.PassFile);
        Assert.Contains("target_session_attrs=any", written.PrimaryConninfo, StringComparison.Ordinal);
        if (major >= 13)
            Assert.Contains("ssl_min_protocol_version=TLSv1.2", written.PrimaryConninfo, StringComparison.Ordinal);
        Assert.Contains(cluster.Log.Warnings, warning => warning.Contains("'/root/.pgpass'", StringComparison.Ordinal)
            && warning.Contains("two", StringComparison.Ordinal) && warning.Contains("-ReplicationCredential", StringComparison.Ordinal));

        DiscoveredClusters found = await new ClusterDiscovery(cluster.Context).DiscoverAsync(
            [
                .. new[] { cluster.WithHost(cluster.Primary), one, two }
                    .Select(server => server with { Version = ServerVersion.OfMajor(major) })
            ],
            Cancellation);
        var switchover = new Switchover(cluster.Context);
        await switchover.RunAsync(
            await switchover.PlanAsync(Assert.Single(found.Clusters), new() { Candidate = "one" }, Cancellation), Cancellation);
        await StreamsAsync(one, "primary");
        Assert.Contains(
            "target_session_attrs=any",
            (await recovery.GetAsync(cluster.WithHost(cluster.Primary), Cancellation)).PrimaryConninfo,
            StringComparison.Ordinal);

        await cluster.StopAsync(two);
        await new StandbyRepair(cluster.Context).ApplyAsync(two, new() { Upstream = one }, Cancellation);
        await StreamsAsync(one, "two");
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Majors))]
    public async Task A_list_of_hosts_is_read_with_its_ports_and_that_one_host_replaces_it_is_said(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(
            major, major < 13 ? "wal_keep_segments = 50" : "wal_keep_size = 1GB");
        PgInstance one = cluster.WithHost(await cluster.AddWrittenStandbyAsync("one"));
        PgInstance two = cluster.WithHost(await cluster.AddWrittenStandbyAsync("two"));
        string written = $"host=127.0.0.1,127.0.0.1 port={cluster.Primary.Port},{one.Port} user=postgres application_name=two";
        await ReplicationCluster.SqlAsync<object>(two, $"alter system set primary_conninfo = '{written}'");
        var recovery = new RecoverySettings(cluster.Context);

        RecoveryConfiguration listed = await recovery.GetAsync(two, Cancellation);
        Assert.Equal($"127.0.0.1:{cluster.Primary.Port},127.0.0.1:{one.Port}", listed.Upstream);
        Assert.Null(listed.UpstreamPort);
        if (major >= 13)
            await NoHostIsMadeOfAListAsync(cluster, two, written);

        await new UpstreamChange(cluster.Context).ApplyAsync(two, new() { Upstream = one }, Cancellation);
        await StreamsAsync(one, "two");
        Assert.Contains(cluster.Log.Warnings, warning =>
            warning.Contains($"streams from {one.Address} alone now", StringComparison.Ordinal)
                && warning.Contains($"127.0.0.1:{cluster.Primary.Port}", StringComparison.Ordinal));
        Assert.Equal($"127.0.0.1:{one.Port}", (await recovery.GetAsync(two, Cancellation)).Upstream);
    }

    // While it streams from neither, its upstream is unknown, and no server of the cluster is called "127.0.0.1,127.0.0.1:5432".
    private static async Task NoHostIsMadeOfAListAsync(ReplicationCluster cluster, PgInstance two, string written)
    {
        await ReplicationCluster.SqlAsync<object>(two, $"alter system set primary_conninfo = '{written} sslmode=require'");
        await ReplicationCluster.SqlAsync<object>(two, "select pg_reload_conf()");
        await ReplicationCluster.UntilAsync(two, "select not exists (select from pg_stat_wal_receiver where status = 'streaming')");

        DiscoveredClusters found = await new ClusterDiscovery(cluster.Context).DiscoverAsync(
            [cluster.WithHost(cluster.Primary), two], Cancellation);

        PgCluster seen = Assert.Single(found.Clusters);
        Assert.DoesNotContain(seen.Members, member => member.Name.Contains(',', StringComparison.Ordinal));
        PgClusterMember lost = Assert.Single(seen.Members, member => member.Name == "two");
        Assert.Null(lost.Upstream);
        Assert.Equal(MemberState.NotStreaming, lost.State);
        await ReplicationCluster.SqlAsync<object>(two, $"alter system set primary_conninfo = '{written}'");
        await ReplicationCluster.SqlAsync<object>(two, "select pg_reload_conf()");
    }

    private static Task StreamsAsync(PgInstance upstream, string name) => ReplicationCluster.UntilAsync(
        upstream, $"select count(*) = 1 from pg_stat_replication where state = 'streaming' and application_name = '{name}'");
}
