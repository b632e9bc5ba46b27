namespace PgHa.Tests.PrimaryChange;

/// <summary>Where each rule begins to hold, and what it says.</summary>
public sealed partial class FailoverDecisionTests
{
    private static readonly Lsn FurtherBehind = new(Observed.End.Value - 2000);

    [Theory]
    [InlineData(CommitLevel.On, true)]
    [InlineData(CommitLevel.RemoteApply, true)]
    [InlineData(CommitLevel.RemoteWrite, true)]
    [InlineData(CommitLevel.Local, false)]
    [InlineData(CommitLevel.Off, false)]
    public void Only_levels_that_wait_for_a_standby_prove_anything(CommitLevel level, bool proven)
    {
        IReadOnlyList<FailoverCandidate> all = All(At("b", Observed.End), At("c", Behind));
        Assert.Equal(proven, FailoverLoss.Of(all[0], all, Dead("ANY 1 (b, c)") with { CommitLevel = level }).IsProvenNone);
    }

    [Fact]
    public void As_many_have_to_answer_as_leave_out_fewer_than_confirm()
    {
        IReadOnlyList<FailoverCandidate> two = All(At("b", Observed.End), At("c", Observed.End));
        Assert.True(FailoverLoss.Of(two[0], two, Dead("ANY 2 (b, c, d)")).IsProvenNone);
        Assert.False(FailoverLoss.Of(two[0], two, Dead("ANY 2 (b, c, d, e)")).IsProvenNone);
        Assert.True(FailoverLoss.Of(two[0], [two[0]], Dead("ANY 3 (b, c, d)")).IsProvenNone);
        string proof = FailoverLoss.Of(two[0], two, Dead("ANY 2 (b, c, d)")).Reason;
        Assert.Contains("2 of them answer, 2 are needed", proof, StringComparison.Ordinal);
        Assert.Contains("1 of the 2", FailoverLoss.Of(two[0], [two[0]], Dead("ANY 2 (b, c, d)")).Reason, StringComparison.Ordinal);
        // Who is not listed confirmed nothing, and need not be overtaken.
        IReadOnlyList<FailoverCandidate> unlisted = All(At("b", Behind), At("e", Observed.End));
        Assert.True(FailoverLoss.Of(unlisted.Single(one => one.Member.Name == "b"), unlisted, Dead("b")).IsProvenNone);
    }

    [Fact]
    public void The_end_on_the_dead_disk_counts_on_its_own_timeline_only()
    {
        IReadOnlyList<FailoverCandidate> all = All(At("b", Observed.End));
        FailoverLoss Loss(int timeline, Lsn end) =>
            FailoverLoss.Of(all[0], all, Dead("") with { EndOfWal = new WalEnd(new TimelineId((uint)timeline), end) });
        Assert.True(Loss(1, Behind).IsProvenNone);
        Assert.True(Loss(1, Observed.End).IsProvenNone);
        Assert.False(Loss(1, new Lsn(Observed.End.Value + 1)).IsProvenNone);
        Assert.Equal("b is on timeline 1, and a was on 2", Loss(2, Behind).Reason);
    }

    [Fact]
    public void Whoever_has_most_of_those_on_its_timeline_is_what_a_candidate_is_measured_by()
    {
        IReadOnlyList<FailoverCandidate> all = All(
            At("b", FurtherBehind), At("c", Behind), At("d", Observed.End),
            At("e", new Lsn(Observed.End.Value + 4096)).With(status => status with { Timeline = new TimelineId(2) }));
        FailoverCandidate b = all.Single(one => one.Member.Name == "b");
        FailoverLoss loss = FailoverLoss.Of(b, all, Dead(""));
        Assert.False(loss.IsProvenNone);
        Assert.Contains($"and d up to {Observed.End}", loss.Reason, StringComparison.Ordinal);
        Assert.False(
            FailoverLoss.Of(all.Single(one => one.Member.Name == "d"), all, Dead("") with { AnswersAsStandby = true }).IsProvenNone);
        Assert.True(FailoverLoss.Of(
            all.Single(one => one.Member.Name == "d"), [.. all.Where(one => one.Member.Name != "e")],
            Dead("") with { AnswersAsStandby = true }).IsProvenNone);
    }

    [Fact]
    public void Who_is_held_back_or_of_another_timeline_does_not_take_over_for_its_archive()
    {
        MemberAnswer Archives(string name, Lsn end) => At(name, end).With(status => status with { ArchiveMode = ArchiveMode.On });
        Assert.Equal("b", FailoverCandidate.Choose(
            All(At("b", Observed.End), Archives("c", Behind).With(status =>
                status with { Receiver = status.Receiver! with { IsReplayPaused = true } })), archived: true)!.Member.Name);
        Assert.Equal("b", FailoverCandidate.Choose(
            All(At("b", Observed.End), Archives("c", Behind).With(status =>
                status with { Receiver = status.Receiver! with { ApplyDelay = null } })), archived: true)!.Member.Name);
        Assert.Equal("b", FailoverCandidate.Choose(
            All(At("b", Behind).With(status => status with { Timeline = new TimelineId(2) }), Archives("c", Observed.End)),
            archived: true)!.Member.Name);
        Assert.Equal("c", FailoverCandidate.Choose(
            All(At("b", Observed.End), Archives("c", Behind), Archives("d", FurtherBehind)), archived: true)!.Member.Name);
    }

