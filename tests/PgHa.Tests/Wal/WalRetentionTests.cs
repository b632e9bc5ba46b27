namespace PgHa.Tests;

/// <summary>What is concluded from what a server tells; that servers tell it is tested on servers.</summary>
public sealed class WalRetentionTests
{
    private const long Megabyte = 1 << 20;
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly PgInstance Node = new() { Name = "node20", Port = 5432 };

    // The server is in segment 20, its redo position in segment 19, and segment 10 is the oldest there is.
    private static readonly WalRetention Idle = new()
    {
        Server = Node,
        Role = ServerRole.Primary,
        CurrentLsn = At(20, 0x100),
        RedoLsn = At(19, 0x28),
        SegmentSize = WalSegmentSize.Default,
        Files = new WalFiles(13, 13 * 16 * Megabyte, WalFileName.At(new TimelineId(1), At(10), WalSegmentSize.Default), 2 * 16 * Megabyte),
        MaxWalSize = 1024 * Megabyte,
        ObservedAt = Now,
    };

    [Fact]
    public void A_server_by_itself_keeps_what_a_crash_would_take()
    {
        WalKeeper keeper = Assert.Single(Complete(Idle).Keepers);

        Assert.Equal(
            (WalKeeperKind.Checkpoint, Idle.RedoLsn, Idle.CurrentLsn - Idle.RedoLsn), (keeper.Kind, keeper.StartLsn, keeper.Bytes));
        Assert.Empty(Complete(Idle).Findings);
    }

    [Fact]
    public void What_reaches_back_furthest_comes_first_and_says_what_it_alone_keeps()
    {
        WalRetention retention = Complete(Idle with
        {
            Slots =
            [
                Slot("near", At(18, 5)),
                Slot("far", At(12, 5)),
                Slot("unused", null),
                Slot("gone", At(11)) with { WalStatus = SlotWalStatus.Lost }
            ],
            WalKeepSize = 64 * Megabyte,
            Archive = Archive(At(14)),
        });

        Assert.Equal(["far", "archiver", "wal_keep_size", "near", "checkpoint"], retention.Keepers.Select(keeper => keeper.Name));
        Assert.Equal([32 * Megabyte, 0, 0, 0, 0], retention.Keepers.Select(keeper => keeper.BytesAlone));
        Assert.Equal(64 * Megabyte, retention.Keepers[2].Bytes);
    }

    [Fact]
    public void Two_reasons_in_one_segment_keep_nothing_alone() =>
        Assert.All(
            Complete(Idle with { Slots = [Slot("a", At(12, 5)), Slot("b", At(12, 9))] }).Keepers,
            keeper => Assert.Equal(0, keeper.BytesAlone));

    [Fact]
    public void An_archiver_that_has_nothing_to_do_keeps_nothing() =>
        Assert.DoesNotContain(Complete(Idle with { Archive = Archive(null) }).Keepers, keeper => keeper.Kind == WalKeeperKind.Archiver);

    [Fact]
    public void What_is_not_summarized_is_kept() =>
        Assert.Equal(
            (WalKeeperKind.Summarizer, At(13)),
            (Complete(Idle with { SummarizedLsn = At(13) }).Keepers[0].Kind,
                Complete(Idle with { SummarizedLsn = At(13) }).Keepers[0].StartLsn));

    [Fact]
    public void The_setting_keeps_no_more_than_there_is()
    {
        WalKeeper keeper = Complete(Idle with { WalKeepSize = 1024 * Megabyte, WalKeepSetting = "wal_keep_segments" }).Keepers[0];

        Assert.Equal(("wal_keep_segments", At(10)), (keeper.Name, keeper.StartLsn));
        Assert.Equal(Lsn.Zero, Complete(Idle with { WalKeepSize = 1024 * Megabyte, Files = null }).Keepers[0].StartLsn);
    }

    [Theory]
    // The standby is in segment 9, which is gone; 12, which only luck has kept; 19, which the checkpoint keeps.
    [InlineData(9, StandbyWalState.Lost, WalFindingCause.StandbyLost)]
    [InlineData(12, StandbyWalState.AtRisk, WalFindingCause.StandbyAtRisk)]
    [InlineData(19, StandbyWalState.Kept, null)]
    public void A_standby_without_a_slot_depends_on_what_is_kept_for_others(int segment, StandbyWalState state, WalFindingCause? cause)
    {
        WalRetention retention = WalRetentionAnalysis.Complete(Idle, [Standby("s1", At(segment, 77))]);

        StandbyWal standby = Assert.Single(retention.Standbys);
        Assert.Equal(("s1", state, true, null), (standby.Name, standby.State, standby.IsConnected, standby.SlotName));
        Assert.Equal(cause, retention.Findings.SingleOrDefault()?.Cause);
        Assert.Equal(StandbyWalState.Kept, WalRetentionAnalysis.Complete(
            Idle with { Slots = [Slot("other", At(9))], Files = null }, [Standby("s1", At(12))]).Standbys[0].State);
    }

    [Fact]
    public void A_standby_keeps_its_own_WAL_by_its_slot()
    {
        WalRetention retention = WalRetentionAnalysis.Complete(
            Idle with { Slots = [Slot("slot1", At(12)) with { IsActive = true, SafeWalSize = 5 }] },
            [Standby("s1", At(12)) with { SlotName = "slot1" }]);

        Assert.Equal(
            ("s1", "slot1", StandbyWalState.Kept, 5),
            (retention.Standbys[0].Name, retention.Standbys[0].SlotName, retention.Standbys[0].State, retention.Standbys[0].BytesLeft));
        Assert.Empty(retention.Findings);
    }

