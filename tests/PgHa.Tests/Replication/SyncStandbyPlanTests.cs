namespace PgHa.Tests;

public sealed class SyncStandbyPlanTests
{
    private static readonly PgInstance Primary = new() { Name = "primary" };

    [Theory]
    [InlineData("", "s1", null, null, "FIRST 1 (s1)")]
    [InlineData("", "s1,s2", SyncMethod.Any, 2, "ANY 2 (s1, s2)")]
    [InlineData("1 (s2)", "s1", null, null, "FIRST 1 (s2, s1)")]
    [InlineData("ANY 2 (a, b)", "c", null, null, "ANY 2 (a, b, c)")]
    [InlineData("ANY 2 (a, b)", "c", SyncMethod.First, 3, "FIRST 3 (a, b, c)")]
    [InlineData("1 (s1)", "S1", null, null, "FIRST 1 (s1)")]
    [InlineData("*", "s1", null, null, "*")]
    [InlineData("*", "s1", null, 2, "FIRST 2 (*)")]
    public void Standbys_are_added(string current, string names, SyncMethod? method, int? count, string expected) =>
        Assert.Equal(expected, SyncStandbyPlan.Add(SynchronousStandbyNames.Parse(current), names.Split(','), method, count).ToString());

    [Fact]
    public void Waiting_for_more_standbys_than_are_named_is_refused() =>
        Assert.Equal("SyncCountTooHigh", Assert.Throws<PgHaException>(() => SyncStandbyPlan.Add(null, ["s1"], null, 2)).ErrorId);

    [Theory]
    [InlineData("FIRST 2 (s1, s2)", "s1", "FIRST 1 (s2)")]
    [InlineData("FIRST 1 (s1, s2)", "s1,s2", "")]
    [InlineData("FIRST 1 (s1)", "other", "FIRST 1 (s1)")]
    [InlineData("*", "*", "")]
    public void Standbys_are_taken_out(string current, string names, string expected) =>
        Assert.Equal(expected, SyncStandbyPlan.Remove(SynchronousStandbyNames.Parse(current)!, names.Split(','))?.ToString() ?? "");

    [Fact]
    public void One_name_cannot_be_taken_out_of_the_wildcard() =>
        Assert.Equal(
            "StandbyListedByWildcard",
            Assert.Throws<PgHaException>(() => SyncStandbyPlan.Remove(SynchronousStandbyNames.Parse("*")!, ["s1"])).ErrorId);

    [Fact]
    public void Only_who_streams_now_counts()
    {
        StandbyStatus[] standbys =
            [Standby("s1", "streaming"), Standby("s2", "catchup"), Standby("dup", "streaming"), Standby("dup", "streaming")];

        Assert.Equal(["s2", "s3"], SyncStandbyPlan.NotStreaming(["S1", "s2", "s3", "*"], standbys));
        Assert.Equal(["dup"], SyncStandbyPlan.Ambiguous(SynchronousStandbyNames.Parse("s1, dup")!, standbys));
        Assert.Empty(SyncStandbyPlan.Ambiguous(SynchronousStandbyNames.Parse("s1")!, standbys));
        Assert.True(SyncStandbyPlan.Assess(SynchronousStandbyNames.Parse("2 (s1, s2)")!, standbys).WouldHang);
    }

    private static StandbyStatus Standby(string name, string state) =>
        new() { Upstream = Primary, ApplicationName = name, State = state, FlushedLsn = new Lsn(1) };
}
