namespace PgHa.Laboratory.Tests;

/// <summary>
/// The life of a cluster of Debian clusters made by hand: switchover, failover and repair, each followed by a boot of every host. Where
/// its servers are, and how PowerShell names them, is up to the test.
/// </summary>
/// <param name="laboratory">The hosts.</param>
/// <param name="hosts">The host of each of the clusters a, b and c.</param>
/// <param name="order">Has a PowerShell carry out a script.</param>
/// <param name="instance">The PowerShell expression for a server, by its cluster.</param>
/// <param name="cluster">The PowerShell expression for the whole cluster, or for a member that runs, by its cluster.</param>
internal sealed class DebianScenario(
    Laboratory laboratory, IReadOnlyDictionary<string, DebianHost> hosts, Func<string, Task> order, Func<string, string> instance,
    Func<string, string> cluster)
{
    /// <summary>Makes the primary a, and its standbys b and c.</summary>
    public async Task CreateAsync()
    {
        await hosts["a"].CreateAsync("a");
        foreach (string standby in new[] { "b", "c" })
            await hosts[standby].CreateStandbyAsync(standby, "a", hosts["a"].Address);
    }

    /// <summary>A switchover to b, a crash of b and a failover to c, and the repair of b.</summary>
    public async Task LiveAsync()
    {
        await order($"{cluster("a")} | Switch-PgPrimary -Candidate 15/b -Confirm:$false");
        await AssertAsync("b", "a", "c");
        await BootAsync();
        await AssertAsync("b", "a", "c");

        await hosts["b"].KillAsync("b");
        await order($"{cluster("c")} | Invoke-PgFailover -Candidate 15/c -Confirm:$false");
        await AssertAsync("c", "a");
        // Debian starts the old primary again. It must come up as a standby.
        await BootAsync();
        await hosts["c"].AssertStreamsAsync("c", "a");
        Assert.Equal("t", await hosts["b"].SqlAsync("b", "SELECT pg_is_in_recovery()"));

        await order($"{instance("b")} | Repair-PgStandby ({instance("c")}) -SlotName b -CreateSlot -Confirm:$false");
        await AssertAsync("c", "a", "b");
        await BootAsync();
        await AssertAsync("c", "a", "b");
    }

    private async Task BootAsync()
    {
        foreach (string host in hosts.Values.Select(host => host.Name).Distinct())
            await laboratory.LabAsync("reboot", host);
    }

    private async Task AssertAsync(string primary, params string[] standbys)
    {
        await hosts[primary].AwaitStandbysAsync(primary, standbys.Length);
        Assert.Equal("f", await hosts[primary].SqlAsync(primary, "SELECT pg_is_in_recovery()"));
        foreach (string standby in standbys)
            Assert.Equal("t", await hosts[standby].SqlAsync(standby, "SELECT pg_is_in_recovery()"));
        foreach (string cluster in standbys.Append(primary))
            await hosts[cluster].AssertRunsAsDebianHasItAsync(cluster);
    }
}
