namespace PgHa.Tests;

/// <summary>What is said of a cluster that is not as its definition has it.</summary>
public sealed class ClusterComparisonTests
{
    [Fact]
    public void A_cluster_that_is_as_it_should_be_has_no_drift() => Assert.Empty(ClusterComparison.Compare(Observations.Good()));

    [Fact]
    public void Values_are_compared_by_what_they_mean() =>
        Assert.Empty(ClusterComparison.Compare(Observations.Good().With("b", member => member.Set("work_mem", "8192kB"))));

    [Fact]
    public void A_setting_has_the_command_that_heals_it()
    {
        ClusterDrift drift = Only(Observations.Good().With("b", member => member.Set("work_mem", "4MB")));

        Assert.Equal(
            ("b", DriftKind.Setting, "work_mem", "8MB", "4MB", false),
            (drift.Node, drift.Kind, drift.What, drift.Expected, drift.Actual, drift.NeedsRestart));
        Assert.Equal("Get-PgInstance -DataDirectory '/srv/b' | Set-PgSetting @{ 'work_mem' = '8MB' }", drift.Heal);
        Assert.Equal("b: work_mem is 4MB, should be 8MB", drift.ToString());
    }

    [Fact]
    public void A_setting_that_waits_for_a_restart_is_told_once()
    {
        ClusterObservation waiting = Observations.Good().With("b", member => member with
        {
            Settings = [.. member.Settings!.Select(one => one.Name == "max_connections" ? one with { PendingRestart = true } : one)]
        });

        ClusterDrift drift = Only(waiting);

        Assert.Equal(
            (DriftKind.PendingRestart, "max_connections", true, "Get-PgInstance -DataDirectory '/srv/b' | Restart-PgInstance"),
            (drift.Kind, drift.What, drift.NeedsRestart, drift.Heal));
        Assert.Equal(DriftKind.Setting, Only(Observations.Good().With("b", member => member with
        {
            Settings =
                [.. member.Settings!.Select(one => one.Name == "work_mem" ? one with { Value = "4MB", PendingRestart = true } : one)],
        })).Kind);
    }

    [Fact]
    public void Rules_may_be_more_than_defined_and_not_fewer()
    {
        Assert.Empty(ClusterComparison.Compare(Observations.Good().With(
            "b", member => member with { Hba = [.. member.Hba!, Rule(member, "host all all 192.168.0.0/16 md5")] })));
        ClusterDrift drift = Only(Observations.Good().With("b", member => member with { Hba = [] }));
        Assert.Equal((DriftKind.HbaRule, "host app app 10.0.0.0/8 scram-sha-256"), (drift.Kind, drift.What));
        Assert.EndsWith("| Add-PgHbaRule 'host app app 10.0.0.0/8 scram-sha-256'", drift.Heal, StringComparison.Ordinal);

        // The upstream has to let its standbys in besides, by whatever rule.
        Assert.Empty(ClusterComparison.Compare(Observations.Good().With(
            "a", member => member with { Hba = [member.Hba![0], Rule(member, "host replication all 127.0.0.0/8 md5")] })));
        Assert.Equal("host replication replicator 127.0.0.1/32 scram-sha-256", Only(Observations.Good().With(
            "a", member => member with { Hba = [member.Hba![0], Rule(member, "host replication all 127.0.0.0/8 reject")] })).What);
    }

    [Fact]
    public void Slots_are_missed_and_those_that_nobody_uses_are_orphans()
    {
        ClusterDrift missing = Only(Observations.Good().WithStatus("a", status => status with { Slots = [] }));
        Assert.Equal(
            (DriftKind.Slot, "slot_b", "Get-PgInstance -DataDirectory '/srv/a' | New-PgReplicationSlot 'slot_b' -ReserveWal"),
            (missing.Kind, missing.What, missing.Heal));

        ClusterObservation With(ReplicationSlot slot) =>
            Observations.Good().WithStatus("a", status => status with { Slots = [.. status.Slots, slot] });
        ClusterDrift orphan = Only(With(Observations.Slot("old") with { RetainedBytes = 1 << 20 }));
        Assert.Equal((DriftKind.OrphanedSlot, "a slot that nobody uses, holds 1 MB of WAL"), (orphan.Kind, orphan.Actual));
        Assert.EndsWith("| Get-PgReplicationSlot 'old' | Remove-PgReplicationSlot", orphan.Heal, StringComparison.Ordinal);
        Assert.Empty(ClusterComparison.Compare(With(Observations.Slot("used") with { IsActive = true })));
        Assert.Empty(ClusterComparison.Compare(With(Observations.Slot("mine") with { IsTemporary = true })));
    }

