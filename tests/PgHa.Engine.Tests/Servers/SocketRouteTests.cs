using System.Runtime.Versioning;
using PgHa.Engine.Tests.Machines.Ssh;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Servers;

/// <summary>Sessions with a server on another machine, which here is this one over ssh.</summary>
[UnsupportedOSPlatform("windows")]
public class SocketRouteTests
{
    private const string IsBySocket = "select inet_client_addr() is null";

    [Fact]
    public async Task Where_TCP_lets_somebody_in_it_is_the_way()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance far = Far(await StartWithRulesAsync(cluster, "host all all 127.0.0.1/32 trust"));

        Assert.False(await cluster.ScalarAsync<bool>(far, IsBySocket));
    }

    [Fact]
    public async Task A_server_that_lets_nobody_in_by_TCP_is_reached_by_its_socket_over_ssh()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance far = Far(await StartWithRulesAsync(cluster, "local all all trust"));

        Assert.True(await cluster.ScalarAsync<bool>(far, IsBySocket));
        Assert.True(await cluster.ScalarAsync<bool>(far, IsBySocket));
        Assert.Single(cluster.Log.Steps, step => step.Contains("its socket on there", StringComparison.Ordinal));

        // Who gives a password comes as other clients do.
        PgHaException refused = await TestCluster.FailsAsync(
            "AccessDenied", () => cluster.ScalarAsync<bool>(far.WithLogin(far.UserName, "secret"), IsBySocket));
        Assert.Contains("127.0.0.1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_TCP_said_counts_where_the_socket_is_no_way_either()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance far = Far(await StartWithRulesAsync(cluster, "local all all reject"));

        PgHaException refused = await TestCluster.FailsAsync("AccessDenied", () => cluster.ScalarAsync<bool>(far, IsBySocket));
        Assert.Contains("127.0.0.1", refused.Message, StringComparison.Ordinal);
        await cluster.Control.StopAsync(far with { Machine = PgMachine.This }, StopMode.Fast, TestCluster.Deadline);
        await TestCluster.FailsAsync("ServerUnreachable", () => cluster.ScalarAsync<bool>(far, IsBySocket));
    }

    private static PgInstance Far(PgInstance server) => server with { Machine = LoopbackMachine.Shared.Machine() };

    private static async Task<PgInstance> StartWithRulesAsync(TestCluster cluster, string rules)
    {
        PgInstance server = await cluster.NewAsync("node");
        await TestCluster.WriteAsync(server, "pg_hba.conf", $"{rules}\n");
        await cluster.Control.StartAsync(server, TestCluster.Deadline);
        return server;
    }
}
