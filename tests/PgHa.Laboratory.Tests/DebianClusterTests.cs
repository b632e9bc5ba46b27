namespace PgHa.Laboratory.Tests;

/// <summary>Three Debian clusters made by hand stay that after every change of primary, and after the reboot that follows it.</summary>
public class DebianClusterTests
{
    [Fact]
    public async Task A_server_and_a_clone_that_PgHa_made_as_Debian_clusters_come_back_after_a_boot()
    {
        await using Laboratory laboratory = await Laboratory.RaiseAsync(1);
        var host = new DebianHost(laboratory, "h1");
        await laboratory.PowerShellAsync(
            "h1",
            """
            $a = New-PgInstance -DebianCluster 15/a -Port 5432 -Trust | Start-PgInstance -PassThru
            $b = $a | New-PgBaseBackup -DebianCluster 15/b -Port 5433
            $b | Set-PgRecoveryConf -Upstream $a -PassThru | Start-PgInstance
            """);
        await host.AssertStreamAsync("a", "b");
        await host.AssertRunsAsDebianHasItAsync("a", "b");
        await laboratory.LabAsync("reboot", "h1");
        await host.AssertStreamAsync("a", "b");
        await host.AssertRunsAsDebianHasItAsync("a", "b");

        // The same for a unit that somebody wrote, which nobody has enabled yet.
        await laboratory.RunAsync(
            "h1", "sh", "-c",
            """
            program=/usr/lib/postgresql/15/bin/postgres
            unit=/etc/systemd/system/own.service
            printf "[Service]\nType=notify\nUser=postgres\nExecStart=$program -D /var/lib/postgresql/own\n" > $unit
            printf '[Install]\nWantedBy=multi-user.target\n' >> $unit
            systemctl daemon-reload
            """);
        await laboratory.PowerShellAsync(
            "h1",
            """
            $a = Get-PgInstance 15/a
            $a | New-PgBaseBackup c -ServiceName own -Port 5434 |
                Set-PgRecoveryConf -Upstream $a -PassThru | Start-PgInstance
            """);
        await host.AssertStreamAsync("a", "b", "c");
        await laboratory.LabAsync("reboot", "h1");
        await host.AssertStreamAsync("a", "b", "c");
        Assert.Equal("active", await laboratory.RunAsync("h1", "systemctl", "is-active", "own"));
    }

    [Fact]
    public async Task Switchover_failover_and_repair_each_survive_a_reboot()
    {
        await using Laboratory laboratory = await Laboratory.RaiseAsync(1);
        var host = new DebianHost(laboratory, "h1");
        var scenario = new DebianScenario(
            laboratory, new Dictionary<string, DebianHost> { ["a"] = host, ["b"] = host, ["c"] = host },
            script => laboratory.PowerShellAsync("h1", script), Instance, Instance);

        await scenario.CreateAsync();
        await scenario.LiveAsync();
    }

    private static string Instance(string cluster) => $"Get-PgInstance 15/{cluster}";
}
