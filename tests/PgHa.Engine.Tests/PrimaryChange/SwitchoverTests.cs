using System.Globalization;
using PgHa.Engine.Tests.Support;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.PrimaryChange;

/// <summary>Switchovers of real clusters, with clients that write meanwhile.</summary>
public sealed class SwitchoverTests
{
    public static TheoryData<int> Majors => [.. PostgresInstallations.ScenariosOfEachEra];

    /// <summary>Each major with one of the levels, and one with both.</summary>
    public static TheoryData<int, CommitLevel> MajorsAndLevels => new(
        from major in Majors
        from level in new[] { CommitLevel.RemoteApply, CommitLevel.On }
        where level == CommitLevel.RemoteApply || major.Data == TestCluster.AnyMajor || Majors.Count == 1
        select (major.Data, level));

    internal static int Changes => int.Parse(Environment.GetEnvironmentVariable("PGHA_TEST_CHANGES") ?? "3", CultureInfo.InvariantCulture);

    [Theory]
    [MemberData(nameof(MajorsAndLevels))]
    public async Task Every_node_is_primary_once_and_no_acknowledged_row_is_lost(int major, CommitLevel level)
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(major, level: level);
        await using var writers = new Writers(cluster);
        string[] order = ["b", "c", "a"];
        string primary = "a";
        for (int change = 0; change < Changes; change++)
        {
            await writers.MoreAsync(20, TestCluster.Deadline);
            string next = order[change % order.Length];
            await cluster.SwitchAsync(next);
            primary = next;
            await writers.MoreAsync(20, TestCluster.Deadline);
            string[] others = [.. order.Where(name => name != next).Order()];
            await cluster.AssertPrimaryAsync(next, others);
            Assert.Equal(
                string.Join(',', others),
                await cluster.Servers.ScalarAsync<string>(
                    cluster.Node(next), "select string_agg(slot_name, ',' order by slot_name) from pg_replication_slots where active"));
            Assert.True(SynchronousStandbyNames.Parse(
                (await cluster.Servers.ScalarAsync<string>(
                    cluster.Node(next), "select current_setting('synchronous_standby_names')"))!)!.Names.Order().SequenceEqual(others));
            foreach (string other in others)
                Assert.Equal(0, await cluster.Servers.ScalarAsync<long>(cluster.Node(other), "select count(*) from pg_replication_slots"));
        }

        await writers.AssertNothingLostAsync(cluster.Node(primary));
    }

    [Fact]
    public async Task What_is_in_the_way_is_said_before_anything_is_changed()
    {
        await using OperatedCluster cluster = await OperatedCluster.BuildAsync(TestCluster.AnyMajor, names: "");
        await TestCluster.FailsAsync("NodeNotFound", () => cluster.SwitchAsync("d"));
        await cluster.Servers.ExecuteAsync(cluster.Node("b"), "select pg_wal_replay_pause()");
        await TestCluster.FailsAsync("ReplayPaused", () => cluster.SwitchAsync("b"));
        await cluster.Servers.ExecuteAsync(cluster.Node("b"), "select pg_wal_replay_resume()");
        await cluster.Servers.Control.StopAsync(cluster.Node("b"), StopMode.Fast, TestCluster.Deadline);
        await TestCluster.FailsAsync("CandidateAnswersNoSql", () => cluster.SwitchAsync("b"));
        await cluster.Servers.ExecuteAsync(cluster.Node("a"), "create role stranger; alter role replicator password null");
        await TestCluster.FailsAsync("WrongPassword", () => cluster.SwitchAsync("c"));
        await cluster.AssertPrimaryAsync("a");
    }
}
