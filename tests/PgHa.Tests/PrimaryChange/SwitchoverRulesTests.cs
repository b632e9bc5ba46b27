namespace PgHa.Tests.PrimaryChange;

public sealed partial class SwitchoverRulesTests
{
    [Fact]
    public void Nothing_stands_in_the_way_of_a_standby_that_streams()
    {
        Assert.Equal(["CandidateDoesNotArchive"], Problems(Observations.Good()));
        Assert.Empty(Problems(Archiving(Observations.Good())));
        Assert.Empty(Problems(Observations.Good(), allowNoArchive: true));
    }

    [Fact]
    public void A_candidate_that_could_lose_transactions_or_time_is_refused()
    {
        Assert.Equal(["ReplayPaused"], Problems(Changed(receiver => receiver with { IsReplayPaused = true })));
        Assert.Equal(["ReplayDelayed"], Problems(Changed(receiver => receiver with { ApplyDelay = TimeSpan.FromHours(1) })));
        Assert.Equal(
            ["TimelineDiffers"],
            Problems(Archiving(Observations.Good()).WithStatus("b", status => status with { Timeline = new TimelineId(2) })));
        Assert.Equal(
            ["LagTooHigh"], Problems(Archiving(Observations.Good()).WithStatus("b", status => status with { LagBytes = 100_000_000 })));
        Assert.Equal(
            ["CandidateAnswersNoSql"],
            Problems(Archiving(Observations.Good()).WithStatus("b", status => status with { State = ServerState.StandbyWithoutSql })));
        Assert.Equal(["CandidateNotStreaming"], Problems(
            Member(Archiving(Observations.Good()), "b", member => member with { Link = member.Link! with { State = "catchup" } })));
        Assert.Equal(
            ["NotADirectStandby"], Problems(Member(Archiving(Observations.Good()), "b", member => member with { Upstream = "c" })));
    }

    [Fact]
    public void The_new_primary_needs_room_for_those_who_follow_it_and_they_for_its_transactions()
    {
        ClusterObservation good = Archiving(Observations.Good());
        Assert.Equal(["TooFewWalSenders"], Problems(good.With("b", member => member.Set("max_wal_senders", "1"))));
        Assert.Equal(["TooFewSlots"], Problems(good.With("b", member => member.Set("max_replication_slots", "0"))));
        Assert.Equal(["WalLevelTooLow"], Problems(good.With("b", member => member.Set("wal_level", "minimal"))));
        Assert.Equal(
            ["StandbySettingsTooLow", "StandbySettingsTooLow"], Problems(good.With("b", member => member.Set("max_connections", "200"))));
        Assert.Equal(
            ["HostAccessRequired"],
            Problems(Member(good, "c", member => member with { Server = member.Server! with { DataDirectory = null } })));
    }

    [Fact]
    public void Commits_must_find_enough_standbys_at_once()
    {
        ClusterObservation good = Archiving(Observations.Good()).WithStatus(
            "a", status => status with { SynchronousStandbyNames = SynchronousStandbyNames.Parse("FIRST 2 (b, c)") });
        Assert.Empty(Problems(good));
        Assert.Equal(
            ["TooFewSyncStandbys"], Problems(Member(good, "c", member => member with { Link = member.Link! with { State = "catchup" } })));
    }

    [Fact]
    public void A_primary_that_cannot_archive_would_not_stop()
    {
        ArchiveStatus archive = new() { Server = Observed.Server("a", 1), Role = ServerRole.Primary, Mode = ArchiveMode.On };
        ClusterObservation With(ArchiveStatus status) =>
            Archiving(Observations.Good()).With("a", member => member with { Retention = member.Retention! with { Archive = status } });

        Assert.Equal(["ArchiveBacklog"], Problems(With(archive with { Backlog = new ArchiveBacklog(9, 9 << 24, null, null) })));
        Assert.Equal(
            ["ArchivingFails"],
            Problems(With(archive with { Findings = [new WalFinding(WalFindingCause.ArchivingFails, "a", "it fails")] })));
    }

    [Fact]
    public void What_is_not_known_is_no_good_news()
    {
        ClusterObservation good = Archiving(Observations.Good());
        Assert.Equal(["TimelineDiffers"], Problems(good.WithStatus("b", status => status with { Timeline = null })));
        Assert.Equal(["TimelineDiffers"], Problems(
            good.WithStatus("b", status => status with { Timeline = null }).WithStatus("a", status => status with { Timeline = null })));
        Assert.Equal(["LagUnknown"], Problems(good.WithStatus("b", status => status with { LagBytes = null })));
        Assert.Equal(
            ["ReplayDelayUnknown"],
            Problems(good.WithStatus("b", status => status with { Receiver = status.Receiver! with { ApplyDelay = null } })));
        Assert.Equal(["SettingsUnknown"], Problems(good.With("b", member => member with { Settings = null })));
        Assert.Equal(["SettingsUnknown"], Problems(good.With("c", member => member with { Settings = null })));
        Assert.Equal(["ArchivingUnknown"], Problems(good.With("a", member => member with { Retention = null })));
        Assert.Equal(["ArchivingUnknown"], Problems(good.With(
            "a", member => member with { Retention = member.Retention! with { Archive = member.Archive! with { Backlog = null } } })));
    }

    [Fact]
    public void Several_problems_are_told_at_once_under_one_id()
    {
        OperationProblem[] problems = [new("A", "One.", "Do this."), new("B", "Two.", "Do this.")];
        PgHaException e = Assert.Throws<PgHaException>(() => OperationProblem.Throw(problems, "Refused", "b cannot"));
        Assert.Equal(("Refused", "b cannot: One. Two. Nothing was changed.", "Do this."), (e.ErrorId, e.Message, e.Advice));
        Assert.Equal("A", Assert.Throws<PgHaException>(() => OperationProblem.Throw(problems[..1], "Refused", "b cannot")).ErrorId);
        OperationProblem.Throw([], "Refused", "b cannot");
    }

    private static string[] Problems(
        ClusterObservation observation, bool allowNoArchive = false, IReadOnlyCollection<string>? restarted = null)
    {
        PgCluster cluster = observation.Cluster;
        Handover handover = Handover.Of(cluster, cluster.Find("a"), cluster.Find("b")!, cluster.Find("a")!.Status!.SynchronousStandbyNames);
        var limits = new SwitchoverLimits(MaxLag, allowNoArchive) { Restarted = restarted ?? [] };
        return [.. SwitchoverRules.Check(observation, handover, limits)
            .Select(problem => problem.Id)];
    }

    private static ClusterObservation Changed(Func<ReceiverStatus, ReceiverStatus> change) =>
        Archiving(Observations.Good()).WithStatus("b", status => status with { Receiver = change(status.Receiver!) });

    private static ClusterObservation Archiving(ClusterObservation observation) =>
        Versions(observation).WithStatus("b", status => status with { ArchiveMode = ArchiveMode.On });

    private static ClusterObservation Versions(ClusterObservation observation) => observation.Cluster.Members.Aggregate(
        observation,
        (all, member) => Member(all, member.Name, one => one with { Server = one.Server! with { Version = ServerVersion.OfMajor(15) } }));

    private static ClusterObservation Member(
        ClusterObservation observation, string name, Func<PgClusterMember, PgClusterMember> change) => observation with
        {
            Cluster = observation.Cluster with
            {
                Members = [.. observation.Cluster.Members.Select(member => member.Name == name ? change(member) : member)]
            },
            Members = [.. observation.Members.Select(seen => seen.Member.Name == name ? seen with { Member = change(seen.Member) } : seen)],
        };
}
