using PgHa.Engine.PrimaryChange;
using PgHa.Engine.Procedures;
using PgHa.Engine.Tests.Support;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.PrimaryChange;

/// <summary>A failover of a cluster with a standby, d, that lives on the dead primary's archive alone.</summary>
public sealed class ArchiveFedFailoverTests
{
    public static TheoryData<int> Majors => [.. PostgresInstallations.ScenariosOfEachEra];

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task It_restores_from_the_archive_of_the_new_primary_that_has_archived_all_along(int major)
    {
        await using OperatedCluster cluster = await BuildAsync(major, ArchiveMode.Always);
        TestCluster servers = cluster.Servers;
        (PgInstance a, PgInstance b, PgInstance d) = (cluster.Node("a"), cluster.Node("b"), cluster.Node("d"));
        await servers.ExecuteAsync(a, "insert into written values (1)");
        await servers.ExecuteAsync(a, "select pg_switch_wal()");
        await UntilAsync(servers, d, "select count(*) = 1 from written");
        if (major < 12)
        {
            // Who wrote it by hand may have left out what is no default there: then it would stay on the old timeline.
            string path = Path.Combine(d.DataDirectory!, "recovery.conf");
            string[] lines = await File.ReadAllLinesAsync(path, TestCluster.Deadline);
            IEnumerable<string> kept = lines.Where(line => !line.Contains("timeline", StringComparison.Ordinal));
            await TestCluster.WriteAsync(d, "recovery.conf", string.Join('\n', kept) + "\n");
        }

        await servers.KillAsync(a);
        Procedure plan = await cluster.PlanFailoverAsync(ToB(servers));
        Assert.Contains("Restore from the archive of b", plan.ToString(), StringComparison.Ordinal);
        await new Failover(cluster.Context).RunAsync(plan, TestCluster.Deadline);

        await servers.ExecuteAsync(b, "insert into written values (2)");
        await servers.ExecuteAsync(b, "select pg_switch_wal()");
        await UntilAsync(servers, d, "select count(*) = 2 from written");
        await cluster.AssertPrimaryAsync("b", "c");
        Assert.True(await servers.ScalarAsync<bool>(d, "select pg_is_in_recovery()"));
        Assert.DoesNotContain(servers.Log.Warnings, warning => warning.Contains("d restores from", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task It_is_named_with_what_to_do_where_the_new_primary_s_archive_has_not_everything(int major)
    {
        await using OperatedCluster cluster = await BuildAsync(major, ArchiveMode.On);
        await cluster.Servers.KillAsync(cluster.Node("a"));

        await cluster.FailOverAsync(ToB(cluster.Servers));

        string warning = Assert.Single(
            cluster.Servers.Log.Warnings, warning => warning.Contains("d restores from the archive of a", StringComparison.Ordinal));
        Assert.Contains("Let it stream (Set-PgRecoveryConf d -Upstream b), or clone it anew from b", warning, StringComparison.Ordinal);
        await cluster.AssertPrimaryAsync("b", "c");
        Assert.True(await cluster.Servers.ScalarAsync<bool>(cluster.Node("d"), "select pg_is_in_recovery()"));
    }

    // Without pg_waldump the end of the dead primary's WAL is not known.
    private static FailoverOptions ToB(TestCluster servers) => new() { Candidate = "b", AllowDataLoss = !servers.Installation.HasOwnTools };

    private static Task<OperatedCluster> BuildAsync(int major, ArchiveMode mode)
    {
        static string Archive(NodeDefinition node) => $"{node.DataDirectory}-archive";
        return OperatedCluster.BuildAsync(major, names: "", change: definition => definition with
        {
            Settings = new Dictionary<string, string>(definition.Settings) { ["archive_timeout"] = "0" },
            Nodes =
            [
                .. definition.Nodes.Select(node => node.Name switch
                {
                    "a" => node with { ArchiveDirectory = Archive(node) },
                    "b" => node with { ArchiveDirectory = Archive(node), ArchiveMode = mode },
                    _ => node,
                }),
                definition.Nodes[2] with
                {
                    Name = "d",
                    Upstream = null,
                    SlotName = null,
                    RestoreFrom = "a",
                    Port = definition.Nodes.Max(node => node.Port) + 1,
                    DataDirectory = Path.Combine(Path.GetDirectoryName(definition.Nodes[2].DataDirectory)!, "d"),
                },
            ],
        });
    }

    private static async Task UntilAsync(TestCluster servers, PgInstance server, string sql)
    {
        long deadline = Environment.TickCount64 + 60_000;
        while (!await IsTrueAsync())
        {
            Assert.True(Environment.TickCount64 < deadline, $"Not before the deadline: {sql}");
            await Task.Delay(200, TestCluster.Deadline);
        }

        // It may be restarting at this moment, or not have the table yet.
        async Task<bool> IsTrueAsync()
        {
            try
            {
                return await servers.ScalarAsync<bool>(server, sql);
            }
            catch (PgHaException e) when (e.ErrorId is "ServerUnreachable" or "ServerAnswersNoSql" or "StatementFailed")
            {
                return false;
            }
        }
    }
}
