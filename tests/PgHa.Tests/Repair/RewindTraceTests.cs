namespace PgHa.Tests.Repair;

public sealed class RewindTraceTests
{
    private const string Own = "000000020000000000000003";
    private const string Later = "000000030000000000000003";
    private const string History = "00000003.history";

    private static readonly ControlData Standby = ControlData.Parse(Fixture.Read("pg_controldata-15-standby.txt"));

    [Theory]
    [InlineData(DatabaseState.ShutDown, false, Later, true)]
    [InlineData(DatabaseState.ShutDown, false, History, true)]
    [InlineData(DatabaseState.ShutDown, true, "00000002.history", false)]
    // What is promoted begins a timeline that its control file does not tell of before the next checkpoint.
    [InlineData(DatabaseState.InProduction, true, Later, false)]
    [InlineData(DatabaseState.InArchiveRecovery, true, Later, false)]
    // A standby receives the next timeline, and the history of one that it cannot follow.
    [InlineData(DatabaseState.ShutDownInRecovery, false, Later, false)]
    [InlineData(DatabaseState.ShutDownInRecovery, true, History, false)]
    [InlineData(DatabaseState.ShutDownInRecovery, true, Later, true)]
    public void WAL_that_the_server_cannot_have_written_or_received_is_a_rewind_s(
        DatabaseState state, bool diverges, string file, bool isTrace)
    {
        ControlData control = Standby with { State = state, Timeline = new(2), MinimumRecoveryEndTimeline = null };
        Assert.Equal(isTrace ? file : null, RewindTrace.Find(control, diverges, ["archive_status", file, Own])?.ToString());
    }

    [Fact]
    public void A_standby_s_timeline_is_the_one_that_it_has_to_recover_to()
    {
        ControlData control = Standby with
        {
            State = DatabaseState.ShutDownInRecovery,
            Timeline = new(2),
            MinimumRecoveryEndTimeline = new TimelineId(3),
        };
        Assert.Null(RewindTrace.Find(control, diverges: true, [Own, Later]));
    }

    [Fact]
    public void The_first_of_several_files_is_named_in_whichever_order_they_are_listed()
    {
        ControlData control = Standby with { State = DatabaseState.ShutDown, Timeline = new(2), MinimumRecoveryEndTimeline = null };
        const string Next = "000000030000000000000004";
        Assert.Equal(Later, RewindTrace.Find(control, diverges: false, [Next, Own, Later])?.ToString());
        Assert.Equal(Later, RewindTrace.Find(control, diverges: false, [Later, Own, Next])?.ToString());
    }
}
