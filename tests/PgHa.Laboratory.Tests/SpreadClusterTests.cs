using System.Text.Json;

namespace PgHa.Laboratory.Tests;

/// <summary>A cluster over three hosts, worked on by an operator who reaches them by ssh alone.</summary>
public class SpreadClusterTests
{
    private static readonly string[] Hosts = ["h1", "h2", "h3"];

    [Fact]
    public async Task It_is_found_switched_over_failed_over_and_repaired_from_another_machine()
    {
        await using Laboratory laboratory = await Laboratory.RaiseAsync(3);
        await CreatePrimaryAsync(laboratory, "h1", "a");
        await CreateStandbyAsync(laboratory, "h2", "b", "10.86.0.1");
        await CreateStandbyAsync(laboratory, "h3", "c", "10.86.0.1");
        string machines = string.Join(", ", Hosts.Select(host => $"'{laboratory.MachineOf(host)}'"));

        JsonElement found = await laboratory.OperatorAsync(
            $"(Get-PgCluster -Machine {machines}).Members | ForEach-Object {{ "
            + "\"$($_.Name) $($_.Server.Machine.Name) $($_.State) $($_.Upstream) "
            + "$($_.Server.DataDirectory)\" }");
        Assert.Equal(
            [
                "15/a h1 Running  /var/lib/postgresql/15/a", "15/b h2 Streaming 15/a /var/lib/postgresql/15/b",
                "15/c h3 Streaming 15/a /var/lib/postgresql/15/c",
            ],
            found.EnumerateArray().Select(member => member.GetString()));

        await SqlAsync(laboratory, "h1", "CREATE TABLE kept AS SELECT 1 AS number");
        await laboratory.OperatorAsync($"Get-PgCluster -Machine {machines} | Switch-PgPrimary -Candidate 15/b -Confirm:$false");
        await AssertFollowAsync(laboratory, "h2", "h1", "h3");
        await new DebianHost(laboratory, "h1").AssertRunsAsDebianHasItAsync("a");
        await new DebianHost(laboratory, "h2").AssertRunsAsDebianHasItAsync("b");

        await SqlAsync(laboratory, "h2", "INSERT INTO kept VALUES (2)");
        await new DebianHost(laboratory, "h2").KillAsync("b");
        await laboratory.OperatorAsync(
            $"Get-PgCluster -Machine {machines} | Invoke-PgFailover -Candidate 15/c -AllowDataLoss -Confirm:$false");
        await AssertFollowAsync(laboratory, "h3", "h1");
        Assert.Equal("3", await SqlAsync(laboratory, "h3", "SELECT sum(number) FROM kept"));

        await laboratory.OperatorAsync(
            $"$servers = Get-PgInstance -Machine {machines}; "
            + "Repair-PgStandby ($servers | Where-Object Name -eq 15/b) -Upstream ($servers | Where-Object Name -eq 15/c) -Confirm:$false");
        await AssertFollowAsync(laboratory, "h3", "h1", "h2");
        await new DebianHost(laboratory, "h2").AssertRunsAsDebianHasItAsync("b");

        await laboratory.OperatorAsync(
            $"$servers = Get-PgInstance -Machine {machines}; Repair-PgStandby ($servers | Where-Object Name -eq 15/b) "
            + "-Upstream ($servers | Where-Object Name -eq 15/c) -NewClone -RemoveOld -Confirm:$false");
        await AssertFollowAsync(laboratory, "h3", "h1", "h2");
        Assert.Equal("3", await SqlAsync(laboratory, "h2", "SELECT sum(number) FROM kept"));
    }

    private static async Task CreatePrimaryAsync(Laboratory laboratory, string host, string cluster)
    {
        await CreateStoppedAsync(laboratory, host, cluster);
        await laboratory.RunAsync(host, "systemctl", "start", $"postgresql@15-{cluster}");
    }

    private static async Task CreateStandbyAsync(Laboratory laboratory, string host, string cluster, string upstream)
    {
        await CreateStoppedAsync(laboratory, host, cluster);
        string directory = $"/var/lib/postgresql/15/{cluster}";
        await laboratory.RunAsync(host, "rm", "-r", directory);
        await laboratory.RunAsync(
            host, "runuser", "-u", "postgres", "--", "pg_basebackup", "-D", directory, "-R", "-c", "fast", "-C", "-S", cluster,
            "-d", $"host={upstream} user=postgres application_name={cluster}");
        await laboratory.RunAsync(host, "systemctl", "start", $"postgresql@15-{cluster}");
    }

    // Everybody on the hosts' network may connect: who may log in is not what this is about.
    private static async Task CreateStoppedAsync(Laboratory laboratory, string host, string cluster)
    {
        await laboratory.RunAsync(
            host, "pg_createcluster", "-p", "5432", "-o", "listen_addresses=*", "-o", "wal_log_hints=on", "-o", "wal_keep_size=256MB",
            "15", cluster, "--", "-A", "trust", "-N");
        await laboratory.RunAsync(
            host, "sh", "-c", $"echo 'host all,replication all 10.86.0.0/24 trust' >> /etc/postgresql/15/{cluster}/pg_hba.conf");
    }

    private static Task<string> SqlAsync(Laboratory laboratory, string host, string sql) =>
        laboratory.RunAsync(host, "psql", "-XAtq", "-h", "localhost", "-U", "postgres", "-c", sql);

    private static async Task AssertFollowAsync(Laboratory laboratory, string primary, params string[] standbys)
    {
        await Laboratory.AwaitAsync(
            $"{standbys.Length}",
            () => SqlAsync(laboratory, primary, "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"));
        Assert.Equal("f", await SqlAsync(laboratory, primary, "SELECT pg_is_in_recovery()"));
        foreach (string standby in standbys)
            Assert.Equal("t", await SqlAsync(laboratory, standby, "SELECT pg_is_in_recovery()"));
    }
}
