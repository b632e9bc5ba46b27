namespace PgHa.Tests.Wal;

public sealed class WalPositionTests
{
    private static readonly TimelineHistory One = TimelineHistory.Initial(new(1));
    private static readonly TimelineHistory Two = One.Fork(new(2), Lsn.Parse("0/200"), "promoted");
    private static readonly TimelineHistory Three = Two.Fork(new(3), Lsn.Parse("0/300"), "promoted again");

    [Theory]
    [InlineData("0/1FF")]
    [InlineData("0/200")]
    public void A_server_that_is_not_beyond_the_fork_can_follow(string end) =>
        Assert.Null(At(One, end).DivergenceFrom(Primary(Two, "0/250")));

    [Fact]
    public void A_server_beyond_the_fork_has_diverged_by_what_it_has_more() =>
        Assert.Equal(new WalDivergence(new(1), Lsn.Parse("0/200"), 0x60), At(One, "0/260").DivergenceFrom(Primary(Two, "0/900")));

    [Fact]
    public void The_fork_is_found_some_timelines_back()
    {
        Assert.Equal(new WalDivergence(new(1), Lsn.Parse("0/200"), 0x60), At(One, "0/260").DivergenceFrom(Primary(Three, "0/900")));
        Assert.Null(At(Two, "0/280").DivergenceFrom(Primary(Three, "0/900")));
    }

    [Fact]
    public void A_promoted_server_cannot_follow_what_it_left() =>
        Assert.Equal(new WalDivergence(new(1), Lsn.Parse("0/200"), 0x50), At(Two, "0/250").DivergenceFrom(Primary(One, "0/900")));

    [Fact]
    public void Two_timelines_of_one_number_are_not_the_same()
    {
        TimelineHistory other = One.Fork(new(2), Lsn.Parse("0/180"), "another promotion");
        Assert.Equal(new WalDivergence(new(1), Lsn.Parse("0/180"), 0xA0), At(Two, "0/220").DivergenceFrom(Primary(other, "0/900")));
    }

    [Fact]
    public void Ahead_of_a_standby_is_a_matter_of_time_and_ahead_of_a_primary_is_not()
    {
        Assert.Null(At(Two, "0/280").DivergenceFrom(At(Two, "0/220")));
        Assert.Null(At(Two, "0/220").DivergenceFrom(Primary(Two, "0/220")));
        Assert.Equal(new WalDivergence(new(2), Lsn.Parse("0/220"), 0x60), At(Two, "0/280").DivergenceFrom(Primary(Two, "0/220")));
    }

    [Fact]
    public void A_missing_history_file_is_made_up_for_by_the_upstreams() =>
        Assert.Null(At(TimelineHistory.Initial(new(2)), "0/280").DivergenceFrom(Primary(Three, "0/900")));

    [Fact]
    public void Servers_without_a_common_timeline_share_nothing() =>
        Assert.Equal(
            new WalDivergence(null, Lsn.Zero, 0x280), At(TimelineHistory.Initial(new(7)), "0/280").DivergenceFrom(Primary(Three, "0/900")));

    [Fact]
    public void A_history_has_those_of_its_timelines()
    {
        Assert.Equal(Two.ToString(), Three.OfAncestor(new(2))!.ToString());
        Assert.Empty(Three.OfAncestor(new(1))!.Switches);
        Assert.Same(Three, Three.OfAncestor(new(3)));
        Assert.Null(Three.OfAncestor(new(4)));
    }

    private static WalPosition At(TimelineHistory history, string end) => new(history, Lsn.Parse(end));

    private static WalPosition Primary(TimelineHistory history, string end) => new(history, Lsn.Parse(end), IsPrimary: true);
}
