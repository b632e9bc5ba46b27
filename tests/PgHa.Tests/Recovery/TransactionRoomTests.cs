namespace PgHa.Tests.Recovery;

public sealed class TransactionRoomTests
{
    [Fact]
    public void A_server_starts_with_what_its_files_have()
    {
        MemberObservation member = Pending(Observations.Good(), "b", "50").Find("b")!;
        Assert.Equal(("100", "50"), (member.Value("max_connections"), member.NextValue("max_connections")));
        Assert.Equal("10", member.NextValue("max_wal_senders"));
        Assert.Null((member with { Pending = new Dictionary<string, string>() }).NextValue("max_connections"));
        TransactionRoom room = TransactionRoom.Of(member);
        Assert.Equal((100, 50), (room.Now["max_connections"], room.Next["max_connections"]));
    }

    [Fact]
    public void A_standby_is_not_restarted_with_less_than_its_primary_has()
    {
        OperationProblem problem = Assert.Single(Rolling(Pending(Observations.Good(), "b", "50"), ["b"], null));
        Assert.Equal(
            ("StandbySettingsTooLow", "b would not start again: max_connections = 50, needs 100, as a has it."),
            (problem.Id, problem.Message));
        Assert.Equal("Raise it on b to at least that (Set-PgSetting).", problem.Advice);
        problem = Assert.Single(Rolling(Pending(Pending(Observations.Good(), "b", "50"), "a", "50"), ["b"], "b"));
        Assert.StartsWith("Lower it on the primary first: restart a alone (Restart-PgInstance)", problem.Advice, StringComparison.Ordinal);
        Assert.Empty(Rolling(Pending(Observations.Good(), "b", "50"), ["c"], null));
    }

    [Fact]
    public void Raised_on_all_it_takes_a_rolling_restart_and_not_on_some_only()
    {
        ClusterObservation raised = Pending(Pending(Pending(Observations.Good(), "a", "200"), "b", "200"), "c", "200");
        Assert.Empty(Rolling(raised, ["b", "c"], "b"));
        Assert.Equal(
            ["a could not replay what b writes: max_connections = 100, needs 200."],
            Messages(Rolling(Pending(Pending(Observations.Good(), "b", "200"), "c", "200"), ["b", "c"], "b")));
        Assert.Equal(
            ["c could not replay what b writes: max_connections = 100, needs 200."],
            Messages(Rolling(Pending(Pending(Observations.Good(), "a", "200"), "b", "200"), ["b"], "b")));
    }

    [Fact]
    public void What_a_server_would_start_with_is_not_guessed()
    {
        Assert.Equal(
            "SettingsUnknown",
            Assert.Single(Rolling(Observations.Good().With("c", member => member with { Settings = null }), ["b"], null)).Id);
    }

    [Theory]
    [InlineData("max_connections", true)]
    [InlineData("MAX_WAL_SENDERS", true)]
    [InlineData("work_mem", false)]
    public void The_settings_are_known_by_name(string name, bool isOne) => Assert.Equal(isOne, StandbyRequirement.IsAbout(name));

    [Fact]
    public void Up_to_11_WAL_senders_are_none_of_them()
    {
        Assert.DoesNotContain("max_wal_senders", StandbyRequirement.NamesOf(ServerDialect.For(ServerVersion.OfMajor(11))));
        Assert.Contains("max_wal_senders", StandbyRequirement.NamesOf(ServerDialect.For(ServerVersion.OfMajor(12))));
    }

    [Fact]
    public void A_definition_that_would_leave_a_standby_down_is_not_carried_out()
    {
        ClusterObservation good = Observations.Good();
        ClusterDrift onB = Drift(good, "b", "50"), onA = Drift(good, "a", "50");
        Assert.Equal(
            ["b could not replay what a writes: max_connections = 50, needs 100."],
            Messages(SyncRoom.Check(good, [onB], allowPrimaryRestart: true)));
        // Lowered on the primary too, it is left until the primary may be restarted.
        Assert.Empty(SyncRoom.Check(good, [onA, onB], allowPrimaryRestart: false));
        Assert.Empty(SyncRoom.Check(good, [onA, onB], allowPrimaryRestart: true));
        Assert.Equal(
            [
                "b could not replay what a writes: max_connections = 100, needs 200.",
                "c could not replay what a writes: max_connections = 100, needs 200."
            ],
            Messages(SyncRoom.Check(good, [Drift(good, "a", "200")], allowPrimaryRestart: true)));
        Assert.Empty(
            SyncRoom.Check(good, [Drift(good, "a", "200"), Drift(good, "b", "200"), Drift(good, "c", "200")], allowPrimaryRestart: true));
    }

    [Fact]
    public void A_standby_whose_files_were_lowered_already_waits_for_the_primary()
    {
        ClusterObservation lowered = Pending(Observations.Good(), "b", "50");
        Assert.True(SyncRoom.StartsTooLow(lowered, [], "b", "a"));
        Assert.False(SyncRoom.StartsTooLow(lowered, [], "c", "a"));
        Assert.False(SyncRoom.StartsTooLow(lowered, [Drift(lowered, "b", "200")], "b", "a"));
        Assert.False(SyncRoom.StartsTooLow(Observations.Good(), [Drift(lowered, "b", "50"), Drift(lowered, "a", "50")], "b", "a"));
    }

    private static IReadOnlyList<OperationProblem> Rolling(ClusterObservation observation, string[] restarted, string? next) =>
        TransactionRoom.OfRollingRestart(observation, "a", restarted, next);

    private static string[] Messages(IEnumerable<OperationProblem> problems) => [.. problems.Select(problem => problem.Message)];

    private static ClusterObservation Pending(
        ClusterObservation observation, string name, string value) => observation.With(name, member => member with
        {
            Settings =
            [.. member.Settings!.Select(setting => setting.Name == "max_connections" ? setting with { PendingRestart = true } : setting)],
            Pending = new Dictionary<string, string> { ["max_connections"] = value },
        });

    private static ClusterDrift Drift(ClusterObservation observation, string node, string expected) =>
        ClusterComparison.Drift(
            observation.Find(node)!.Member, DriftKind.Setting, "max_connections", expected, "100", null, needsRestart: true);
}
