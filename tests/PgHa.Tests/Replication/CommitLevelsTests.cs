namespace PgHa.Tests;

public sealed class CommitLevelsTests
{
    [Theory]
    [InlineData("off", CommitLevel.Off, false)]
    [InlineData("local", CommitLevel.Local, false)]
    [InlineData("remote_write", CommitLevel.RemoteWrite, true)]
    [InlineData("on", CommitLevel.On, true)]
    [InlineData("remote_apply", CommitLevel.RemoteApply, true)]
    public void A_level_is_written_as_the_setting_spells_it(string text, CommitLevel level, bool waits)
    {
        Assert.Equal(level, CommitLevels.Parse(text));
        Assert.Equal(text, level.ToSetting());
        Assert.Equal(waits, level.WaitsForStandbys());
    }

    [Fact]
    public void Another_word_is_no_level() => Assert.Throws<MalformedTextException>(() => CommitLevels.Parse("remote"));

    [Theory]
    [InlineData(CommitLevel.RemoteWrite, ReplicationStage.Written)]
    [InlineData(CommitLevel.On, ReplicationStage.Flushed)]
    [InlineData(CommitLevel.RemoteApply, ReplicationStage.Replayed)]
    public void A_level_is_reached_at_a_stage(CommitLevel level, ReplicationStage stage) => Assert.Equal(stage, level.ToStage());

    [Theory]
    [InlineData(CommitLevel.Off)]
    [InlineData(CommitLevel.Local)]
    public void What_asks_nothing_of_a_standby_is_reached_at_no_stage(CommitLevel level) =>
        Assert.Equal("CommitLevelIsLocal", Assert.Throws<PgHaException>(() => level.ToStage()).ErrorId);
}
