using System.Runtime.Versioning;
using PgHa.Engine.Instances;
using PgHa.Engine.Tests.Machines.Ssh;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Instances;

[UnsupportedOSPlatform("windows")]
public sealed class MachineExaminerTests
{
    private static readonly MachineExaminer Examiner = new(new EngineContext(new RecordingLog()));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_machine_over_ssh_shows_what_this_machine_shows()
    {
        MachineReport here = await Examiner.ExamineAsync(PgMachine.This, Cancellation);
        MachineReport there = await Examiner.ExamineAsync(LoopbackMachine.Shared.Machine(), Cancellation);

        Assert.Null(there.Failure);
        Assert.Equal((here.UserName, here.OperatingSystem), (there.UserName, there.OperatingSystem));
        Assert.Equal(here.Programs.Select(program => program.Version), there.Programs.Select(program => program.Version));
        Assert.Empty(there.MissingTools);
        Assert.InRange(there.ClockOffset!.Value.Duration(), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Contains(LoopbackMachine.Shared.Port(), there.ListeningPorts);
        Assert.NotNull(there.FreeSpace);
        Assert.NotEmpty(there.Locale!);
    }

    [Fact]
    public async Task A_machine_out_of_reach_is_a_report_with_the_reason()
    {
        MachineReport report = await Examiner.ExamineAsync(LoopbackMachine.Shared.Unknown, Cancellation);

        Assert.False(report.IsReachable);
        Assert.Contains("ssh does not know the host key of 'there'", report.Failure, StringComparison.Ordinal);
    }
}
