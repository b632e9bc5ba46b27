using System.Text.Json;

namespace PgHa.Laboratory.Tests;

/// <summary>Clusters that one definition spreads over machines, with nothing on these but PostgreSQL and sshd.</summary>
public class DefinedClusterTests
{
    private static readonly string[] Hosts = ["h1", "h2", "h3"];

    [Fact]
    public async Task The_reference_cluster_is_built_switched_over_synchronized_and_removed()
    {
        await using Laboratory laboratory = await Laboratory.RaiseAsync(3);
        string archive(string node) => $"/var/lib/postgresql/archive-{node}";
        DefinedCluster cluster = new(
            laboratory, "Name = 'reference'; ReplicationRole = 'foo'; SynchronousStandbyNames = 's1'",
            [
                ("h1", "node20", 9420, $"ArchiveDirectory = '{archive("node20")}'"),
                ("h1", "node21", 9421, "RestoreFrom = 'node20'; HotStandby = $false"),
                ("h2", "node22", 9422, "Upstream = 'node20'; HotStandby = $false"),
                ("h2", "node23", 9423, "Upstream = 'node20'; SlotName = 'node_slot_23'"),
                ("h3", "node24", 9424, "Upstream = 'node23'"),
                ("h3", "node25", 9425,
                    $"Upstream = 'node20'; ApplicationName = 's1'; ArchiveDirectory = '{archive("node25")}'; ArchiveMode = 'Always'"),
            ]);

        await laboratory.LabAsync("cut", "op", "h3");
        JsonElement refused = await laboratory.OperatorAsync(cluster.With(
            "try { New-PgCluster $definition; 'built' } catch { $_.FullyQualifiedErrorId.Split(',')[0] }"));
        Assert.Equal("MachineUnreachable", Assert.Single(refused.EnumerateArray()).GetString());
        await AssertNoDataAsync(laboratory);
        await laboratory.LabAsync("heal", "op", "h3");

        JsonElement built = await laboratory.OperatorAsync(cluster.With(
            $"$null = New-PgCluster $definition; $cluster = Get-PgCluster -Definition $definition; {DefinedCluster.ShowMembers}; "
            + "@(Compare-PgCluster -Definition $definition).Count; $null = New-PgCluster $definition; "
            + DefinedCluster.SynchronizeAgain));
        Assert.Equal(
            [
                "node20 h1 Running", "node21 h1 Restoring", "node22 h2 Streaming node20", "node23 h2 Streaming node20",
                "node24 h3 Streaming node23", "node25 h3 Streaming node20", "0", "same",
            ],
            built.EnumerateArray().Select(line => line.ToString()));
        await cluster.SqlAsync("node20", "CREATE TABLE kept AS SELECT 1 AS number");
        Assert.Equal("sync", await cluster.SqlAsync("node20", "SELECT sync_state FROM pg_stat_replication WHERE application_name = 's1'"));

        JsonElement switched = await laboratory.OperatorAsync(cluster.With(
            "Get-PgCluster -Definition $definition | Switch-PgPrimary -Candidate node25 -Confirm:$false; "
            + "$definition = Get-PgCluster -Definition $definition | Export-PgCluster; "
            + $"{DefinedCluster.SynchronizeAgain}; $cluster = Get-PgCluster -Definition $definition; {DefinedCluster.ShowMembers}"));
        await cluster.SqlAsync("node25", "INSERT INTO kept VALUES (2)");
        Assert.Equal(
            ["same", "node20 h1 Streaming node25"],
            switched.EnumerateArray().Select(line => line.ToString()).Take(2));
        await Laboratory.AwaitAsync("3", () => cluster.SqlAsync("node24", "SELECT sum(number) FROM kept"));

        await laboratory.OperatorAsync(cluster.With("Get-PgCluster -Definition $definition | Remove-PgCluster -Confirm:$false"));
        await AssertNoDataAsync(laboratory);
    }

    private static async Task AssertNoDataAsync(Laboratory laboratory)
    {
        foreach (string host in Hosts)
            Assert.Equal("", await laboratory.RunAsync(host, "find", "/var/lib/postgresql", "-name", "PG_VERSION", "-path", "*node2*"));
    }
}
