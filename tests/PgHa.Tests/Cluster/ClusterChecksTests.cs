using PgHa.Tests.Services;

namespace PgHa.Tests;

/// <summary>Each check, made to find something.</summary>
public sealed class ClusterChecksTests
{
    private static readonly Dictionary<string, Func<ClusterObservation>> Ill = new()
    {
        ["TwoPrimaries"] = () => Observations.Of(Observed.Primary("a", 1), Observed.Primary("b", 2)),
        ["NoPrimary"] = () => Observations.Of(Observed.Down("a", 1), Observed.Standby("b", 2, 1)),
        ["PrimaryUnknown"] = () => Observations.Of(Silent("AccessDenied"), Observed.Standby("b", 2, 1)),
        ["ForeignSystem"] = () => Observations.Of(
            Observed.Primary("a", 1), Observed.Primary("b", 2).With(status => status with { SystemIdentifier = new SystemIdentifier(2) })),
        ["MemberDown"] = () => Observations.Of(Observed.Primary("a", 1), Observed.Down("b", 2)),
        ["MemberUnknown"] = () => Observations.Of(
            Observed.Primary("a", 1),
            Observed.Down("b", 2) with { Failure = new PgHaException("AccessDenied", PgHaErrorKind.PermissionDenied, "b let nobody in.") }),
        ["TimelineBehind"] = () => Observations.Good().WithStatus("a", status => status with { Timeline = new TimelineId(2) }),
        ["MajorVersionsMixed"] = () => Facts("b", facts => facts with { Version = ServerVersion.Parse("16.1") }),
        ["MinorVersionsMixed"] = () => Facts("b", facts => facts with { Version = ServerVersion.Parse("15.3") }),

        ["NotStreaming"] = () => Finding("b", ReplicationFindingCause.NotStreaming),
        ["SlotMissing"] = () => Finding("b", ReplicationFindingCause.SlotMissing),
        ["StandbySilent"] = () => Finding("a", ReplicationFindingCause.StandbySilent),
        ["SendingSlow"] = () => Finding("a", ReplicationFindingCause.SendingSlow),
        ["ReceivingSlow"] = () => Finding("b", ReplicationFindingCause.ReceivingSlow),
        ["FlushingSlow"] = () => Finding("a", ReplicationFindingCause.FlushingSlow),
        ["ReplaySlow"] = () => Finding("b", ReplicationFindingCause.ReplaySlow),
        ["ReplayPaused"] = () => Finding("b", ReplicationFindingCause.ReplayPaused),
        ["ReplayDelayed"] = () => Finding("b", ReplicationFindingCause.ReplayDelayed),
        ["WaitingForArchive"] = () => Finding("b", ReplicationFindingCause.WaitingForArchive),
        ["StandbyUnprotected"] = () =>
            Observations.Good().With("a", member => member with { Retention = member.Retention! with { WalKeepSize = 0 } }),

        ["CommitsHang"] = () => Names("FIRST 1 (x)"),
        ["SyncCountTooHigh"] = () => Names("FIRST 3 (b, c)"),
        ["SyncStandbyMissing"] = () => Names("FIRST 1 (b, x)"),
        ["SyncStandbyNotReady"] = () => Standbys(Observed.Row("b", state: "catchup"), Observed.Row("c", SyncState.Sync)),
        ["SyncStandbyUnknown"] = () =>
            Standbys(Observed.Row("b") with { State = null, SyncState = null }, Observed.Row("c", SyncState.Sync)),
        ["DuplicateApplicationName"] = () =>
            Standbys(Observed.Row("b", SyncState.Sync), Observed.Row("b", SyncState.Sync), Observed.Row("c")),
        ["SyncStandbyCascaded"] = () => Names("FIRST 1 (b, d)").WithStatus(
            "b", status => status with { Standbys = [Observed.Row("d") with { Upstream = status.Server }] }),
        ["CommitsDoNotWait"] = () => Observations.Good().WithStatus("a", status => status with { SynchronousCommit = CommitLevel.Local }),
        ["NoSpareSyncStandby"] = () => Names("FIRST 1 (b)"),
        ["CommitsNotFlushed"] = () => Observations.Good().With("a", member =>
            member with { Member = member.Member with { Status = member.Member.Status! with { SynchronousCommit = CommitLevel.Off } } }),

        ["SlotLost"] = () => Finding("a", ReplicationFindingCause.SlotLost),
        ["SlotInDanger"] = () => Finding("a", ReplicationFindingCause.SlotInDanger),
        ["SlotUnused"] = () => Finding("a", ReplicationFindingCause.SlotUnused),
        ["SlotSyncBlocked"] = () => Finding("b", ReplicationFindingCause.SlotSyncBlocked),
        ["SlotNotReady"] = () => Finding("b", ReplicationFindingCause.SlotNotReady),
        ["FailoverSlotsNotCopied"] = () => Observations.Good()
            .WithStatus("a", status => status with
            {
                Slots =
                [
                    .. status.Slots,
                    Observations.Slot("orders") with { Type = ReplicationSlotType.Logical, IsFailover = true, IsActive = true }
                ]
            })
            .WithStatus("b", status => status with { Receiver = status.Receiver! with { SynchronizesSlots = false } })
            .WithStatus("c", status => status with { Receiver = status.Receiver! with { SynchronizesSlots = false } }),
        ["SlotUnlimited"] = () => Setting("a", "max_slot_wal_keep_size", "-1"),
        ["StandbyLost"] = () => Wal(WalFindingCause.StandbyLost),
        ["StandbyAtRisk"] = () => Wal(WalFindingCause.StandbyAtRisk),
        ["ArchivingFails"] = () => Wal(WalFindingCause.ArchivingFails),
        ["ArchivingNotConfigured"] = () => Wal(WalFindingCause.ArchivingNotConfigured),
        ["ArchivingStalled"] = () => Wal(WalFindingCause.ArchivingStalled),
        ["ArchivingSlow"] = () => Wal(WalFindingCause.ArchivingSlow),
        ["ArchiveShared"] = () =>
            Observations.Good().With("b", member => member.Set("archive_mode", "on").Set("archive_command", "cp %p /srv/archive/%f")),
        ["NoArchive"] = () => Setting("a", "archive_mode", "off"),

        ["FsyncOff"] = () => Setting("b", "fsync", "off"),
        ["FullPageWritesOff"] = () => Setting("a", "full_page_writes", "off"),
        ["AutovacuumOff"] = () => Setting("a", "autovacuum", "off"),
        ["WalLevelTooLow"] = () => Setting("a", "wal_level", "minimal"),
        ["RewindImpossible"] = () => Setting("a", "data_checksums", "off"),
        ["PendingRestart"] = () => Observations.Good().With("b", member => member with
        {
            Settings = [.. member.Settings!, member.Setting("work_mem")! with { Name = "shared_buffers", PendingRestart = true }]
        }),
        ["StandbySettingsTooLow"] = () => Setting("b", "max_connections", "50"),
        ["PrimaryReadOnly"] = () => Setting("a", "default_transaction_read_only", "on"),
        ["RecoveryTargetSet"] = () => Recovery("b", recovery => recovery with { RecoveryTarget = "recovery_target_time = '2026-01-01'" }),
        ["TimelineNotFollowed"] = () => Recovery("b", recovery => recovery with { TargetTimeline = "current" }),

        ["ReplicationBySuperuser"] = () => Facts("a", facts => facts with { Roles = [new("replicator", true, true, true, [])] }),
        ["ReplicationTrusted"] = () => Hba("host replication all 127.0.0.1/32 trust"),
        ["ConnectionsTrusted"] = () => Hba("host all all 10.0.0.0/8 trust"),
        ["NoPassFile"] = () => Recovery("b", recovery => recovery with { PassFile = null }),

        ["NoFailoverCandidate"] = () => Observations.Of(
            Observed.Primary("a", 1, Observed.Row("b")),
            Observed.Standby("b", 2, 1)
                .With(status => status with { Receiver = status.Receiver! with { ApplyDelay = TimeSpan.FromHours(1) } })),
        ["NoFreeWalSenders"] = () => Facts("a", facts => facts with { WalSenders = 10 }),
        ["NoFreeSlots"] = () => Setting("a", "max_replication_slots", "1"),
        ["CandidateWithoutSlots"] = () => Setting("b", "max_replication_slots", "0"),
        ["UnloggedTables"] = () => Facts("a", facts => facts with { UnloggedTables = 2 }),

        ["ChecksumFailures"] = () => Facts("b", facts => facts with { ChecksumFailures = 1 }),
        ["TransactionIdsRunOut"] = () => Facts("a", facts => facts with { TransactionAge = 1_500_000_000 }),
        ["LongTransaction"] = () => Facts("a", facts => facts with { OldestTransaction = TimeSpan.FromHours(2) }),
        ["TransactionsHidden"] = () => Facts("a", facts => facts with { SeesActivity = false }),
        ["PreparedTransaction"] = () => Facts("a", facts => facts with { OldestPreparedTransaction = TimeSpan.FromHours(2) }),
        ["ConnectionsRunOut"] = () => Facts("a", facts => facts with { Connections = 95 }),
        ["ClocksDiffer"] = () => Facts("b", facts => facts with { ClockOffset = TimeSpan.FromSeconds(-3) }),

        ["SecondPrimaryAtBoot"] = () => ServiceSamples.Stopped(ServiceSamples.Down, isStandby: false),
        ["ConfigurationAtBoot"] = () => ServiceSamples.Running(ServiceSamples.OtherConfiguration),
        ["NothingStartsAtBoot"] = () => ServiceSamples.Running(ServiceSamples.Manual),
        ["RunsOutsideUnit"] = () => ServiceSamples.Running(ServiceSamples.Beside),
        ["RestartedAtOnce"] = () => ServiceSamples.Running(ServiceSamples.Restarted("always", 20)),
    };

