namespace PgHa.Tests.Recovery;

public sealed class RecoveryRouteFinderTests
{
    private const int Size = 16 << 20;

    private static readonly SystemIdentifier System = new(7_000_000_000_000_000_001);

    private static readonly PgBaseBackup Backup = new()
    {
        Directory = "/backup",
        Format = BackupFormat.Plain,
        Label = "nightly",
        Version = ServerVersion.OfMajor(15),
        SystemIdentifier = System,
        Timeline = new TimelineId(1),
        StartLsn = Lsn.Parse("0/2000028"),
        EndLsn = Lsn.Parse("0/2000100"),
        StartTime = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero),
        EndTime = new DateTimeOffset(2026, 11, 22, 12, 5, 0, TimeSpan.Zero),
    };

    private readonly Dictionary<TimelineId, string> _histories = [];
    private readonly List<ArchivedFile> _files = [];

    private void Segments(uint timeline, params uint[] numbers) => _files.AddRange(numbers.Select(number =>
    {
        WalFileName name = new(new TimelineId(timeline), 0, number);
        return new ArchivedFile(name.ToString(), Size, DateTimeOffset.UnixEpoch)
        {
            Header = new WalSegmentHeader(System, Size, name.StartLsn(WalSegmentSize.Default))
        };
    }));

    private void History(uint timeline, string text) => _histories[new TimelineId(timeline)] = text;

    private RecoveryRoute Find(RecoveryTarget target, string timeline = "latest", bool allowGaps = false, PgBaseBackup? backup = null) =>
        new RecoveryRouteFinder(backup ?? Backup, new WalArchive("/archive", _files, _histories)).Find(target, timeline, allowGaps);

    private PgHaException Fails(string id, RecoveryTarget target, string timeline = "latest", PgBaseBackup? backup = null)
    {
        PgHaException e = Assert.Throws<PgHaException>(() => Find(target, timeline, backup: backup));
        Assert.True(e.ErrorId == id, $"{e.ErrorId}: {e.Message}");
        return e;
    }

    private static RecoveryTarget At(string lsn) => RecoveryTarget.At(Lsn.Parse(lsn));

    // Timeline 1 goes on to 7; timeline 2 leaves it in segment 4 and ends in 9.
    private void Forked()
    {
        Segments(1, 2, 3, 4, 5, 6, 7);
        Segments(2, 4, 5, 6, 7, 8, 9);
        History(2, "1\t0/4000100\tno recovery target specified\n");
    }

    [Fact]
    public void The_latest_timeline_that_leads_through_the_backup_is_the_way()
    {
        Forked();
        // Another one that left before the backup.
        Segments(3, 1, 2);
        History(3, "1\t0/1000100\tbefore 2026-11-22\n");

        RecoveryRoute route = Find(At("0/9000100"));

        Assert.Equal("2", route.History.Timeline.ToString());
        Assert.Equal(("000000010000000000000002", "000000020000000000000009"), (route.FirstFile.ToString(), route.LastFile.ToString()));
        Assert.Equal("1", route.TimelineAt(Lsn.Parse("0/4000100")).ToString());
        Assert.Equal("2", route.TimelineAt(Lsn.Parse("0/4000101")).ToString());
        Assert.Equal("1", Find(At("0/7000100"), "current").History.Timeline.ToString());
    }

    [Fact]
    public void A_target_before_the_end_of_the_backup_is_refused()
    {
        Forked();
        Fails("TargetBeforeBackup", At("0/20000FF"));
        Fails("TargetBeforeBackup", At("0/2000027"), backup: Backup with { EndLsn = null });
        Fails("TargetBeforeBackup", RecoveryTarget.At(Backup.EndTime!.Value.AddSeconds(-1)));
        Fails("TargetBeforeBackup", RecoveryTarget.At(Backup.StartTime!.Value.AddSeconds(-1)), backup: Backup with { EndTime = null });
        Find(At("0/2000100"));
        Find(RecoveryTarget.At(Backup.EndTime.Value));
    }

    [Fact]
    public void A_timeline_that_does_not_lead_through_the_backup_is_refused()
    {
        Forked();
        PgBaseBackup late = Backup with { StartLsn = Lsn.Parse("0/5000028"), EndLsn = Lsn.Parse("0/5000100") };

        Assert.Contains(
            "left timeline 1 at 0/4000100",
            Fails("TimelineNotOfBackup", RecoveryTarget.Immediate, "2", late).Message,
            StringComparison.Ordinal);
        Fails(
            "TimelineNotOfBackup", RecoveryTarget.Immediate, "1",
            Backup with { Timeline = new TimelineId(2), StartLsn = Lsn.Parse("0/5000028"), EndLsn = null });
        Fails("TimelineNotFound", RecoveryTarget.Immediate, "7");
        Assert.Equal("1", Find(RecoveryTarget.Immediate, "latest", backup: late).History.Timeline.ToString());
    }

    [Fact]
    public void A_position_that_only_another_timeline_reaches_is_refused_and_the_other_named()
    {
        Forked();
        Assert.Contains("there is on timeline 2", Fails("TargetNotOnTimeline", At("0/8000100"), "1").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_position_beyond_the_archive_is_refused()
    {
        Forked();
        Assert.Contains(
            "ends with 000000020000000000000009", Fails("TargetBeyondArchive", At("0/A000100")).Message, StringComparison.Ordinal);
        // The end of a file needs nothing of the next.
        Find(At("0/A000000"));
    }

    [Fact]
    public void A_missing_segment_is_named()
    {
        Segments(1, 2, 3, 5, 6);
        Assert.Contains("000000010000000000000004", Fails("WalMissing", At("0/6000100")).Message, StringComparison.Ordinal);
        Fails("WalMissing", RecoveryTarget.EndOfWal);
        Fails("WalMissing", RecoveryTarget.AtRestorePoint("before"));
        Find(At("0/3000100"));
        Find(RecoveryTarget.Immediate);
        Assert.Equal(
            "000000010000000000000004", Assert.Single(Find(RecoveryTarget.AtRestorePoint("before"), allowGaps: true).Gaps).ToString());
    }

    [Fact]
    public void What_the_backup_itself_needs_cannot_be_done_without()
    {
        Segments(1, 3, 4);
        Fails("WalMissing", RecoveryTarget.Immediate);
        Assert.Throws<PgHaException>(() => Find(RecoveryTarget.AtTransaction(7), allowGaps: true));
    }

    [Fact]
    public void An_archive_of_another_system_is_refused()
    {
        Forked();
        Fails("ForeignSystemIdentifier", RecoveryTarget.Immediate, backup: Backup with { SystemIdentifier = new SystemIdentifier(42) });
    }
}
