namespace PgHa.Tests.Machines;

public sealed class MachineReportTests
{
    private static readonly MachineReport Good = new()
    {
        Machine = PgMachine.Parse("db1"),
        ClockOffset = TimeSpan.FromSeconds(-1.9),
        FreeSpace = 1L << 40,
        Programs = [new MachineProgram(ServerVersion.Parse("15.18"), "/usr/lib/postgresql/15/bin")],
    };

    [Fact]
    public void A_machine_that_PgHa_can_work_with_has_no_findings()
    {
        Assert.True(Good.IsReachable);
        Assert.Empty(Good.Findings);
    }

    [Fact]
    public void A_machine_out_of_reach_says_only_that()
    {
        MachineReport report = new() { Machine = Good.Machine, Failure = "'db1' cannot be reached by ssh." };

        Assert.False(report.IsReachable);
        Assert.Equal(["'db1' cannot be reached by ssh."], report.Findings);
    }

    [Fact]
    public void Each_obstacle_is_a_finding()
    {
        Assert.Equal(["PgHa needs programs that are missing: dd, stat."], (Good with { MissingTools = ["dd", "stat"] }).Findings);
        Assert.Equal(["No programs of PostgreSQL's server were found."], (Good with { Programs = [] }).Findings);
        Assert.Equal(["The clock is 3600 s ahead."], (Good with { ClockOffset = TimeSpan.FromHours(1) }).Findings);
        Assert.Equal(["The clock is 60 s behind."], (Good with { ClockOffset = TimeSpan.FromMinutes(-1) }).Findings);
        Assert.Equal(
            ["The file system of /var/lib has only 255 MB of free space."], (Good with { FreeSpace = (256L << 20) - 1 }).Findings);
        Assert.Empty((Good with { ClockOffset = null, FreeSpace = null }).Findings);
    }
}
