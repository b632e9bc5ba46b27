using PgHa.Engine.Archiving;
using PgHa.Engine.Clearance;
using PgHa.Engine.Recovery;
using PgHa.Engine.Settings;
using PgHa.Engine.Tests.Support;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.Archiving;

/// <summary>A server and a standby whose archive is on another machine, which both of them reach by ssh.</summary>
public sealed class SshArchiveServerTests
{
    private static readonly ConfirmChange Yes = _ => Task.FromResult(true);

    [Fact]
    public async Task A_server_fills_it_a_standby_restores_from_it_and_the_commands_look_into_it()
    {
        Assert.SkipUnless(SshServer.IsInstalled, "openssh-server is not installed");
        await using TestCluster cluster = await TestCluster.CreateAsync(PostgresInstallations.RequiredMajors[0]);
        await using SshServer ssh = await SshServer.StartAsync(cluster.Area);
        // The servers and the engine find the ssh of the test there. It passes on what others ask of it.
        Environment.SetEnvironmentVariable("PATH", $"{ssh.BinDirectory}:{Environment.GetEnvironmentVariable("PATH")}");
        string directory = cluster.Area["it's 100% far"];
        var archive = new SshArchive(SshServer.Alias, directory);
        PgInstance server = await cluster.NewAsync("node");
        PgInstance other = await cluster.NewAsync("other");
        var control = new ArchiveControl(cluster.Context);
        var options = new ArchiveOptions { ArchiveDirectory = archive.Location };

        await control.EnableAsync(server, options, Yes, TestCluster.Deadline);
        Assert.Equal("700", (await TestCluster.RunAsync("stat", "-c", "%a", directory)).Trim());
        Assert.Empty(await control.EnableAsync(server, options, Yes, TestCluster.Deadline));

        PgInstance standby = server with { Name = "standby", DataDirectory = cluster.Area["standby"], Port = cluster.Area.NextPort() };
        await TestCluster.RunAsync("cp", "-a", server.DataDirectory!, standby.DataDirectory!);
        await CopiedServer.AdoptAsync(standby, (server, standby));
        await TestCluster.MakeStandbyAsync(standby);
        await new RecoverySettings(cluster.Context).SetAsync(
            standby, new RecoveryOptions { RestoreFrom = archive }, TestCluster.Deadline);

        await cluster.Control.StartAsync(server, TestCluster.Deadline);
        await cluster.ExecuteAsync(server, "create table t (a int); insert into t values (1)");
        string first = await SwitchAsync(cluster, server);
        await cluster.ExecuteAsync(server, "insert into t values (2)");
        string second = await SwitchAsync(cluster, server);
        Assert.Equal([first, second], Directory.EnumerateFileSystemEntries(directory).Select(Path.GetFileName).Order());
        Assert.Equal(0L, await cluster.ScalarAsync<long>(server, "select failed_count from pg_stat_archiver"));

        await cluster.Control.StartAsync(standby, TestCluster.Deadline);
        while (await cluster.ScalarAsync<string>(
            standby, "select coalesce((select 'there' from pg_class where relname = 't'), '')") != "there"
            || await cluster.ScalarAsync<long>(standby, "select count(*) from t") != 2)
        {
            await Task.Delay(50, TestCluster.Deadline);
        }

        Assert.All(
            await new ArchiveExaminer(cluster.Context).ExamineAsync(server, null, TestCluster.Deadline),
            finding => Assert.Equal(FindingSeverity.Information, finding.Severity));
        await TestCluster.FailsAsync("ArchiveOfAnotherSystem", () => control.EnableAsync(other, options, Yes, TestCluster.Deadline));

        ArchiveClearer clearer = new(cluster.Context);
        ArchiveClearanceOptions from = new() { KeepFrom = second, Servers = [server] };
        ArchiveClearancePlan plan = await clearer.PlanAsync(
            Assert.Single(await clearer.ArchivesOfAsync([server], TestCluster.Deadline)), from, TestCluster.Deadline);
        Assert.Equal(archive.Location, plan.ArchiveDirectory);
        await cluster.ExecuteAsync(server, "checkpoint");
        plan = await clearer.PlanAsync(archive.Location, from, TestCluster.Deadline);
        await clearer.ClearAsync(plan, from, TestCluster.Deadline);
        Assert.Equal([second], Directory.EnumerateFileSystemEntries(directory).Select(Path.GetFileName));

        await ssh.StopAsync();
        await ssh.CutAsync();
        PgHaException e = await TestCluster.FailsAsync(
            "ArchiveNotReadable", () => control.EnableAsync(server, options, Yes, TestCluster.Deadline));
        Assert.Contains("Connection refused", e.Message, StringComparison.Ordinal);
        Assert.Contains("ssh archive-host", e.Advice, StringComparison.Ordinal);
    }

    private static async Task<string> SwitchAsync(TestCluster cluster, PgInstance server)
    {
        string file = (await cluster.ScalarAsync<string>(
            server, "select pg_walfile_name(pg_switch_wal())"))!;
        while (await cluster.ScalarAsync<string>(server, "select coalesce(last_archived_wal, '') from pg_stat_archiver") != file)
            await Task.Delay(50, TestCluster.Deadline);
        return file;
    }
}
