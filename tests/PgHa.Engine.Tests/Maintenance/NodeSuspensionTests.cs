using System.Diagnostics;
using PgHa.Engine.Maintenance;
using PgHa.Engine.Procedures;
using PgHa.Engine.Servers;
using PgHa.Engine.Tests.Support;
using PgHa.Engine.Upstreams;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.Maintenance;

/// <summary>Standbys that are taken out of service and back, with a client that writes meanwhile.</summary>
[TakesMinutes]
public sealed class NodeSuspensionTests
{
    private const string ShowNames = "select current_setting('synchronous_standby_names')";

    // Standbys report of themselves every 10 s: a commit that hung for want of one would wait as long. The rest is the machine's.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(3);

    private static readonly NodeSuspensionOptions Fewer = new() { AllowFewerSyncStandbys = true };

    public static TheoryData<int> Majors => [.. PostgresInstallations.ScenariosOfEachEra];

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Commits_go_on_while_the_first_synchronous_standby_goes_and_comes_back(int major)
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(major, "FIRST 1 (b, c)", CommitLevel.RemoteApply);
        await using var writers = new Writers(cluster);
        await writers.MoreAsync(20, TestCluster.Deadline);

        SuspendedNode node = await SuspendAsync(cluster, "b");

        Assert.Equal((null, null, "b", "a"), (node.SyncStandbyNames, node.ReducedNames, node.SlotName, node.Primary?.Name));
        Assert.Equal(InstanceState.Stopped, await cluster.Servers.StateAsync(cluster.Node("b")));
        Assert.Equal("FIRST 1 (b, c)", await NamesAsync(cluster));
        await writers.MoreAsync(20, TestCluster.Deadline);
        Assert.Equal("c", await SyncAsync(cluster));

