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
}