    public static TheoryData<string> Ids => [.. ClusterChecks.All.Select(check => check.Id)];

    [Fact]
    public void A_cluster_where_all_is_well_has_no_finding() => Assert.Empty(ClusterChecks.Run(Observations.Good()));

    [Theory, MemberData(nameof(Ids))]
    public void Each_check_finds_what_it_is_for(string id)
    {
        ClusterObservation observation = Ill[id]();

        ClusterFinding[] found = [.. ClusterChecks.Run(observation).Where(finding => finding.Check == id)];

        Assert.NotEmpty(found);
        ClusterCheck check = ClusterChecks.All.Single(one => one.Id == id);
        Assert.All(found, finding =>
        {
            Assert.Equal(check.Severity, finding.Severity);
            Assert.False(finding.Evidence.EndsWith('.') || string.IsNullOrWhiteSpace(finding.Evidence), finding.Evidence);
        });
        Assert.DoesNotContain(ClusterChecks.Run(observation, [id.ToLowerInvariant()]), finding => finding.Check == id);
    }

    [Fact]
    public void There_are_as_many_as_were_asked_for_and_each_has_a_test_and_an_id_of_its_own()
    {
        Assert.InRange(ClusterChecks.All.Count, 30, 100);
        Assert.Equal(ClusterChecks.All.Count, ClusterChecks.All.Select(check => check.Id).Distinct().Count());
        Assert.Equal(ClusterChecks.All.Select(check => check.Id).Order(), Ill.Keys.Order());
    }

