namespace PgHa.Tests.Instances;

public sealed class StartPhaseTests
{
    [Theory]
    [InlineData(DatabaseState.InCrashRecovery, "postgres: startup recovering 000000010000000000000007",
        "recovers from a crash, at WAL file 000000010000000000000007")]
    [InlineData(DatabaseState.InArchiveRecovery, "postgres: a: startup waiting for 000000020000000000000008",
        "replays WAL until it is consistent, waits for WAL file 000000020000000000000008")]
    [InlineData(DatabaseState.InProduction, "postgres: startup ", "begins to recover from a crash")]
    [InlineData(DatabaseState.ShuttingDown, null, "begins to recover from a crash")]
    [InlineData(DatabaseState.ShutDown, null, "starts")]
    [InlineData(null, "postgres: startup performing end-of-recovery checkpoint", "starts: performing end-of-recovery checkpoint")]
    public void The_phase_is_told_by_the_control_file_and_the_title_of_the_startup_process(
        DatabaseState? state, string? title, string phase) =>
        Assert.Equal(phase, StartPhase.Describe(state, title is null ? null : ProcessTitle.Parse(title)));
}
