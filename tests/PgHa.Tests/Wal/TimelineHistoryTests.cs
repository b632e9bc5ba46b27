namespace PgHa.Tests;

public sealed class TimelineHistoryTests
{
    // Written by PostgreSQL 10 at its second promotion; later majors write the same form.
    private const string ThirdTimeline = "1\t0/1876088\tno recovery target specified\n\n2\t0/1876278\tno recovery target specified\n";

    private static readonly TimelineHistory Three = TimelineHistory.Parse(new(3), ThirdTimeline);

    [Fact]
    public void A_history_lists_the_timelines_before_it() => Assert.Equal(
        [
            new TimelineSwitch(new(1), Lsn.Parse("0/1876088"), "no recovery target specified"),
            new TimelineSwitch(new(2), Lsn.Parse("0/1876278"), "no recovery target specified"),
        ],
        Three.Switches);

    [Fact]
    public void A_history_is_written_back_byte_for_byte()
    {
        const string Text = "# a comment\n\n  # another\n1 0/1 \t\n2\t0/2\n";
        TimelineHistory history = TimelineHistory.Parse(new(3), Text);
        Assert.Equal(Text, history.ToString());
        Assert.Equal([1u, 2u], history.Switches.Select(s => s.Timeline.Value));
    }

    [Fact]
    public void Forks_are_written_as_the_server_writes_them()
    {
        TimelineHistory history = TimelineHistory.Initial(new(1))
            .Fork(new(2), Lsn.Parse("0/1876088"), "no recovery target specified")
            .Fork(new(3), Lsn.Parse("0/1876278"), "no recovery target specified");
        Assert.Equal(ThirdTimeline, history.ToString());
        Assert.Equal(Three.Switches, history.Switches);
    }

    [Fact]
    public void A_fork_has_a_higher_number() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Three.Fork(new(3), Lsn.Zero, ""));

    [Fact]
    public void The_first_timeline_has_no_ancestors()
    {
        TimelineHistory first = TimelineHistory.Initial(new(1));
        Assert.Empty(first.Switches);
        Assert.True(first.Contains(new(1), Lsn.Parse("FF/0")));
        Assert.False(first.Contains(new(2), Lsn.Zero));
    }

    [Theory]
    [InlineData("x\t0/1\n", 1, 0, "number of a timeline")]
    [InlineData("0\t0/1\n", 1, 0, "number of a timeline")]
    [InlineData("1\n", 1, 1, "position at which")]
    [InlineData("1\t0-1\n", 1, 2, "position at which")]
    [InlineData("# c\n2\t0/1\n1\t0/2\n", 3, 0, "a timeline after 2")]
    [InlineData("1\t0/1\n1\t0/2\n", 2, 0, "a timeline after 1")]
    [InlineData("3\t0/1\n", 1, 0, "a timeline before 3")]
    public void A_malformed_line_says_where(string text, int line, int position, string expectation)
    {
        MalformedTextException e = Assert.Throws<MalformedTextException>(() => TimelineHistory.Parse(new(3), text));
        Assert.Equal((line, position), (e.Line, e.Position));
        Assert.Contains(expectation, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "0/1000000", true)]
    [InlineData(1, "0/1876088", true)]
    [InlineData(1, "0/1876089", false)]
    [InlineData(2, "0/1876278", true)]
    [InlineData(2, "0/1876279", false)]
    [InlineData(3, "FF/0", true)]
    [InlineData(4, "0/1", false)]
    public void A_standby_can_follow_if_it_has_nothing_from_after_a_fork(uint timeline, string lsn, bool follows) =>
        Assert.Equal(follows, Three.Contains(new(timeline), Lsn.Parse(lsn)));

    [Fact]
    public void Each_earlier_timeline_has_an_end()
    {
        Assert.Equal(Lsn.Parse("0/1876278"), Three.EndOf(new(2)));
        Assert.Null(Three.EndOf(new(3)));
        Assert.True(Three.Contains(new(2)));
        Assert.False(Three.Contains(new(4)));
    }

    [Fact]
    public void An_old_primary_forks_where_its_timeline_ended()
    {
        TimelineFork expected = new(new(1), Lsn.Parse("0/1876088"));
        Assert.Equal(expected, TimelineHistory.Initial(new(1)).ForkFrom(Three));
        Assert.Equal(expected, Three.ForkFrom(TimelineHistory.Initial(new(1))));
    }

    [Fact]
    public void Two_promotions_of_one_timeline_fork_at_the_earlier()
    {
        TimelineHistory early = TimelineHistory.Initial(new(1)).Fork(new(2), Lsn.Parse("0/100"), "");
        TimelineHistory late = TimelineHistory.Initial(new(1)).Fork(new(2), Lsn.Parse("0/200"), "").Fork(new(3), Lsn.Parse("0/300"), "");
        Assert.Equal(new TimelineFork(new(1), Lsn.Parse("0/100")), early.ForkFrom(late));
        Assert.Equal(new TimelineFork(new(1), Lsn.Parse("0/100")), late.ForkFrom(early));
    }

    [Fact]
    public void Siblings_fork_at_the_end_of_their_last_common_timeline()
    {
        TimelineHistory two = TimelineHistory.Initial(new(1)).Fork(new(2), Lsn.Parse("0/100"), "");
        TimelineHistory three = two.Fork(new(3), Lsn.Parse("0/200"), "");
        TimelineHistory four = two.Fork(new(4), Lsn.Parse("0/300"), "");
        Assert.Equal(new TimelineFork(new(2), Lsn.Parse("0/200")), three.ForkFrom(four));
    }

    [Fact]
    public void The_same_history_has_not_forked() =>
        Assert.Equal(new TimelineFork(new(3), null), Three.ForkFrom(TimelineHistory.Parse(new(3), ThirdTimeline)));

    [Fact]
    public void Histories_with_different_beginnings_share_nothing() =>
        Assert.Null(TimelineHistory.Initial(new(1)).ForkFrom(TimelineHistory.Initial(new(5))));
}