    [Fact]
    public void An_orphan_is_not_to_be_removed_while_somebody_may_be_its_owner()
    {
        ClusterObservation stranger = Observations.Of(
            Observed.Primary("a", 1, Observed.Row("b")).With(
                status => status with { Slots = [Observations.Slot("slot_b") with { IsActive = true }, Observations.Slot("slot_d")] }),
            Observed.Standby("b", 2, 1), Observed.Down("d", 4));

        ClusterDrift orphan = ClusterComparison.Compare(stranger).Single(drift => drift.Kind == DriftKind.OrphanedSlot);

        Assert.Null(orphan.Heal);
    }

    [Fact]
    public void An_archive_is_elsewhere_off_or_beyond_understanding()
    {
        ClusterDrift elsewhere = Only(Observations.Good().With("a", member => member.Set("archive_command", "cp %p /tmp/%f")));
        Assert.Equal(
            (DriftKind.Archive, "archive_command", "/tmp", "/srv/archive", false),
            (elsewhere.Kind, elsewhere.What, elsewhere.Actual, elsewhere.Expected, elsewhere.NeedsRestart));
        ClusterDrift off = Only(Observations.Good().With("a", member => member.Set("archive_mode", "off")));
        Assert.Equal(("archive_mode", "off", "on", true), (off.What, off.Actual, off.Expected, off.NeedsRestart));
        Assert.Equal("Get-PgInstance -DataDirectory '/srv/a' | Enable-PgArchiving '/srv/archive' -Mode On", off.Heal);

        Assert.Equal(
            "archive_mode",
            Only(Observations.Good().With("b", member => member.Set("archive_mode", "on").Set("archive_command", "cp %p /srv/b/%f"))).What);
        // What PgHa cannot read may well be wanted.
        Assert.Empty(ClusterComparison.Compare(
            Observations.Good().With("b", member => member.Set("archive_mode", "on").Set("archive_command", "wal-g wal-push %p"))));
    }

    [Fact]
    public void A_standby_streams_from_another_as_another_through_another_slot_late_or_cold()
    {
        Assert.Equal((DriftKind.Upstream, "b", "a"), Said(Observations.Of(Answers(Observed.Standby("c", 3, 2)))));
        Assert.Equal((DriftKind.Upstream, "x", "c"), Said(
            Observations.Of(Answers(Observed.Standby("c", 3, 1).With(Received(receiver => receiver with { ApplicationName = "x" }))))));
        Assert.Equal(
            (DriftKind.SlotName, "slot_x", null),
            Said(Observations.Of(Answers(Observed.Standby("c", 3, 1).With(Received(receiver => receiver with { SlotName = "slot_x" }))))));
        Assert.Equal((DriftKind.ApplyDelay, "1h", "0"), Said(Observations.Of(
            Answers(Observed.Standby("c", 3, 1).With(Received(receiver => receiver with { ApplyDelay = TimeSpan.FromHours(1) }))))));
        Assert.Equal(
            (DriftKind.RestoreFrom, "/srv/x", null),
            Said(Observations.Of(Answers(Observed.Standby("c", 3, 1).With(
                Received(receiver => receiver with { HasRestoreCommand = true, RestoreCommand = "cp /srv/x/%f %p" }))))));
        Assert.Equal(
            (DriftKind.NodeKind, "ArchiveFed", "Streaming"),
            Said(Observations.Of(Answers(Observed.Standby("c", 3, 1).With(
                status => status with { Receiver = new ReceiverStatus { HasUpstream = false, HasRestoreCommand = false } })))));
        ClusterDrift cold = Only(
            Observations.Good().With("c", member => member with { Recovery = member.Recovery! with { HotStandby = false } }));
        Assert.Equal((DriftKind.HotStandby, "off", "on", true), (cold.Kind, cold.Actual, cold.Expected, cold.NeedsRestart));
    }

    [Fact]
    public void Commits_wait_for_others()
    {
        Assert.Equal(
            (DriftKind.SynchronousStandbys, "", "FIRST 1 (b, c)"),
            Said(Observations.Good().WithStatus("a", status => status with { SynchronousStandbyNames = null })));
        Assert.Equal("FIRST 1 (c, b)", Only(Observations.Good().WithStatus(
            "a", status => status with { SynchronousStandbyNames = SynchronousStandbyNames.Parse("1 (c, b)") })).Actual);
    }

