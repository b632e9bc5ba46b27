namespace PgHa.Tests.Maintenance;

public sealed class SuspensionTests
{
    private static readonly SuspensionLimits None = new(AllowFewerSyncStandbys: false, AllowCascadeInterruption: false);

    [Theory]
    // Others suffice: they take its place, and nothing changes.
    [InlineData("FIRST 1 (b, c)", "b,c", "FIRST 1 (b, c)")]
    [InlineData("FIRST 2 (b, c, d)", "b,c,d", "FIRST 2 (b, c, d)")]
    [InlineData("ANY 1 (b, c)", "b,c", "ANY 1 (b, c)")]
    [InlineData("FIRST 1 (*)", "b,c", "FIRST 1 (*)")]
    [InlineData("B, c", "b,c", "B, c")]
    // They do not.
    [InlineData("FIRST 2 (b, c, d)", "b,c", "FIRST 1 (b, c, d)")]
    [InlineData("ANY 2 (b, c)", "b,c", "ANY 1 (b, c)")]
    [InlineData("FIRST 2 (*)", "b,c", "FIRST 1 (*)")]
    [InlineData("FIRST 1 (b)", "b,c", null)]
    [InlineData("*", "b", null)]
    // It has no part in it, or another one of its name has.
    [InlineData("FIRST 2 (c, d)", "b,c,d", null)]
    [InlineData("FIRST 1 (b)", "b,b", "FIRST 1 (b)")]
    public void Commits_wait_for_those_who_are_left(string names, string streaming, string? without)
    {
        StandbyPlace place = Place(names, streaming);
        Assert.Equal(without, place.NamesWithout?.ToString());
        Assert.Equal(place.Names is not null && without != names, place.IsNeeded);
        string[] expected = place.IsNeeded ? ["WouldWeakenSynchronousReplication"] : [];
        Assert.Equal(expected, SuspensionRules.Check(place, None).Select(problem => problem.Id));
        Assert.Empty(SuspensionRules.Check(place, None with { AllowFewerSyncStandbys = true }));
    }

    [Fact]
    public void Of_what_is_not_there_yet_nobody_is_counted_upon()
    {
        StandbyPlace place = Place("FIRST 1 (b, c)", "b");
        StandbyStatus late = Row("c") with { State = "catchup" };
        place = With(place, place.Primary! with { Standbys = [.. place.Primary.Standbys, late] });
        Assert.True(place.IsNeeded);
        // One that does not run takes nobody's connection away.
        Assert.False((Place("FIRST 1 (b)", "b") with { Own = null }).IsNeeded);
        Assert.True((Place("FIRST 2 (b, c)", "c") with { Own = null }).IsNeeded);
    }

    [Fact]
    public void A_refusal_tells_who_is_left_and_who_could_be_named()
    {
        OperationProblem problem = Assert.Single(SuspensionRules.Check(Place("FIRST 2 (b, c)", "b,c,e"), None));
        Assert.Contains("wait for 2 of 'FIRST 2 (b, c)', and without it 1 can confirm them (c)", problem.Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "Name another standby that streams (e) with Enable-PgSyncStandby, or let", problem.Advice, StringComparison.Ordinal);
        problem = Assert.Single(SuspensionRules.Check(Place("b", "b"), None));
        Assert.Contains("nobody can confirm them", problem.Message, StringComparison.Ordinal);
        Assert.StartsWith("Bring another of them back first", problem.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void The_standby_of_a_standby_confirms_nothing_and_those_below_are_told()
    {
        StandbyPlace place = Place("b", "b");
        StandbyPlace cascaded = place with
        {
            Upstream = place.Own,
            Own = place.Own! with { Standbys = [Row("d"), Row("pg_basebackup") with { State = "backup" }] }
        };
        Assert.Null(cascaded.Names);
        OperationProblem problem = Assert.Single(SuspensionRules.Check(cascaded, None));
        Assert.Equal(
            ("StandbyHasFollowers", true),
            (problem.Id, problem.Message.Contains("d (streaming), pg_basebackup (backup)", StringComparison.Ordinal)));
        Assert.Empty(SuspensionRules.Check(cascaded, None with { AllowCascadeInterruption = true }));
        // Where the primary is not known, nobody can say what it waits for.
        Assert.Null((place with { Top = place.Own, Upstream = place.Own }).Names);
    }

    [Theory]
    [InlineData("FIRST 1 (b, c)", "FIRST 2 (b, c)", "b,c", "FIRST 2 (b, c)")]
    [InlineData("", "FIRST 2 (b, c)", "b,c", "FIRST 2 (b, c)")]
    [InlineData("", "b", "b,c", "b")]
    [InlineData("", "FIRST 3 (b, c, d)", "b,c", "FIRST 2 (b, c, d)")]
    [InlineData("", "b", "c", null)]
    // As much already, or more.
    [InlineData("FIRST 2 (b, c)", "FIRST 2 (b, c)", "b,c", null)]
    [InlineData("FIRST 2 (b, c)", "FIRST 1 (b, c)", "b,c", null)]
    [InlineData("FIRST 1 (b, c)", "FIRST 2 (b, c)", "b", null)]
    // Somebody else's decision.
    [InlineData("FIRST 1 (c, b)", "FIRST 2 (b, c)", "b,c", null)]
    [InlineData("ANY 1 (b, c)", "FIRST 2 (b, c)", "b,c", null)]
    [InlineData("FIRST 1 (b, c, d)", "FIRST 2 (b, c)", "b,c", null)]
    public void As_many_as_before_confirm_again_as_far_as_they_can(string now, string before, string able, string? expected) =>
        Assert.Equal(
            expected,
            ResumedNames.Of(SynchronousStandbyNames.Parse(now), SynchronousStandbyNames.Parse(before)!, able.Split(','))?.ToString());

    [Fact]
    public void The_way_back_is_a_command_that_can_be_pasted()
    {
        SuspendedNode node =
            new() { Server = Observed.Server("b", 2) with { DataDirectory = "/srv/it's" }, SyncStandbyNames = "FIRST 2 (b, c)" };
        Assert.Equal("Resume-PgNode '/srv/it''s' -SyncStandbyNames 'FIRST 2 (b, c)'", node.ResumeCommand);
        Assert.Equal("Resume-PgNode '/srv/it''s'", (node with { SyncStandbyNames = null }).ResumeCommand);
    }

    private static StandbyPlace Place(string names, string streaming)
    {
        ReplicationStatus primary = Observed.Primary("a", 1, [.. streaming.Split(',').Select(Row)]).Status! with
        {
            SynchronousStandbyNames = SynchronousStandbyNames.Parse(names)
        };
        return With(
            new StandbyPlace { Standby = Observed.Server("b", 2), ApplicationName = "b", Own = Observed.Standby("b", 2, 1).Status },
            primary);
    }

    private static StandbyPlace With(StandbyPlace place, ReplicationStatus primary) => place with { Upstream = primary, Top = primary };

    private static StandbyStatus Row(string name) =>
        new() { Upstream = Observed.Server("a", 1), ApplicationName = name, State = "streaming", FlushedLsn = Observed.End };
}
