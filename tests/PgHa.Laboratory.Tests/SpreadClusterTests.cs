using System.Text.Json;

namespace PgHa.Laboratory.Tests;

/// <summary>
/// A cluster over three hosts, made by hand with <c>pg_createcluster</c> and <c>pg_basebackup -R</c>, and worked on by an operator who
/// reaches the hosts by ssh alone.
/// </summary>
public class SpreadClusterTests
{
    private static readonly string[] Hosts = ["h1", "h2", "h3"];

    [Fact]
    public async Task It_is_found_checked_changed_repaired_and_booted_and_stays_what_it_was()
    {
        await using Laboratory laboratory = await Laboratory.RaiseAsync(3);
        var hosts = new Dictionary<string, DebianHost>
        {
            ["a"] = new(laboratory, "h1"),
            ["b"] = new(laboratory, "h2"),
            ["c"] = new(laboratory, "h3"),
        };
        string machines = string.Join(", ", Hosts.Select(host => $"'{laboratory.MachineOf(host)}'"));
        string Instance(string cluster) => $"Get-PgInstance -Machine {machines} | Where-Object Name -eq 15/{cluster}";
        var scenario = new DebianScenario(
            laboratory, hosts, laboratory.OperatorAsync, Instance, _ => $"Get-PgCluster -Machine {machines}");
        await scenario.CreateAsync();

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
        JsonElement critical = await laboratory.OperatorAsync(
            $"Get-PgCluster -Machine {machines} | Test-PgCluster -Detailed | Where-Object Severity -eq Critical | ForEach-Object Check");
        Assert.Equal("[]", critical.ToString());

        await hosts["a"].SqlAsync("a", "CREATE TABLE kept AS SELECT 1 AS number");
        await scenario.LiveAsync();

        await laboratory.OperatorAsync(
            $"$servers = Get-PgInstance -Machine {machines}; Repair-PgStandby ($servers | Where-Object Name -eq 15/b) "
            + "-Upstream ($servers | Where-Object Name -eq 15/c) -NewClone -RemoveOld -Confirm:$false");
        await hosts["c"].AwaitStandbysAsync("c", 2);
        await hosts["b"].AssertRunsAsDebianHasItAsync("b");
        Assert.Equal("1", await hosts["b"].SqlAsync("b", "SELECT sum(number) FROM kept"));
    }
}
