namespace PgHa.Laboratory.Tests;

/// <summary>A server that Debian's unit started is stopped and started by its unit.</summary>
public class ServerControlTests
{
    [Fact]
    public async Task Restart_PgInstance_leaves_the_unit_active_and_the_server_up()
    {
        await using Laboratory laboratory = await Laboratory.RaiseAsync(1);
        var host = new DebianHost(laboratory, "h1");
        await host.CreateAsync("a");

        await laboratory.PowerShellAsync("h1", "Get-PgInstance 15/a | Restart-PgInstance -Confirm:$false");
        await host.AssertRunsAsDebianHasItAsync("a");
    }

    [Fact]
    public async Task Stop_and_Start_PgInstance_leave_what_systemctl_leaves()
    {
        await using Laboratory laboratory = await Laboratory.RaiseAsync(1);
        var host = new DebianHost(laboratory, "h1");
        await host.CreateAsync("a");

        await laboratory.PowerShellAsync("h1", "Get-PgInstance 15/a | Stop-PgInstance -Confirm:$false");
        Assert.Equal("down", (await host.ListAsync())["a"]);
        Assert.Equal("ActiveState=inactive", await laboratory.RunAsync("h1", "systemctl", "show", "postgresql@15-a", "-p", "ActiveState"));

        await laboratory.PowerShellAsync("h1", "Get-PgInstance 15/a | Start-PgInstance");
        await host.AssertRunsAsDebianHasItAsync("a");
    }

    [Fact]
    public async Task A_server_that_pg_ctl_started_beside_its_unit_is_found_and_given_back_to_it()
    {
        await using Laboratory laboratory = await Laboratory.RaiseAsync(1);
        var host = new DebianHost(laboratory, "h1");
        await host.CreateAsync("a");
        await host.RestartBesideUnitAsync("a");

        Assert.Contains("RunsOutsideUnit", await host.FindingsAsync("a"));
        await laboratory.PowerShellAsync("h1", "Get-PgInstance 15/a | Restart-PgInstance -Confirm:$false");
        await host.AssertRunsAsDebianHasItAsync("a");
        Assert.DoesNotContain("RunsOutsideUnit", await host.FindingsAsync("a"));
    }

    [Fact]
    public async Task A_boot_that_would_make_a_second_primary_is_foretold()
    {
        await using Laboratory laboratory = await Laboratory.RaiseAsync(1);
        var host = new DebianHost(laboratory, "h1");
        await host.CreateAsync("a");
        await host.CreateStandbyAsync("b", "a");
        await host.KillAsync("a");
        await host.SqlAsync("b", "SELECT pg_promote()");

        Assert.Contains("SecondPrimaryAtBoot", await host.FindingsAsync("b"));
        await laboratory.LabAsync("reboot", "h1");
        Assert.Equal("ff", await host.SqlAsync("a", "SELECT pg_is_in_recovery()") + await host.SqlAsync("b", "SELECT pg_is_in_recovery()"));
    }
}