    [Fact]
    public void A_pause_holds_back_also_where_the_delay_is_not_known()
    {
        FailoverCandidate Held(bool paused, TimeSpan? delay) => All(At("b", Observed.End).With(status =>
            status with { Receiver = status.Receiver! with { IsReplayPaused = paused, ApplyDelay = delay } }))[0];
        Assert.True(Held(true, null).IsHeldBack);
        Assert.True(Held(false, TimeSpan.FromSeconds(1)).IsHeldBack);
        Assert.Null(Held(false, null).IsHeldBack);
        Assert.False(Held(false, TimeSpan.Zero).IsHeldBack);
    }

    [Fact]
    public void Only_standbys_whose_WAL_is_known_are_candidates_and_one_without_a_timeline_is_the_last()
    {
        Assert.Empty(All(At("b", Observed.End).With(status => status with { Role = ServerRole.Primary })));
        Assert.Empty(All(At("b", Observed.End).With(status => status with { Receiver = null })));
        Assert.Equal(
            ["c", "b"], Ranked(At("b", Observed.End).With(status => status with { Timeline = null }), At("c", Behind)));
    }

    [Fact]
    public void What_speaks_for_and_against_a_candidate_is_said()
    {
        PgCluster cluster = Cluster(
            At("b", Observed.End).With(status => status with { ArchiveMode = ArchiveMode.Always }),
            At("c", Observed.End).With(status => status with
            {
                Receiver = status.Receiver! with { IsReplayPaused = true, ApplyDelay = TimeSpan.FromHours(1) },
            }),
            At("d", Observed.End));
        IReadOnlyList<FailoverCandidate> all = FailoverCandidate.Rank(cluster, SynchronousStandbyNames.Parse("FIRST 1 (b)"));
        Assert.Equal(["b", "d", "c"], all.Select(one => one.Member.Name));
        Assert.Equal(["synchronous", "archives"], all[0].Reasons);
        Assert.Empty(all[1].Reasons);
        Assert.Equal("replay is paused", all[2].Reasons[0]);
        Assert.StartsWith("replays ", all[2].Reasons[1], StringComparison.Ordinal);
        Assert.Equal($"b: timeline 1, {Observed.End}, synchronous, archives", all[0].ToString());
        Assert.StartsWith(
            "b: timeline unknown, ", All(At("b", Observed.End).With(status => status with { Timeline = null }))[0].ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_upstream_knows_a_member_by_what_it_calls_itself_then_by_its_definition_then_by_its_name()
    {
        PgClusterMember known = Observations.Good().Cluster.Find("b")!;
        PgClusterMember silent = known with { Link = null, Status = null };
        NodeDefinition node = known.Node! with { ApplicationName = "s1" };
        Assert.Equal("b", FailoverCandidate.NameOf(known with { Node = node }));
        Assert.Equal("s1", FailoverCandidate.NameOf(silent with { Node = node }));
        Assert.Equal("b", FailoverCandidate.NameOf(silent with { Node = null }));
    }

    [Fact]
    public void The_end_of_what_a_standby_has_is_what_it_received_or_what_it_replayed()
    {
        Lsn? End(Lsn? received, Lsn? replayed) => FailoverCandidate.LsnOf(Cluster(At("b", Observed.End).With(status =>
            status with { Receiver = status.Receiver! with { ReceivedLsn = received, ReplayedLsn = replayed } })).Find("b")!);
        Assert.Equal(Observed.End, End(Observed.End, Behind));
        Assert.Equal(Observed.End, End(Behind, Observed.End));
        Assert.Equal(Observed.End, End(Observed.End, null));
        Assert.Equal(Observed.End, End(null, Observed.End));
        Assert.Null(End(null, null));
    }

    [Fact]
    public void Who_streams_from_a_standby_is_no_witness_of_a_primary()
    {
        MemberAnswer streams = Observed.Standby("b", 2, 3);
        Assert.Null(DeadPrimary.WitnessOfPrimary(Observed.Cluster(streams, At("c", Observed.End))));
        Assert.False(DeadPrimary.HasNone(Observed.Cluster(Observed.Standby("b", 2, 1), Observed.Primary("a", 1))));
        Assert.False(DeadPrimary.HasNone(Observed.Cluster(Observed.Standby("b", 2, 9), Observed.Standby("c", 3, 2))));
        Assert.False(DeadPrimary.IsAmongStandbys(Observed.Cluster(Observed.Primary("a", 1), Observed.Standby("b", 2, 1))));
    }

    private static IReadOnlyList<FailoverCandidate> All(params MemberAnswer[] standbys) =>
        FailoverCandidate.Rank(Cluster(standbys), names: null);
}
