namespace PgHa.Tests.Wal;

public sealed class ReplayObstacleTests
{
    private static readonly ReplayObstacle Behind = new()
    {
        Standby = "b@127.0.0.1:2",
        Received = Lsn.Parse("0/5000000"),
        Replayed = Lsn.Parse("0/4000000"),
        ApplyDelay = TimeSpan.Zero,
        StreamingDelay = "-1"
    };

    [Fact]
    public void A_pause_a_delay_and_a_session_are_named()
    {
        Assert.Equal("ReplayPaused", (Behind with { IsPaused = true, ApplyDelay = TimeSpan.FromHours(1) }).ToProblem().Id);
        Assert.Equal("ReplayDelayed", (Behind with { ApplyDelay = TimeSpan.FromHours(1) }).ToProblem().Id);
        OperationProblem blocked = (Behind with
        {
            WaitEvent = "RecoveryConflictSnapshot",
            Blockers = [new(4711, "app", "psql", TimeSpan.FromMinutes(5)), new(4712, null, null, null)]
        }).ToProblem();
        Assert.Equal("ReplayBlocked", blocked.Id);
        Assert.Equal(
            "b@127.0.0.1:2 has WAL up to 0/5000000, and has replayed it up to 0/4000000 "
            + "(its startup process waits for RecoveryConflictSnapshot): sessions are in the way: "
            + $"process 4711 of role app (psql), for {LagDiagnosis.Describe(TimeSpan.FromMinutes(5))}; process 4712 of role unknown.",
            blocked.Message);
        Assert.Contains("pg_terminate_backend(4711)", blocked.Advice, StringComparison.Ordinal);
        Assert.Contains("(-1; -1 is for ever)", blocked.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_known_is_said_to_be_unknown()
    {
        OperationProblem behind = new ReplayObstacle { Standby = "b" }.ToProblem();
        Assert.Equal(
            ("ReplayBehind", "b has WAL up to an unknown position, and has replayed it up to an unknown one."),
            (behind.Id, behind.Message));
    }

    [Theory]
    [InlineData("RecoveryWalStream", true)]
    [InlineData("RecoveryWalAll", true)]
    [InlineData("RecoveryRetrieveRetryInterval", true)]
    [InlineData("RecoveryConflictSnapshot", false)]
    [InlineData("RecoveryPause", false)]
    [InlineData(null, false)]
    public void A_startup_process_that_waits_for_WAL_has_replayed_all_there_is(string? waitEvent, bool waits) =>
        Assert.Equal(waits, (Behind with { WaitEvent = waitEvent }).WaitsForWal);
}
