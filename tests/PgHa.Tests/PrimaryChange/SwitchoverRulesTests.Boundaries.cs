namespace PgHa.Tests.PrimaryChange;

/// <summary>Where each rule begins to hold, and what it says.</summary>
public sealed partial class SwitchoverRulesTests
{
    private const long MaxLag = 16 << 20;

    [Fact]
    public void A_limit_is_kept_by_what_just_reaches_it()
    {
        ClusterObservation good = Archiving(Observations.Good());
        Assert.Empty(Problems(good.WithStatus("b", status => status with { LagBytes = MaxLag })));
        Assert.Equal(["LagTooHigh"], Problems(good.WithStatus("b", status => status with { LagBytes = MaxLag + 1 })));
        Assert.Empty(Problems(WithBacklog(good, files: 8)));
        Assert.Equal(["ArchiveBacklog"], Problems(WithBacklog(good, files: 9)));
        Assert.Empty(Problems(good.With("b", member => member.Set("max_replication_slots", "1"))));
        Assert.Empty(Problems(good.With("b", member => member.Set("max_wal_senders", "2"))));
        Assert.Empty(Problems(Changed(receiver => receiver with { ApplyDelay = TimeSpan.Zero })));
        Assert.Equal(["ReplayDelayed"], Problems(Changed(receiver => receiver with { ApplyDelay = TimeSpan.FromMilliseconds(1) })));
    }

    [Fact]
    public void The_standbys_that_the_candidate_has_already_need_their_places_too()
    {
        ClusterObservation own = Archiving(Observations.Good())
            .WithStatus("b", status => status with { Standbys = [Observed.Row("d")], Slots = [Observations.Slot("d")] });
        Assert.Empty(Problems(own.With("b", member => member.Set("max_wal_senders", "3").Set("max_replication_slots", "2"))));
        Assert.Equal(["TooFewWalSenders"], Problems(own.With("b", member => member.Set("max_wal_senders", "2"))));
        Assert.Equal(["TooFewSlots"], Problems(own.With("b", member => member.Set("max_replication_slots", "1"))));
        ClusterObservation same = own.WithStatus("b", status => status with { Slots = [Observations.Slot("a")] });
        Assert.Empty(Problems(same.With("b", member => member.Set("max_replication_slots", "1"))));
    }

    [Fact]
    public void A_limit_that_is_not_set_or_is_no_number_is_none()
    {
        ClusterObservation good = Archiving(Observations.Good());
        Assert.Empty(Problems(good.With("b", member => member.Set("max_wal_senders", "").Set("max_replication_slots", "many"))));
    }

    [Fact]
    public void What_the_others_rest_on_is_told_alone_and_all_of_it_at_once()
    {
        ClusterObservation small = Archiving(Observations.Good()).With("b", member => member.Set("wal_level", "minimal"));
        Assert.Equal(["WalLevelTooLow"], Problems(small));
        Assert.Equal(
            ["CandidateAnswersNoSql"],
            Problems(Member(small, "b", member => member with { Upstream = "c" })
                .WithStatus("b", status => status with { State = ServerState.StandbyWithoutSql })));
        Assert.Equal(
            ["NotADirectStandby"],
            Problems(Member(small, "b", member => member with { Upstream = null, Link = null })
                .WithStatus("b", status => status with { LagBytes = null })));
        Assert.Equal(
            ["CandidateNotStreaming", "TimelineDiffers", "ReplayPaused", "ReplayDelayed", "LagTooHigh"],
            Problems(Member(small, "b", member => member with { Link = null }).WithStatus("b", status => status with
            {
                Timeline = new TimelineId(2),
                LagBytes = MaxLag + 1,
                Receiver = status.Receiver! with { IsReplayPaused = true, ApplyDelay = TimeSpan.FromHours(1) },
            })));
    }

