using System.Text.Json;

namespace PgHa.Laboratory.Tests;

/// <summary>The configuration of a Debian cluster is in /etc/postgresql, and what lies in its data directory is not read.</summary>
public class DebianLayoutTests
{
    [Fact]
    public async Task A_postgresql_conf_in_the_data_directory_is_not_the_one_that_counts()
    {
        await using Laboratory laboratory = await Laboratory.RaiseAsync(1);
        var host = new DebianHost(laboratory, "h1");
        await host.CreateAsync("a");
        await laboratory.RunAsync(
            "h1", "runuser", "-u", "postgres", "--", "sh", "-c", "echo 'port = 9999' > /var/lib/postgresql/15/a/postgresql.conf");

        JsonElement found = await laboratory.PowerShellAsync("h1", "Get-PgInstance | Select-Object Name, Port");
        Assert.Equal("""[{"Name":"15/a","Port":5432}]""", found.GetRawText());

        // Of a server that is stopped the file is changed.
        await host.SystemctlAsync("stop", "a");
        await laboratory.PowerShellAsync("h1", "Get-PgInstance 15/a | Set-PgSetting @{ work_mem = '5MB' } -Confirm:$false");
        await laboratory.RunAsync("h1", "rm", "/var/lib/postgresql/15/a/postgresql.conf");
        await host.SystemctlAsync("start", "a");
        await host.AssertRunsAsDebianHasItAsync("a");
        Assert.Equal("5MB", await host.SqlAsync("a", "SHOW work_mem"));
    }

    [Fact]
    public async Task A_crashed_primary_with_commits_of_its_own_is_rewound_and_stays_a_Debian_cluster()
    {
        await using Laboratory laboratory = await Laboratory.RaiseAsync(1);
        var host = new DebianHost(laboratory, "h1");
        await host.CreateAsync("a");
        await host.CreateStandbyAsync("b", "a");
        await host.SystemctlAsync("stop", "b");
        await host.SqlAsync("a", "CREATE TABLE lost AS SELECT 1 AS one");
        await host.KillAsync("a");
        await host.SystemctlAsync("start", "b");

        // By hand, so that nothing has prepared the old primary for what comes.
        await host.SqlAsync("b", "SELECT pg_promote()");

        await laboratory.PowerShellAsync(
            "h1", "Get-PgInstance 15/a | Repair-PgStandby (Get-PgInstance 15/b) -SlotName a -CreateSlot -AllowDataLoss -Confirm:$false");
        await host.AssertStreamAsync("b", "a");
        await host.AssertRunsAsDebianHasItAsync("a", "b");
        Assert.Equal("", await host.SqlAsync("a", "SELECT to_regclass('lost')"));

        await laboratory.LabAsync("reboot", "h1");
        await host.AssertStreamAsync("b", "a");
        await host.AssertRunsAsDebianHasItAsync("a", "b");
    }
}