    [Fact]
    public void A_node_is_down_gone_another_clusters_or_a_primary_that_should_not_be_and_nothing_else_is_said_of_it()
    {
        Assert.Equal((DriftKind.NodeDown, "down", "running"), Said(Observations.Of(Answers(Observed.Down("c", 3)))));
        Assert.Equal(
            (DriftKind.NodeMissing, null, "/srv/c"),
            Said(Observations.Of(Answers(Observed.Down("c", 3))).With("c", member => member with { HasDataDirectory = false })));
        // Its directory would start as a primary.
        Assert.Equal(
            (DriftKind.UnexpectedPrimary, "a primary that is down", "standby"),
            Said(Observations.Of(Answers(Observed.Down("c", 3))).With("c", member => member with
            {
                Recovery = new RecoveryConfiguration { Server = member.Member.Server!, StandbyMode = false }
            })));
        Assert.Equal((DriftKind.UnexpectedPrimary, "primary", "standby"), Said(Observations.Of(Answers(Observed.Primary("c", 3)))));
        Assert.Equal(DriftKind.ForeignSystem, Only(Observations.Of(
            Answers(Observed.Primary("c", 3).With(status => status with { SystemIdentifier = new SystemIdentifier(2) })))).Kind);
        Assert.Equal(
            (DriftKind.UnknownMember, "d: Streaming from a", null),
            Said(Observations.Of([.. Answers(Observed.Standby("c", 3, 1)), Observed.Standby("d", 4, 1)])));
    }

    [Fact]
    public void Roles_and_tablespaces_are_missing()
    {
        Assert.Equal(
            (DriftKind.Role, "not in pg_monitor", "LOGIN, in pg_monitor"),
            Said(Facts(facts => facts with { Roles = [facts.Roles[1], facts.Roles[2] with { MemberOf = [] }] })));
        Assert.Equal((DriftKind.Role, null, "LOGIN REPLICATION"), Said(Facts(facts => facts with { Roles = [facts.Roles[2]] })));
        Assert.Equal(
            (DriftKind.Tablespace, "/slow", "/fast/a"),
            Said(Facts(facts => facts with { Tablespaces = new Dictionary<string, string> { ["fast"] = "/slow" } })));
    }

    [Fact]
    public void A_password_in_a_setting_is_not_shown()
    {
        ClusterObservation observation = Observations.Good() switch
        {
            var good => good with
            {
                Cluster = good.Cluster with
                {
                    Definition = Observations.Definition with { Settings = new Dictionary<string, string> { ["x.y"] = "password=one" } }
                }
            },
        };

        Assert.All(
            ClusterComparison.Compare(observation.With("a", member => member.Set("x.y", "password=two"))),
            drift => Assert.DoesNotContain("two", $"{drift}", StringComparison.Ordinal));
    }

    private static MemberAnswer[] Answers(MemberAnswer third) =>
    [
        Observed.Primary("a", 1, Observed.Row("b", SyncState.Sync) with { SlotName = "slot_b" }).With(status => status with
        {
            Slots = [Observations.Slot("slot_b") with { IsActive = true }],
            SynchronousStandbyNames = Observations.Definition.SynchronousStandbyNames,
        }),
        Observed.Standby("b", 2, 1).With(status => status with { Receiver = status.Receiver! with { SlotName = "slot_b" } }),
        third,
    ];

    private static Func<ReplicationStatus, ReplicationStatus> Received(Func<ReceiverStatus, ReceiverStatus> change) =>
        status => status with { Receiver = change(status.Receiver!) };

    private static ClusterObservation Facts(Func<ServerFacts, ServerFacts> change) =>
        Observations.Good().With("a", member => member with { Facts = change(member.Facts!) });

    private static PgHbaRule Rule(MemberObservation member, string rule) => new(member.Member.Server!, 9, HbaRule.Parse(rule));

    private static (DriftKind Kind, string? Actual, string? Expected) Said(ClusterObservation observation) => Only(observation) switch
    {
        var drift => (drift.Kind, drift.Actual, drift.Expected),
    };

    private static ClusterDrift Only(ClusterObservation observation) => Assert.Single(ClusterComparison.Compare(observation));
}
