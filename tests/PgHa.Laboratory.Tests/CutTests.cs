using System.Text.Json;

namespace PgHa.Laboratory.Tests;

/// <summary>Links that are cut under a synchronous cluster, whose writer notes each commit that was acknowledged.</summary>
public class CutTests
{
    private const string Acknowledged = "/var/tmp/acknowledged";

    [Fact]
    public async Task A_primary_that_only_the_operator_misses_stays_and_one_that_everybody_misses_loses_nothing()
    {
        await using Laboratory laboratory = await Laboratory.RaiseAsync(3);
        DefinedCluster cluster = new(
            laboratory,
            "Name = 'cut'; Version = 15; SynchronousStandbyNames = 'ANY 1 (b, c)'; "
                + "Settings = @{ wal_log_hints = 'on'; wal_keep_size = '256MB'; wal_receiver_timeout = '5s'; wal_sender_timeout = '5s' }",
            [("h1", "a", 5432, ""), ("h2", "b", 5432, "Upstream = 'a'"), ("h3", "c", 5432, "Upstream = 'a'")]);
        await laboratory.OperatorAsync(cluster.With("$null = New-PgCluster $definition"));
        await cluster.SqlAsync("a", "CREATE TABLE written (number int)");
        await StartWriterAsync(laboratory);

        // Only the operator is cut off: the standbys hear the primary, and commits go on.
        await laboratory.LabAsync("cut", "op", "h1");
        JsonElement refused = await FailOverAsync(laboratory, cluster, "");
        Assert.Equal("PrimaryRuns", refused[0].GetString());
        Assert.Contains("receives WAL from a", refused[1].GetString(), StringComparison.Ordinal);
        int before = await CountAsync(laboratory);
        await Laboratory.AwaitAsync(true, async () => await CountAsync(laboratory) > before);
        await laboratory.LabAsync("heal", "op", "h1");

        // Everybody is cut off: no commit is acknowledged any more, because both standbys are gone.
        await laboratory.LabAsync("cut", "h1");
        foreach (string standby in (string[])["b", "c"])
        {
            await Laboratory.AwaitAsync(
                "0", () => cluster.SqlAsync(standby, "SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming'"));
        }

        refused = await FailOverAsync(laboratory, cluster, "");
        Assert.Equal("PrimaryNotFenced", refused[0].GetString());
        JsonElement made = await FailOverAsync(laboratory, cluster, "-Candidate b -PrimaryIsFenced");
        Assert.Equal("done", made[0].GetString());

        // The old primary runs on and is healed. It acknowledges nothing, because its standbys follow another one: the commit waits
        // until timeout ends the client.
        await laboratory.LabAsync("heal", "h1");
        int last = await CountAsync(laboratory);
        Assert.Equal(124, (await cluster.TrySqlAsync("a", "INSERT INTO written VALUES (-1)")).ExitCode);
        await cluster.SqlAsync("b", "INSERT INTO written VALUES (0)");
        Assert.Equal(last, await CountAsync(laboratory));
        Assert.Equal(
            $"{last}", await cluster.SqlAsync("b", $"SELECT count(DISTINCT number) FROM written WHERE number BETWEEN 1 AND {last}"));

        await laboratory.RunAsync("h1", "systemctl", "stop", "writer");
        // The commits that nobody was told of are still commits: taking them back has to be asked for.
        JsonElement repaired = await laboratory.OperatorAsync(cluster.With(
            "$servers = (Get-PgCluster -Definition $definition).Members; "
            + "Stop-PgInstance ($servers | Where-Object Name -eq a).Server -Mode Immediate -Confirm:$false; "
            + "$repair = @{ Instance = ($servers | Where-Object Name -eq a).Server; "
            + "Upstream = ($servers | Where-Object Name -eq b).Server }; "
            + "try { Repair-PgStandby @repair -Confirm:$false; 'repaired' } catch { $_.FullyQualifiedErrorId.Split(',')[0] }; "
            + "Repair-PgStandby @repair -AllowDataLoss -NewClone -RemoveOld -Confirm:$false"));
        Assert.Equal("DataLossNotAllowed", repaired[0].GetString());
        await Laboratory.AwaitAsync(
            "a,c", () => cluster.SqlAsync(
                "b", "SELECT string_agg(application_name, ',' ORDER BY 1) FROM pg_stat_replication WHERE state = 'streaming'"));
        Assert.Equal("0", await cluster.SqlAsync("a", "SELECT count(*) FROM written WHERE number = -1"));
    }

    // It notes a number after the server has acknowledged its commit, and counts on after an error.
    private static Task<string> StartWriterAsync(Laboratory laboratory) => laboratory.RunAsync(
        "h1", "systemd-run", "--quiet", "--unit=writer", "--uid=postgres", "bash", "-c",
        "i=1; while :; do psql -Xqc \"INSERT INTO written VALUES ($i)\" && "
            + "echo $i >> " + Acknowledged + " && i=$((i + 1)); sleep 0.05; done");

    private static async Task<int> CountAsync(Laboratory laboratory) =>
        int.Parse(
            await laboratory.RunAsync("h1", "sh", "-c", $"tail -n 1 {Acknowledged} 2>/dev/null | grep . || echo 0"),
            System.Globalization.CultureInfo.InvariantCulture);

    private static Task<JsonElement> FailOverAsync(Laboratory laboratory, DefinedCluster cluster, string options) =>
        laboratory.OperatorAsync(cluster.With(
            $"try {{ Get-PgCluster -Definition $definition | Invoke-PgFailover {options} -Confirm:$false; 'done' }} "
            + "catch { $_.FullyQualifiedErrorId.Split(',')[0]; \"$_\" }"));
}
