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
}
