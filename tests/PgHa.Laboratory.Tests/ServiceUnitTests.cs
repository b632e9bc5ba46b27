using System.Text.Json;

namespace PgHa.Laboratory.Tests;

/// <summary>Servers of units that an administrator wrote, of two types that Debian's unit does not have.</summary>
public class ServiceUnitTests
{
    private const string Data = "/var/lib/postgresql/own";

    // KillMode and KillSignal as PostgreSQL's documentation has them; and as a unit has them that says nothing about them.
    [Theory]
    [InlineData("notify", "KillMode=mixed\nKillSignal=SIGINT")]
    [InlineData("simple", "Restart=always")]
    public async Task A_unit_that_names_the_data_directory_starts_and_stops_the_server(string type, string more)
    {
        await using Laboratory laboratory = await Laboratory.RaiseAsync(1);
        await CreateAsync(laboratory, type, more);

        JsonElement found = await laboratory.PowerShellAsync("h1", $"(Get-PgInstance -DataDirectory {Data}).ControlledBy");
        Assert.Equal("""["systemd unit own"]""", found.GetRawText());
        foreach (string command in new[] { "Restart-PgInstance", "Stop-PgInstance", "Start-PgInstance" })
        {
            await laboratory.PowerShellAsync("h1", $"Get-PgInstance -DataDirectory {Data} | {command}");
            await AssertUnitAsync(laboratory, isActive: command != "Stop-PgInstance");
        }

        await laboratory.PowerShellAsync("h1", $"Get-PgInstance -DataDirectory {Data} | Stop-PgInstance -Mode Immediate");
        await AssertUnitAsync(laboratory, isActive: false);
        // systemd gives up on a unit that is started too often. A restart must not end there.
        await laboratory.PowerShellAsync(
            "h1", $"$server = Get-PgInstance -DataDirectory {Data}; 1..7 | ForEach-Object {{ Restart-PgInstance $server }}");
        await AssertUnitAsync(laboratory, isActive: true);
    }

    [Fact]
    public async Task The_servers_user_is_told_what_to_type_and_root_brings_a_server_back_to_its_unit()
    {
        await using Laboratory laboratory = await Laboratory.RaiseAsync(1);
        var host = new DebianHost(laboratory, "h1");
        await host.CreateAsync("a");

        ProcessResult refused = await laboratory.TryRunAsync(
            "h1", "runuser", "-u", "postgres", "--", "pwsh", "-NoProfile", "-Command",
            "$ErrorActionPreference = 'Stop'; Import-Module /opt/pgha/PgHa.psd1; try { Restart-PgInstance 15/a } catch { "
                + "$_.FullyQualifiedErrorId; $_.ErrorDetails.RecommendedAction }");
        Assert.Contains("ServiceAccessDenied", refused.Output, StringComparison.Ordinal);
        Assert.Contains("sudo systemctl restart postgresql@15-a", refused.Output, StringComparison.Ordinal);
        await host.AssertRunsAsDebianHasItAsync("a");

        // Behind systemd's back: the unit fails, and the server runs beside it.
        await laboratory.RunAsync(
            "h1", "runuser", "-u", "postgres", "--", "/usr/lib/postgresql/15/bin/pg_ctl", "stop", "-w", "-s", "-D",
            "/var/lib/postgresql/15/a");
        await laboratory.RunAsync("h1", "pg_ctlcluster", "--skip-systemctl-redirect", "15", "a", "start");
        JsonElement findings = await laboratory.PowerShellAsync("h1", "(Test-PgCluster 15/a -Detailed).Check -eq 'RunsOutsideUnit'");
        Assert.Equal("""["RunsOutsideUnit"]""", findings.GetRawText());
        await laboratory.PowerShellAsync("h1", "Get-PgInstance 15/a | Restart-PgInstance");
        await host.AssertRunsAsDebianHasItAsync("a");
    }

    private static async Task CreateAsync(Laboratory laboratory, string type, string more)
    {
        const string Programs = "/usr/lib/postgresql/15/bin";
        await laboratory.RunAsync(
            "h1", "runuser", "-u", "postgres", "--", $"{Programs}/initdb", "-D", Data, "-A", "trust", "-N");
        string unit = $"""
            [Service]
            Type={type}
            User=postgres
            Environment=PGDATA={Data}
            ExecStart={Programs}/postgres -D $PGDATA
            {more}
            [Install]
            WantedBy=multi-user.target
            """.Replace("$PGDATA", "${PGDATA}", StringComparison.Ordinal);
        await laboratory.RunAsync("h1", "sh", "-c", "printf '%s\\n' \"$1\" > /etc/systemd/system/own.service", "sh", unit);
        await laboratory.RunAsync("h1", "systemctl", "enable", "--now", "own");
    }

    private static async Task AssertUnitAsync(Laboratory laboratory, bool isActive)
    {
        string shown = await laboratory.RunAsync("h1", "systemctl", "show", "own", "-p", "ActiveState", "-p", "Result", "-p", "MainPID");
        Assert.Contains(isActive ? "ActiveState=active" : "ActiveState=inactive", shown, StringComparison.Ordinal);
        Assert.Contains("Result=success", shown, StringComparison.Ordinal);
        if (isActive)
        {
            string pid = (await laboratory.RunAsync("h1", "cat", $"{Data}/postmaster.pid")).Split('\n')[0];
            Assert.Contains($"MainPID={pid}\n", $"{shown}\n", StringComparison.Ordinal);
        }
    }
}
