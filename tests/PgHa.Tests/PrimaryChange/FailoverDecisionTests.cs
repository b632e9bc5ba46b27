namespace PgHa.Tests.PrimaryChange;

public sealed partial class FailoverDecisionTests
{
    private static readonly Lsn Behind = new(Observed.End.Value - 1000);

    [Fact]
    public void The_newest_timeline_counts_first_then_the_WAL_then_what_a_standby_is_kept_for()
    {
        Assert.Equal(["c", "b"], Ranked(At("b", Behind), At("c", Observed.End)));
        Assert.Equal(
            ["b", "c"], Ranked(At("b", Behind).With(status => status with { Timeline = new TimelineId(2) }), At("c", Observed.End)));
        Assert.Equal(["c", "b"], Ranked(
            At("b", Observed.End).With(status => status with { Receiver = status.Receiver! with { IsReplayPaused = true } }),
            At("c", Observed.End)));
        Assert.Equal(["c", "b"], Ranked(
            At("b", Observed.End).With(status => status with { Receiver = status.Receiver! with { ApplyDelay = TimeSpan.FromHours(1) } }),
            At("c", Observed.End)));
        Assert.Equal(
            ["c", "b"], Ranked(At("b", Observed.End), At("c", Observed.End).With(status => status with { ArchiveMode = ArchiveMode.On })));
        Assert.Equal(["b", "c"], Ranked(At("c", Observed.End), At("b", Observed.End)));
        Assert.Equal(
            ["b"],
            Ranked(At("b", Observed.End), At("c", Observed.End).With(status => status with { State = ServerState.StandbyWithoutSql })));
        Assert.Equal(
            ["c", "b"],
            [.. FailoverCandidate.Rank(Cluster(At("b", Observed.End), At("c", Observed.End)), SynchronousStandbyNames.Parse("c"))
                .Select(one => one.Member.Name)]);
    }

    [Fact]
    public void Who_archives_takes_over_from_a_primary_that_archived_and_fetches_what_it_lacks()
    {
        IReadOnlyList<FailoverCandidate> ranked = FailoverCandidate.Rank(
            Cluster(At("b", Observed.End), At("c", Behind).With(status => status with { ArchiveMode = ArchiveMode.On })), null);
        Assert.Equal("b", FailoverCandidate.Choose(ranked, archived: false)!.Member.Name);
        Assert.Equal("c", FailoverCandidate.Choose(ranked, archived: true)!.Member.Name);
        Assert.Equal("b", FailoverCandidate.Choose([ranked[0]], archived: true)!.Member.Name);
        Assert.Null(FailoverCandidate.Choose([], archived: true));
    }

    [Fact]
    public void What_was_restored_and_replayed_counts_as_WAL_that_a_standby_has()
    {
        PgCluster cluster = Cluster(At("b", Behind)
            .With(status => status with { Receiver = status.Receiver! with { ReceivedLsn = Behind, ReplayedLsn = Observed.End } }));
        Assert.Equal(Observed.End, FailoverCandidate.LsnOf(cluster.Find("b")!));
    }

    [Theory]
    [InlineData("ANY 1 (b, c)", true)] // each of the two may have been the one
    [InlineData("ANY 2 (b, c, d)", true)]
    [InlineData("FIRST 1 (b, c, d)", false)] // d may have it alone
    [InlineData("FIRST 1 (*)", false)]
    public void Enough_answers_prove_that_an_acknowledged_commit_is_among_them(string names, bool proven)
    {
        IReadOnlyList<FailoverCandidate> all = FailoverCandidate.Rank(Cluster(At("b", Observed.End), At("c", Behind)), null);
        Assert.Equal(proven, FailoverLoss.Of(all[0], all, Dead(names)).IsProvenNone);
        Assert.False(FailoverLoss.Of(all[1], all, Dead(names)).IsProvenNone);
        Assert.False(FailoverLoss.Of(all[0], all, Dead(names) with { CommitLevel = CommitLevel.Local }).IsProvenNone);
        Assert.False(FailoverLoss.Of(all[0], all, Dead(names) with { CommitLevel = null }).IsProvenNone);
    }

    [Fact]
    public void Who_confirmed_on_another_timeline_proves_nothing()
    {
        IReadOnlyList<FailoverCandidate> all = FailoverCandidate.Rank(
            Cluster(At("b", Observed.End).With(status => status with { Timeline = new TimelineId(2) }), At("c", Behind)), null);
        Assert.False(FailoverLoss.Of(all[0], all, Dead("ANY 1 (b, c)")).IsProvenNone);
    }