    [Fact]
    public void Whether_it_streams_is_not_said_to_be_so_nor_not_where_it_is_not_known()
    {
        ClusterObservation good = Archiving(Observations.Good());
        Assert.Contains(
            "is not known",
            Assert.Single(Found(Member(good, "b", member => member with { Link = member.Link! with { State = null } }))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "does not stream",
            Assert.Single(Found(Member(good, "b", member => member with { Link = member.Link! with { State = "catchup" } }))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Servers_are_named_in_the_order_in_which_they_change()
    {
        ClusterObservation good = Archiving(Observations.Good());
        ClusterObservation away = new[] { "a", "b", "c" }.Aggregate(
            good, (all, name) => Member(all, name, member => member with { Server = member.Server! with { DataDirectory = null } }));
        Assert.Equal(["a", "c", "b"], Found(away).Select(problem => problem.Message.Split(' ')[3]));
        ClusterObservation unread = new[] { "a", "b", "c" }.Aggregate(
            good, (all, name) => all.With(name, member => member with { Settings = null }));
        Assert.StartsWith("The settings of a, c, b ", Assert.Single(Found(unread)).Message, StringComparison.Ordinal);
        Assert.Equal(
            "b is on timeline 2, and a on 1.",
            Assert.Single(Found(good.WithStatus("b", status => status with { Timeline = new TimelineId(2) }))).Message);
    }

    [Fact]
    public void A_primary_that_does_not_archive_needs_no_archive_and_nothing_is_asked_of_its()
    {
        ClusterObservation none = Versions(Observations.Good())
            .WithStatus("a", status => status with { ArchiveMode = null }).With("a", member => member with { Retention = null });
        Assert.Empty(Problems(none));
    }

    [Fact]
    public void Standbys_that_answer_no_queries_need_no_settings_and_no_room()
    {
        ClusterObservation cold = Archiving(Observations.Good())
            .WithStatus("c", status => status with { State = ServerState.StandbyWithoutSql })
            .With("c", member => member with { Settings = null });
        Assert.Empty(Problems(cold));
        Assert.Equal(["StandbySettingsTooLow"], Problems(cold.With("b", member => member.Set("max_connections", "200"))));
    }

    [Fact]
    public void Settings_count_as_they_are_when_a_server_follows()
    {
        ClusterObservation raised = Archiving(Observations.Good()).With("b", member => member.Set("max_connections", "200"));
        // The old primary is restarted by the switchover; c only if somebody restarts it before.
        ClusterObservation pending = Pending(Pending(raised, "a", "200"), "c", "200");
        Assert.Equal(["StandbySettingsTooLow"], Problems(pending));
        Assert.Empty(Problems(pending, restarted: ["c"]));
        Assert.Equal(["StandbySettingsTooLow"], Problems(Pending(Pending(raised, "a", "100"), "c", "200"), restarted: ["c"]));
    }

    [Fact]
    public void Those_count_for_commits_who_can_confirm_them_from_the_candidate()
    {
        ClusterObservation Names(string names) => Archiving(Observations.Good())
            .WithStatus("a", status => status with { SynchronousStandbyNames = SynchronousStandbyNames.Parse(names) });
        Assert.Empty(Problems(Names("")));
        // The old primary takes the place of the candidate, and c is there.
        Assert.Empty(Problems(Names("ANY 2 (b, c)")));
        Assert.Equal(["TooFewSyncStandbys"], Problems(Names("ANY 2 (b, d)")));
        // A standby that the candidate has already may be the one.
        Assert.Empty(Problems(Names("ANY 2 (b, d)").WithStatus("b", status => status with { Standbys = [Observed.Row("d")] })));
        Assert.Equal(
            ["TooFewSyncStandbys"],
            Problems(Names("ANY 2 (b, d)").WithStatus("b", status => status with { Standbys = [Observed.Row("d", state: "catchup")] })));
    }

    private static ClusterObservation WithBacklog(ClusterObservation observation, int files) => observation.With(
        "a",
        member => member with
        {
            Retention = member.Retention! with { Archive = member.Archive! with { Backlog = new ArchiveBacklog(files, 1, null, null) } },
        });

    private static ClusterObservation Pending(ClusterObservation observation, string name, string value) => observation.With(
        name,
        member => member with
        {
            Settings =
            [
                .. member.Settings!.Select(setting => setting.Name == "max_connections" ? setting with { PendingRestart = true } : setting),
            ],
            Pending = new Dictionary<string, string> { ["max_connections"] = value },
        });

    private static IReadOnlyList<OperationProblem> Found(ClusterObservation observation)
    {
        PgCluster cluster = observation.Cluster;
        Handover handover = Handover.Of(cluster, cluster.Find("a"), cluster.Find("b")!, cluster.Find("a")!.Status!.SynchronousStandbyNames);
        return SwitchoverRules.Check(observation, handover, new SwitchoverLimits(MaxLag, AllowNoArchive: false));
    }
}