        await ResumeAsync(cluster, "b", node.SyncStandbyNames);
        await writers.MoreAsync(20, TestCluster.Deadline);
        Assert.Equal("b", await SyncAsync(cluster));
        await cluster.AssertPrimaryAsync("a", "b", "c");
        Assert.True(writers.LongestGap < Bound, $"a commit waited for {writers.LongestGap}");
        await writers.AssertNothingLostAsync(cluster.Node("a"));
    }

    [Theory]
    [InlineData("FIRST 2 (b, c)", "FIRST 1 (b, c)")]
    [InlineData("ANY 2 (c, b)", "ANY 1 (c, b)")]
    [InlineData("FIRST 2 (*)", "FIRST 1 (*)")]
    [InlineData("b", "")]
    public async Task Where_the_others_do_not_suffice_fewer_confirm_if_that_is_asked_for_and_as_many_as_before_afterwards(
        string names, string meanwhile)
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(TestCluster.AnyMajor, names, CommitLevel.RemoteApply);
        string before = (await NamesAsync(cluster))!;
        await using var writers = new Writers(cluster);
        PgHaException refused = await TestCluster.FailsAsync("WouldWeakenSynchronousReplication", () => SuspendAsync(cluster, "b"));
        Assert.Equal(PgHaErrorKind.Refused, refused.Kind);
        Assert.Contains("-AllowFewerSyncStandbys", refused.Advice, StringComparison.Ordinal);
        await cluster.AssertPrimaryAsync("a", "b", "c");

        SuspendedNode node = await SuspendAsync(cluster, "b", Fewer);

        Assert.Equal((before, meanwhile), (node.SyncStandbyNames, node.ReducedNames));
        Assert.Equal(meanwhile, await NamesAsync(cluster));
        Assert.Contains(node.ResumeCommand, cluster.Servers.Log.All, StringComparison.Ordinal);
        await writers.MoreAsync(20, TestCluster.Deadline);

        await ResumeAsync(cluster, "b", node.SyncStandbyNames);
        Assert.Equal(before, await NamesAsync(cluster));
        await writers.MoreAsync(20, TestCluster.Deadline);
        await cluster.AssertPrimaryAsync("a", "b", "c");
        Assert.True(writers.LongestGap < Bound, $"a commit waited for {writers.LongestGap}");
        await writers.AssertNothingLostAsync(cluster.Node("a"));
    }

    // Where nobody else writes, no new WAL makes the standby that takes over report again.
    [Theory]
    [InlineData("FIRST 1 (b, c)")]
    [InlineData("FIRST 2 (b, c)")]
    [InlineData("b")]
    public async Task The_commit_of_the_only_client_does_not_wait_for_the_next_report_of_a_standby(string names)
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(TestCluster.AnyMajor, names, CommitLevel.RemoteApply);
        for (int round = 0; round < 5; round++)
        {
            using var stop = new CancellationTokenSource();
            Task<TimeSpan> writer = WriteAloneAsync(cluster, stop.Token);
            await Task.Delay(300, TestCluster.Deadline);
            SuspendedNode node = await SuspendAsync(cluster, "b", Fewer);
            await Task.Delay(300, TestCluster.Deadline);
            await stop.CancelAsync();
            TimeSpan longest = await writer;
            Assert.True(longest < Bound, $"a commit took {longest}");
            await ResumeAsync(cluster, "b", node.SyncStandbyNames);
        }
    }

    [Fact]
    public async Task A_primary_and_a_standby_that_others_follow_are_refused()
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(TestCluster.AnyMajor, "b");
        PgHaException primary = await TestCluster.FailsAsync("NotAStandby", () => SuspendAsync(cluster, "a"));
        Assert.Contains("Switch-PgPrimary", primary.Advice, StringComparison.Ordinal);
        await new UpstreamChange(cluster.Context).ApplyAsync(
            cluster.Node("c"), new() { Upstream = cluster.Node("b"), CreateSlot = true }, TestCluster.Deadline);

        PgHaException both = await TestCluster.FailsAsync("SuspensionRefused", () => SuspendAsync(cluster, "b"));
        Assert.Contains("c (streaming)", both.Message, StringComparison.Ordinal);
        PgHaException followers = await TestCluster.FailsAsync("StandbyHasFollowers", () => SuspendAsync(cluster, "b", Fewer));
        Assert.Contains("Set-PgUpstream", followers.Advice, StringComparison.Ordinal);

        // A cascaded one confirms no commit; and the primary is found above its upstream.
        SuspendedNode node = await SuspendAsync(cluster, "c");
        Assert.Equal((null, "b", "a"), (node.SyncStandbyNames, node.Upstream?.Name, node.Primary?.Name));
        await SuspendAsync(cluster, "b", Fewer with { AllowCascadeInterruption = true });
        Assert.Equal("", await NamesAsync(cluster));
        await cluster.Servers.ExecuteAsync(cluster.Node("a"), "insert into public.written values (-1)");
        await ResumeAsync(cluster, "b", "b");
        await ResumeAsync(cluster, "c", null);
        Assert.Equal(1, await cluster.Servers.ScalarAsync<long>(cluster.Node("c"), "select count(*) from public.written"));
        Assert.Equal("b", await NamesAsync(cluster));
    }

    [Fact]
    public async Task Whatever_step_fails_the_standby_serves_as_before_and_resuming_goes_on_where_it_failed()
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(
            TestCluster.AnyMajor, "FIRST 2 (b, c)", CommitLevel.RemoteApply);
        await using var writers = new Writers(cluster);
        var suspension = new NodeSuspension(cluster.Context);
        int steps = (await PlanAsync(cluster, "b", Fewer)).Procedure.Steps.Count;
        Assert.Equal(4, steps);
        for (int step = 0; step < steps; step++)
        {
            foreach (bool afterwards in (bool[])[false, true])
            {
                NodeSuspensionPlan plan = await PlanAsync(cluster, "b", Fewer);
                await TestCluster.FailsAsync(
                    "Sabotage",
                    () => suspension.RunAsync(
                        plan with { Procedure = Sabotage.FailingAt(plan.Procedure, step, afterwards) }, TestCluster.Deadline));
                await cluster.AssertPrimaryAsync("a", "b", "c");
                Assert.Equal("FIRST 2 (b, c)", await NamesAsync(cluster));
                await writers.MoreAsync(10, TestCluster.Deadline);
            }
        }

        SynchronousStandbyNames names = SynchronousStandbyNames.Parse("FIRST 2 (b, c)")!;
        var resumption = new NodeResumption(cluster.Context);
        await SuspendAsync(cluster, "b", Fewer);
        int back = (await resumption.PlanAsync(cluster.Node("b"), names, TestCluster.Deadline)).Steps.Count;
        Assert.Equal(4, back);
        for (int step = 0; step < back; step++)
        {
            foreach (bool afterwards in (bool[])[false, true])
            {
                Procedure procedure = await resumption.PlanAsync(cluster.Node("b"), names, TestCluster.Deadline);
                await TestCluster.FailsAsync(
                    "Sabotage", () => resumption.RunAsync(Sabotage.FailingAt(procedure, step, afterwards), TestCluster.Deadline));
                await writers.MoreAsync(10, TestCluster.Deadline);
                await ResumeAsync(cluster, "b", "FIRST 2 (b, c)");
                Assert.Equal("FIRST 2 (b, c)", await NamesAsync(cluster));
                await SuspendAsync(cluster, "b", Fewer);
            }
        }

        Assert.True(writers.LongestGap < Bound, $"a commit waited for {writers.LongestGap}");
        await writers.AssertNothingLostAsync(cluster.Node("a"));
    }

    [Fact]
    public async Task A_failure_after_which_the_standby_cannot_come_back_leaves_commits_that_return()
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(TestCluster.AnyMajor, "FIRST 2 (b, c)");
        NodeSuspensionPlan plan = await PlanAsync(cluster, "b", Fewer);
        Procedure sabotaged = new(plan.Procedure.Name);
        ProcedureStep last = sabotaged.Add(plan.Procedure.Steps[0]);
        last = sabotaged.Add(plan.Procedure.Steps[1]);
        sabotaged.Add("b", "Break its configuration", async _ =>
        {
            await TestCluster.AppendAsync(cluster.Node("b"), "postgresql.conf", "\nno_such_setting_at_all = 1\n");
            throw new PgHaException("Sabotage", PgHaErrorKind.OperationFailed, "It was made to fail.", "Run it again.");
        }, last);

        PgHaException e = await TestCluster.FailsAsync(
            "Sabotage", () => new NodeSuspension(cluster.Context).RunAsync(plan with { Procedure = sabotaged }, TestCluster.Deadline));

        Assert.Contains("Could not be undone", e.Message, StringComparison.Ordinal);
        Assert.Equal("FIRST 1 (b, c)", await NamesAsync(cluster));
        await cluster.Servers.ExecuteAsync(cluster.Node("a"), "insert into public.written values (-1)");
    }

    [Fact]
    public async Task One_that_is_down_already_is_taken_out_too_and_one_that_is_up_is_taken_back()
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(TestCluster.AnyMajor, "FIRST 2 (b, c)");
        await cluster.Servers.Control.StopAsync(cluster.Node("b"), StopMode.Fast, TestCluster.Deadline);
        SuspendedNode node = await SuspendAsync(cluster, "b", Fewer);
        await cluster.Servers.ExecuteAsync(cluster.Node("a"), "insert into public.written values (-1)");
        // Nothing is left to do the second time.
        Assert.True((await PlanAsync(cluster, "b", Fewer)).Procedure.IsEmpty);
        await cluster.Servers.Control.StartAsync(cluster.Node("b"), TestCluster.Deadline);
        await ResumeAsync(cluster, "b", node.SyncStandbyNames);
        Assert.Equal("FIRST 2 (b, c)", await NamesAsync(cluster));
    }

    [Fact]
    public async Task Names_are_put_back_as_far_as_they_can_be_confirmed_and_never_against_somebody_elses_will()
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(TestCluster.AnyMajor, "FIRST 2 (b, c)");
        SuspendedNode b = await SuspendAsync(cluster, "b", Fewer);
        SuspendedNode c = await SuspendAsync(cluster, "c", Fewer);
        Assert.Equal(("FIRST 1 (b, c)", ""), (c.SyncStandbyNames, await NamesAsync(cluster)));

        await ResumeAsync(cluster, "b", b.SyncStandbyNames);
        Assert.Equal("FIRST 1 (b, c)", await NamesAsync(cluster));
        Assert.Contains("no more can confirm", cluster.Servers.Log.All, StringComparison.Ordinal);
        await cluster.Servers.ExecuteAsync(cluster.Node("a"), "insert into public.written values (-1)");
        await ResumeAsync(cluster, "c", c.SyncStandbyNames);
        Assert.Equal("FIRST 1 (b, c)", await NamesAsync(cluster));
        await ResumeAsync(cluster, "b", b.SyncStandbyNames);
        Assert.Equal("FIRST 2 (b, c)", await NamesAsync(cluster));

        await cluster.Servers.ExecuteAsync(cluster.Node("a"), "alter system set synchronous_standby_names = 'c'");
        await cluster.Servers.ExecuteAsync(cluster.Node("a"), "select pg_reload_conf()");
        await ResumeAsync(cluster, "b", b.SyncStandbyNames);
        Assert.Equal("c", await NamesAsync(cluster));
        Assert.Contains("somebody has changed that since", cluster.Servers.Log.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_standby_without_a_name_of_its_own_is_known_by_the_one_it_streams_as()
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(TestCluster.AnyMajor, "FIRST 2 (b, c)");
        PgInstance c = cluster.Node("c") with { Name = "gamma" };
        string conninfo = (await cluster.Servers.ScalarAsync<string>(c, "select current_setting('primary_conninfo')"))!;
        string nameless = ConnectionSettings.Parse(conninfo).Without("application_name").ToString();
        await cluster.Servers.ExecuteAsync(c, $"alter system set primary_conninfo = {SqlQuoting.Literal(nameless)}");
        await cluster.Servers.Control.RestartAsync(c, StopMode.Fast, TestCluster.Deadline);
        await cluster.AssertPrimaryAsync("a", "b", "c");
        var suspension = new NodeSuspension(cluster.Context);
        await TestCluster.FailsAsync(
            "WouldWeakenSynchronousReplication", () => suspension.PlanAsync(c, new NodeSuspensionOptions(), TestCluster.Deadline));
        await cluster.Servers.Control.StopAsync(c, StopMode.Fast, TestCluster.Deadline);
        await TestCluster.FailsAsync(
            "WouldWeakenSynchronousReplication", () => suspension.PlanAsync(c, new NodeSuspensionOptions(), TestCluster.Deadline));
    }

    [Fact]
    public async Task A_standby_that_cannot_go_on_is_not_started()
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(TestCluster.AnyMajor, "");
        await SuspendAsync(cluster, "b");
        await cluster.Servers.ExecuteAsync(cluster.Node("a"), "select pg_drop_replication_slot('b')");
        await TestCluster.FailsAsync("SlotNotFound", () => ResumeAsync(cluster, "b", null));
        Assert.Equal(InstanceState.Stopped, await cluster.Servers.StateAsync(cluster.Node("b")));
        await TestCluster.FailsAsync("NotAStandby", () => ResumeAsync(cluster, "a", null));
    }

    private static async Task<TimeSpan> WriteAloneAsync(OperatedCluster cluster, CancellationToken stop)
    {
        TimeSpan longest = TimeSpan.Zero;
        await using ServerSession session = await ServerSession.OpenAsync(cluster.Context, cluster.Node("a"), TestCluster.Deadline);
        while (!stop.IsCancellationRequested)
        {
            long started = Stopwatch.GetTimestamp();
            await session.ExecuteAsync("insert into public.tried values (2)", TestCluster.Deadline);
            longest = new[] { longest, Stopwatch.GetElapsedTime(started) }.Max();
        }

        return longest;
    }

    private static Task<NodeSuspensionPlan> PlanAsync(OperatedCluster cluster, string name, NodeSuspensionOptions? options = null) =>
        new NodeSuspension(cluster.Context).PlanAsync(cluster.Node(name), options ?? new NodeSuspensionOptions(), TestCluster.Deadline);

    private static async Task<SuspendedNode> SuspendAsync(OperatedCluster cluster, string name, NodeSuspensionOptions? options = null) =>
        await new NodeSuspension(cluster.Context).RunAsync(await PlanAsync(cluster, name, options), TestCluster.Deadline);

    private static async Task ResumeAsync(OperatedCluster cluster, string name, string? names)
    {
        var resumption = new NodeResumption(cluster.Context);
        SynchronousStandbyNames? before = names is null ? null : SynchronousStandbyNames.Parse(names);
        await resumption.RunAsync(await resumption.PlanAsync(cluster.Node(name), before, TestCluster.Deadline), TestCluster.Deadline);
        await resumption.FinishAsync(TestCluster.Deadline);
    }

    private static Task<string?> NamesAsync(OperatedCluster cluster) => cluster.Servers.ScalarAsync<string>(cluster.Node("a"), ShowNames);

    private static Task<string?> SyncAsync(OperatedCluster cluster) => cluster.Servers.ScalarAsync<string>(
        cluster.Node("a"), "select string_agg(application_name, ',') from pg_stat_replication where sync_state = 'sync'");
}