    [Fact]
    public void The_dead_disk_proves_it_too_or_says_how_much_would_be_lost()
    {
        IReadOnlyList<FailoverCandidate> all = FailoverCandidate.Rank(Cluster(At("b", Observed.End)), null);
        Assert.True(FailoverLoss.Of(all[0], all, Dead("") with { EndOfWal = new WalEnd(new TimelineId(1), Observed.End) }).IsProvenNone);
        Assert.False(FailoverLoss.Of(all[0], all, Dead("") with { EndOfWal = new WalEnd(new TimelineId(2), Behind) }).IsProvenNone);
        FailoverLoss loss = FailoverLoss.Of(
            all[0], all, Dead("") with { EndOfWal = new WalEnd(new TimelineId(1), new Lsn(Observed.End.Value + 4096)) });
        Assert.False(loss.IsProvenNone);
        Assert.Contains("4 kB would be lost", loss.Reason, StringComparison.Ordinal);
        Assert.Contains("waited for no standby", FailoverLoss.Of(all[0], all, Dead("")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_known_of_the_dead_primary_is_not_said_to_be_none()
    {
        IReadOnlyList<FailoverCandidate> all = FailoverCandidate.Rank(Cluster(At("b", Observed.End)), null);
        string Reason(DeadPrimary dead)
        {
            FailoverLoss loss = FailoverLoss.Of(all[0], all, dead);
            Assert.False(loss.IsProvenNone);
            return loss.Reason;
        }

        Assert.EndsWith(
            "is not known, nor is whether its commits waited for a standby",
            Reason(new DeadPrimary("a", null, null, null, AreNamesKnown: false)),
            StringComparison.Ordinal);
        Assert.EndsWith("and its commits waited for no standby", Reason(Dead("")), StringComparison.Ordinal);
        Assert.EndsWith(
            "whether commits waited (synchronous_commit) is not known",
            Reason(Dead("ANY 1 (b, c)") with { CommitLevel = null }),
            StringComparison.Ordinal);
        Assert.EndsWith(
            "waited for no standby (synchronous_commit = local)",
            Reason(Dead("b") with { CommitLevel = CommitLevel.Local }),
            StringComparison.Ordinal);
        Assert.EndsWith("commits waited for '*', which may be any standby", Reason(Dead("*")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_standby_that_may_replay_later_on_purpose_comes_after_one_that_does_not()
    {
        MemberAnswer Delay(string name, TimeSpan? delay) =>
            At(name, Observed.End).With(status => status with { Receiver = status.Receiver! with { ApplyDelay = delay } });
        Assert.Equal(["d", "c", "b"], Ranked(Delay("b", TimeSpan.FromHours(1)), Delay("c", null), At("d", Observed.End)));
        Assert.Contains("is not known", FailoverCandidate.Rank(Cluster(Delay("b", null)), null)[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_receiver_that_a_role_may_not_look_at_may_stream_and_a_member_that_does_not_answer_may_be_the_primary()
    {
        MemberAnswer Receiver(string? state, int? pid) =>
            Observed.Standby("b", 2, 1).With(status => status with { Receiver = status.Receiver! with { State = state, ProcessId = pid } });
        Assert.Equal("b", DeadPrimary.WitnessOfPrimary(Observed.Cluster(Observed.Down("a", 1), Receiver("streaming", 1)))?.Name);
        Assert.Equal("b", DeadPrimary.WitnessOfPrimary(Observed.Cluster(Observed.Down("a", 1), Receiver(null, 1)))?.Name);
        Assert.Null(DeadPrimary.WitnessOfPrimary(Observed.Cluster(Observed.Down("a", 1), Receiver(null, null))));
        Assert.Null(DeadPrimary.WitnessOfPrimary(Observed.Cluster(Observed.Down("a", 1), Receiver("connecting", 1))));

        Assert.True(DeadPrimary.HasNone(Observed.Cluster(Observed.Standby("b", 2, 3), Observed.Standby("c", 3, 2))));
        Assert.False(
            DeadPrimary.HasNone(Observed.Cluster(Observed.Down("a", 1), Observed.Standby("b", 2, 3), Observed.Standby("c", 3, 2))));
    }

    [Fact]
    public void Where_the_former_primary_answers_as_a_standby_who_has_the_most_has_everything()
    {
        IReadOnlyList<FailoverCandidate> all = FailoverCandidate.Rank(Cluster(At("b", Observed.End), At("c", Behind)), null);
        Assert.True(FailoverLoss.Of(all[0], all, Dead("") with { AnswersAsStandby = true }).IsProvenNone);
        Assert.False(FailoverLoss.Of(all[1], all, Dead("") with { AnswersAsStandby = true }).IsProvenNone);
    }

    [Fact]
    public void The_former_primary_is_one_of_the_standbys_only_where_all_of_them_answer_and_follow_each_other()
    {
        Assert.True(DeadPrimary.IsAmongStandbys(Observed.Cluster(Observed.Standby("a", 1, 2), Observed.Standby("b", 2, 1))));
        Assert.False(DeadPrimary.IsAmongStandbys(Observed.Cluster(Observed.Down("a", 1), Observed.Standby("b", 2, 1))));
        Assert.False(DeadPrimary.IsAmongStandbys(
            Observed.Cluster(Observed.ArchiveFed("a", 1, "/archive"), Observed.ArchiveFed("b", 2, "/archive"))));
        Assert.False(DeadPrimary.IsAmongStandbys(
            Observed.Cluster(Observed.Standby("a", 1, 2), Observed.Standby("b", 2, 1), Observed.ArchiveFed("c", 3, "/archive"))));
        Assert.False(DeadPrimary.IsAmongStandbys(Observed.Cluster(
            Observed.Standby("a", 1, 2),
            Observed.Standby("b", 2, 1).With(status => status with { State = ServerState.StandbyWithoutSql }))));
    }

    private static DeadPrimary Dead(string names) => new("a", SynchronousStandbyNames.Parse(names), CommitLevel.On, null);

    private static string[] Ranked(params MemberAnswer[] standbys) =>
        [.. FailoverCandidate.Rank(Cluster(standbys), null).Select(candidate => candidate.Member.Name)];

    private static PgCluster Cluster(params MemberAnswer[] standbys) => Observed.Cluster([Observed.Down("a", 1), .. standbys]);

    private static MemberAnswer At(string name, Lsn received) => Observed.Standby(name, name[0] - 'a' + 1, 1)
        .With(status => status with { Receiver = status.Receiver! with { State = null, ReceivedLsn = received, ReplayedLsn = received } });
}