    [Theory]
    [InlineData("AccessDenied", "-Credential")]
    [InlineData("PasswordRequired", "-Credential")]
    [InlineData("TooManyConnections", "End connections")]
    [InlineData("ServerAnswersNoSql", "Wait until it has started")]
    public void A_member_that_did_not_answer_may_be_the_primary_and_nobody_is_told_to_promote(string errorId, string advice)
    {
        foreach (ClusterObservation observation in
            new[] { Observations.Of(Silent(errorId)), Observations.Of(Silent(errorId), Observed.Standby("b", 2, 1)) })
        {
            IReadOnlyList<ClusterFinding> findings = ClusterChecks.Run(observation);

            Assert.DoesNotContain(findings, finding => finding.Check == "NoPrimary");
            ClusterFinding unknown = Assert.Single(findings, finding => finding.Check == "PrimaryUnknown");
            Assert.Equal(FindingSeverity.Unknown, unknown.Severity);
            Assert.Contains(advice, unknown.Advice, StringComparison.Ordinal);
        }

        Assert.Equal(
            3, NagiosReport.Of(Observations.Of(Silent(errorId)).Cluster, ClusterChecks.Run(Observations.Of(Silent(errorId)))).ExitCode);
    }

    [Fact]
    public void Where_every_member_is_down_nobody_is_told_to_promote()
    {
        ClusterFinding none = Assert.Single(
            ClusterChecks.Run(Observations.Of(Observed.Down("a", 1))), finding => finding.Check == "NoPrimary");
        Assert.Equal((FindingSeverity.Critical, "Start the primary."), (none.Severity, none.Advice));
    }

