namespace PgHa.Laboratory.Tests;

/// <summary>Three Debian clusters made by hand stay that after every change of primary, and after the reboot that follows it.</summary>
public class DebianClusterTests
{
    private static readonly string[] All = ["a", "b", "c"];

    [Fact]
    public async Task Switchover_failover_and_repair_each_survive_a_reboot()
    {
        await using Laboratory laboratory = await Laboratory.RaiseAsync(1);
        var host = new DebianHost(laboratory, "h1");
        await host.CreateAsync("a");
        await host.CreateStandbyAsync("b", "a");
        await host.CreateStandbyAsync("c", "a");

        await laboratory.PowerShellAsync("h1", "Get-PgInstance 15/a | Switch-PgPrimary -Candidate 15/b -Confirm:$false");
        await host.AssertStreamAsync("b", "a", "c");
        await host.AssertRunsAsDebianHasItAsync(All);
        await laboratory.LabAsync("reboot", "h1");
        await host.AssertStreamAsync("b", "a", "c");
        await host.AssertRunsAsDebianHasItAsync(All);

        await host.KillAsync("b");
        await laboratory.PowerShellAsync("h1", "Get-PgInstance 15/c | Invoke-PgFailover -Candidate 15/c -Confirm:$false");
        await host.AssertStreamAsync("c", "a");
        await host.AssertRunsAsDebianHasItAsync("a", "c");

        await laboratory.PowerShellAsync(
            "h1", "Get-PgInstance 15/b | Repair-PgStandby (Get-PgInstance 15/c) -SlotName b -CreateSlot -Confirm:$false");
        await host.AssertStreamAsync("c", "a", "b");
        await host.AssertRunsAsDebianHasItAsync(All);
        await laboratory.LabAsync("reboot", "h1");
        await host.AssertStreamAsync("c", "a", "b");
        await host.AssertRunsAsDebianHasItAsync(All);
    }
}
