namespace PgHa.Tests.Repair;

public sealed class RepairDecisionTests
{
    private static readonly WalDivergence Beyond = new(new(1), Lsn.Parse("0/5000000"), 4096);

    [Fact]
    public void What_is_behind_the_fork_only_follows() =>
        Assert.Equal(new(RepairMethod.Follow, "has nothing that node21 has not", false), RepairDecision.Of(new(), "node21"));

    [Theory]
    [InlineData(0, false, "without a commit in it")]
    [InlineData(1, true, "with 1 commit in it")]
    [InlineData(7, true, "with 7 commits in it")]
    [InlineData(null, true, "which may have commits in it")]
    public void What_diverged_is_rewound_and_told_what_it_loses(int? commits, bool loses, string words)
    {
        RepairDecision decision = RepairDecision.Of(new() { Divergence = Beyond, LostCommits = commits }, "node21");
        Assert.Equal((RepairMethod.Rewind, loses), (decision.Method, decision.LosesCommits));
        Assert.Equal($"has 4 kB of WAL after 0/5000000 of timeline 1, {words}, that node21 has not", decision.Reason);
    }

    [Fact]
    public void What_cannot_be_rewound_is_cloned_anew_and_loses_nothing_by_that()
    {
        RepairDecision decision = RepairDecision.Of(
            new() { Divergence = Beyond, LostCommits = 7, RewindObstacle = "it has no checksums" }, "node21");
        Assert.Equal((RepairMethod.NewClone, false), (decision.Method, decision.LosesCommits));
        Assert.EndsWith("it cannot be rewound: it has no checksums", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_follow_for_want_of_WAL_is_cloned_anew()
    {
        RepairDecision decision = RepairDecision.Of(new() { MissingWal = WalFileName.Parse("000000010000000000000003") }, "node21");
        Assert.Equal(
            new(
                RepairMethod.NewClone,
                "needs the WAL file 000000010000000000000003, which node21 has no more, and restores from no archive",
                false),
            decision);
    }

    [Fact]
    public void A_new_clone_is_made_when_it_is_asked_for_and_finished_when_it_is_there()
    {
        Assert.Equal("is to be cloned anew", RepairDecision.Of(new() { CloneWanted = true, RewindDone = true }, "node21").Reason);
        Assert.Equal(RepairMethod.NewClone, RepairDecision.Of(new() { CloneWanted = true, Divergence = Beyond }, "node21").Method);
        Assert.Contains(
            "complete", RepairDecision.Of(new() { CloneWanted = true, CloneDone = true }, "node21").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_clone_that_was_asked_for_loses_nothing_whatever_the_server_has()
    {
        RepairFacts diverged = new() { Divergence = Beyond, LostCommits = 7 };
        Assert.False(RepairDecision.Of(diverged with { CloneWanted = true }, "node21").LosesCommits);
        Assert.False(RepairDecision.Of(diverged with { CloneDone = true }, "node21").LosesCommits);
        Assert.False(RepairDecision.Of(diverged with { RewindDone = true }, "node21").LosesCommits);
    }

    [Fact]
    public void How_much_diverged_is_left_out_where_it_is_not_known() => Assert.Equal(
        "has WAL after 0/5000000 of timeline 1, which may have commits in it, that node21 has not",
        RepairDecision.Of(new() { Divergence = Beyond with { Bytes = 0 } }, "node21").Reason);

    [Fact]
    public void An_obstacle_is_none_where_nothing_has_to_be_rewound() =>
        Assert.Equal(RepairMethod.Follow, RepairDecision.Of(new() { RewindObstacle = "it has no checksums" }, "node21").Method);

    [Fact]
    public void A_crash_whose_end_nobody_reads_is_taken_for_a_divergence()
    {
        RepairDecision decision = RepairDecision.Of(new() { IsEndKnown = false }, "node21");
        Assert.Equal((RepairMethod.Rewind, true), (decision.Method, decision.LosesCommits));
    }

    [Fact]
    public void A_rewind_that_died_is_begun_again_or_replaced_and_never_started()
    {
        Assert.Equal((RepairMethod.Rewind, false), Of(new() { RewindDied = true }));
        Assert.Equal((RepairMethod.NewClone, false), Of(new() { RewindDied = true, RewindObstacle = "no pg_rewind" }));
        Assert.Equal((RepairMethod.Rewind, false), Of(new() { RewindDone = true, RewindObstacle = "no pg_rewind" }));

        static (RepairMethod, bool) Of(RepairFacts facts)
        {
            RepairDecision decision = RepairDecision.Of(facts, "node21");
            return (decision.Method, decision.LosesCommits);
        }
    }

    [Fact]
    public void Commits_are_counted_in_what_pg_waldump_prints() => Assert.Equal(2, WalDump.CountCommits("""
        rmgr: Transaction len (rec/tot):     34/    34, tx:        735, lsn: 0/0303C1A8, prev 0/0303C168, desc: COMMIT 2026-11-22 17:01:02.100000 UTC
        rmgr: Transaction len (rec/tot):     34/    34, tx:        736, lsn: 0/0303C1D0, prev 0/0303C1A8, desc: ABORT 2026-11-22 17:01:02.200000 UTC
        rmgr: Standby     len (rec/tot):     50/    50, tx:          0, lsn: 0/0303C1F8, prev 0/0303C1D0, desc: RUNNING_XACTS nextXid 737
        rmgr: Transaction len (rec/tot):    133/   133, tx:        737, lsn: 0/0303C230, prev 0/0303C1F8, desc: COMMIT 2026-11-22 17:01:03.100000 UTC; inval msgs: catcache 55
        """.ReplaceLineEndings("\n")));
}