    [Fact]
    public void What_is_critical_for_certain_comes_before_what_is_unknown()
    {
        IReadOnlyList<ClusterFinding> findings = ClusterChecks.Run(Observations.Of(Silent("AccessDenied"), Observed.Down("b", 2)));
        Assert.Equal(["MemberDown", "PrimaryUnknown", "MemberUnknown"], findings.Select(finding => finding.Check).Take(3));
        Assert.Equal(2, NagiosReport.Of(Observations.Good().Cluster, findings).ExitCode);
    }

    [Fact]
    public void The_most_urgent_comes_first()
    {
        IReadOnlyList<ClusterFinding> findings = ClusterChecks.Run(
            Facts("a", facts => facts with { UnloggedTables = 2, OldestTransaction = TimeSpan.FromHours(2), ChecksumFailures = 3 }));

        Assert.Equal(["ChecksumFailures", "LongTransaction", "UnloggedTables"], findings.Select(finding => finding.Check));
    }

    [Fact]
    public void The_line_for_monitoring_has_the_worst_state_no_bar_in_the_text_and_lags_as_numbers()
    {
        PgCluster cluster = Observations.Good().Cluster;

        Assert.Equal(
            new NagiosReport("PGHA OK - shop: 3 members, primary a | members=3;;;0 findings=0;;;0 'lag_b'=0B;;;0 'lag_c'=0B;;;0", 0),
            NagiosReport.Of(cluster, []));
        Assert.Equal(0, NagiosReport.Of(cluster, [new("x", FindingSeverity.Information, null, "x", null)]).ExitCode);
        NagiosReport bad = NagiosReport.Of(
            cluster,
            [new("x", FindingSeverity.Critical, "a", "one|two\nthree", null), new("y", FindingSeverity.Warning, "a", "four", null)]);
        Assert.Equal((2, "PGHA CRITICAL - shop: one/two three; four "), (bad.ExitCode, bad.Line.Split('|')[0]));
        Assert.Equal(new NagiosReport("PGHA UNKNOWN - gone", 3), NagiosReport.Unknown("gone"));
    }

    private static MemberAnswer Silent(string errorId) =>
        Observed.Down("a", 1) with { Failure = new PgHaException(errorId, PgHaErrorKind.PermissionDenied, "a did not answer.") };

    private static ClusterObservation Facts(string name, Func<ServerFacts, ServerFacts> change) =>
        Observations.Good().With(name, member => member with { Facts = change(member.Facts!) });

    private static ClusterObservation Recovery(string name, Func<RecoveryConfiguration, RecoveryConfiguration> change) =>
        Observations.Good().With(name, member => member with { Recovery = change(member.Recovery!) });

    private static ClusterObservation Setting(string name, string setting, string value) =>
        Observations.Good().With(name, member => member.Set(setting, value));

    private static ClusterObservation Hba(string rule) =>
        Observations.Good().With("a", member => member with { Hba = [new PgHbaRule(member.Member.Server!, 7, HbaRule.Parse(rule))] });

    private static ClusterObservation Finding(string name, ReplicationFindingCause cause) =>
        Observations.Good().WithStatus(name, status => status with { Findings = [new ReplicationFinding(cause, name, $"{name} is ill")] });

    private static ClusterObservation Wal(WalFindingCause cause) =>
        Observations.Good().With(
            "a", member => member with { Retention = member.Retention! with { Findings = [new WalFinding(cause, "a", "a is ill")] } });

    private static ClusterObservation Names(string names) =>
        Observations.Good().WithStatus("a", status => status with { SynchronousStandbyNames = SynchronousStandbyNames.Parse(names) });

    private static ClusterObservation Standbys(params StandbyStatus[] rows) =>
        Observations.Good().WithStatus("a", status => status with { Standbys = rows });
}
