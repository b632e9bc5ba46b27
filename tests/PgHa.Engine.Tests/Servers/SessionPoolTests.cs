using System.Diagnostics;
using PgHa.Engine.Servers;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Servers;

public sealed class SessionPoolTests
{
    [Theory]
    [MemberData(nameof(TestCluster.Majors), MemberType = typeof(TestCluster))]
    public async Task A_session_takes_over_the_connection_of_the_last_one_and_nothing_that_it_set(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        PgInstance server = await cluster.NewStartedAsync();
        int first;
        await using (ServerSession session = await ServerSession.OpenAsync(cluster.Context, server, TestCluster.Deadline))
        {
            first = await BackendAsync(session);
            await session.ExecuteAsync(
                "set search_path = nowhere; set statement_timeout = 5000; create temp table mine (id int)", TestCluster.Deadline);
        }

        await using ServerSession next = await ServerSession.OpenAsync(cluster.Context, server, TestCluster.Deadline);

        Assert.Equal(first, await BackendAsync(next));
        Assert.Equal("pg_catalog", await next.ScalarAsync<string>("show search_path", TestCluster.Deadline));
        Assert.Equal("0", await next.ScalarAsync<string>("show statement_timeout", TestCluster.Deadline));
        Assert.Equal(0, await next.ScalarAsync<long>("select count(*) from pg_class where relname = 'mine'", TestCluster.Deadline));
    }

    [Fact]
    public async Task A_connection_that_ended_with_its_server_is_replaced()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewStartedAsync();
        int first = await cluster.ScalarAsync<int>(server, "select pg_backend_pid()");

        await TestCluster.RunAsync(
            cluster.Installation.Program("pg_ctl"), "restart", "-w", "-s", "-D", server.DataDirectory!, "-l", cluster.Area["log"]);
        Assert.NotEqual(first, await cluster.ScalarAsync<int>(server, "select pg_backend_pid()"));

        await cluster.KillAsync(server);
        await TestCluster.FailsAsync("ServerUnreachable", () => cluster.ScalarAsync<int>(server, "select 1"));
    }

    [Fact]
    public async Task A_connection_that_is_kept_does_not_hold_up_a_smart_stop()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewStartedAsync();
        Assert.Equal(1, await cluster.ScalarAsync<int>(server, "select 1"));

        await cluster.Control.StopAsync(server, StopMode.Smart, TestCluster.Deadline);

        Assert.Equal(InstanceState.Stopped, await cluster.StateAsync(server));
    }

    [Fact]
    public async Task Nor_does_one_that_a_refused_session_has_left()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewStartedAsync();
        PgInstance wanted = server with { Options = "target_session_attrs=standby" };
        await TestCluster.FailsAsync("ServerIsPrimary", () => ServerSession.OpenAsync(cluster.Context, wanted, TestCluster.Deadline));

        await cluster.Control.StopAsync(server, StopMode.Smart, TestCluster.Deadline);

        Assert.Equal(InstanceState.Stopped, await cluster.StateAsync(server));
    }

    [Fact]
    public async Task What_ends_with_its_connection_is_not_kept()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewStartedAsync();

        await using (ServerSession session = await ServerSession.OpenAsync(
            cluster.Context.ForOwnConnection(), server, TestCluster.Deadline))
        {
            await session.ScalarAsync<object>("select pg_create_physical_replication_slot('mine', true, true)::text", TestCluster.Deadline);
        }


        var waited = Stopwatch.StartNew();
        while (await cluster.ScalarAsync<long>(server, "select count(*) from pg_replication_slots") > 0)
        {
            Assert.True(waited.Elapsed < cluster.Context.Timeout, "the temporary slot is still there");
            await Task.Delay(20, TestCluster.Deadline);
        }
    }

    private static Task<int> BackendAsync(ServerSession session) =>
        session.ScalarAsync<int>("select pg_backend_pid()", TestCluster.Deadline);
}