    [Theory]
    [InlineData(SlotWalStatus.Extended, 12, StandbyWalState.Kept)]
    [InlineData(SlotWalStatus.Unreserved, 12, StandbyWalState.AtRisk)]
    [InlineData(SlotWalStatus.Lost, 12, StandbyWalState.Lost)]
    [InlineData(SlotWalStatus.Lost, null, StandbyWalState.Lost)]
    // Before 13 nothing says so but the files.
    [InlineData(null, 9, StandbyWalState.Lost)]
    public void A_slot_speaks_for_a_standby_that_is_away(SlotWalStatus? status, int? segment, StandbyWalState state)
    {
        StandbyWal standby = Assert.Single(
            Complete(Idle with { Slots = [Slot("away", segment is { } there ? At(there) : null) with { WalStatus = status }] }).Standbys);

        Assert.Equal(("away", false, state), (standby.Name, standby.IsConnected, standby.State));
    }

    [Fact]
    public void Base_backups_and_logical_slots_are_no_standbys() =>
        Assert.Empty(WalRetentionAnalysis.Complete(
            Idle with { Slots = [Slot("logical", At(12)) with { Type = ReplicationSlotType.Logical }] },
            [Standby("backup", At(12)) with { State = "backup" }]).Standbys);

    [Theory]
    [InlineData(
        null,
        "nothing has been connected to slot 'away', and it holds 128 MB of WAL: no limit is set, so it goes on until the disk is full")]
    [InlineData(36L, "nothing has been connected to slot 'away', and it holds 128 MB of WAL: it is in danger after another 36 MB")]
    public void An_unused_slot_says_where_it_ends(long? left, string text)
    {
        WalFinding finding = Assert.Single(
            Complete(Idle with { Slots = [Slot("away", At(12, 0x100)) with { SafeWalSize = left * Megabyte }] }).Findings);

        Assert.Equal((WalFindingCause.SlotUnused, "away", text), (finding.Cause, finding.Subject, finding.Text));
    }

    [Fact]
    public void An_unused_slot_says_since_when() => Assert.StartsWith(
        "nothing has been connected to slot 'away' for 5 min,",
        Complete(Idle with { Slots = [Slot("away", At(12)) with { InactiveSince = Now.AddMinutes(-5) }] }).Findings[0].Text,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(SlotWalStatus.Unreserved, null, WalFindingCause.SlotInDanger)]
    [InlineData(SlotWalStatus.Lost, null, WalFindingCause.SlotLost)]
    [InlineData(SlotWalStatus.Extended, "idle_timeout", WalFindingCause.SlotLost)]
    public void A_slot_that_its_standby_cannot_rely_on_is_said(SlotWalStatus status, string? reason, WalFindingCause cause)
    {
        WalFinding finding = Assert.Single(
            Complete(Idle with { Slots = [Slot("away", At(12)) with { WalStatus = status, InvalidationReason = reason }] }).Findings);

        Assert.Equal((cause, "away"), (finding.Cause, finding.Subject));
        Assert.Contains("needs an archive or a new clone", finding.Text, StringComparison.Ordinal);
        Assert.Contains(reason ?? "", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void More_WAL_than_allowed_is_said_with_who_keeps_it()
    {
        WalRetention small = Idle with { MaxWalSize = 100 * Megabyte };

        // The files may be left from a busy hour.
        Assert.Empty(Complete(small).Findings);
        WalFinding finding =
            Complete(small with { Slots = [Slot("a", At(12, 0x100)) with { IsActive = true }, Slot("b", At(18))] }).Findings[^1];
        Assert.Equal(
            (WalFindingCause.WalOverLimit, "there is more WAL (208 MB) than max_wal_size (100 MB), kept by slot 'a'"),
            (finding.Cause, finding.Text));
    }

    [Fact]
    public void The_archives_findings_are_among_those_of_the_WAL()
    {
        ArchiveStatus archive = Archive(At(12));
        archive = archive with { Findings = ArchiveDiagnosis.Of(archive with { Command = null }) };

        Assert.Equal(WalFindingCause.ArchivingNotConfigured, Assert.Single(Complete(Idle with { Archive = archive }).Findings).Cause);
    }

    private static WalRetention Complete(WalRetention retention) => WalRetentionAnalysis.Complete(retention, []);

    private static Lsn At(int segment, int offset = 0) => new Lsn((ulong)segment * (16 << 20)) + offset;

    private static ReplicationSlot Slot(string name, Lsn? restart) => new()
    {
        Server = Node,
        Name = name,
        Type = ReplicationSlotType.Physical,
        RestartLsn = restart,
        RetainedBytes = Idle.CurrentLsn - restart,
        WalStatus = SlotWalStatus.Reserved,
    };

    private static StandbyStatus Standby(string name, Lsn flushed) =>
        new() { Upstream = Node, ApplicationName = name, State = "streaming", FlushedLsn = flushed, SentLsn = flushed };

    private static ArchiveStatus Archive(Lsn? oldest) => new()
    {
        Server = Node,
        Role = ServerRole.Primary,
        Mode = ArchiveMode.On,
        Command = "cp %p /archive/%f",
        Backlog = new ArchiveBacklog(oldest is null ? 0 : 1, 0, oldest, null),
        ObservedAt = Now,
    };
}
