namespace PgHa.Tests;

public sealed class ArchiveDiagnosisTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly ArchiveStatus Well = new()
    {
        Server = new PgInstance { Name = "node20", Port = 5432 },
        Role = ServerRole.Primary,
        Mode = ArchiveMode.On,
        Command = "cp %p /archive/%f",
        ArchivedCount = 3,
        LastArchivedFile = "000000010000000000000003",
        LastArchivedTime = Now.AddHours(-1),
        Backlog = Waiting(0, null),
        ObservedAt = Now,
    };

    [Fact]
    public void An_idle_server_is_well_however_long_ago_it_archived() => AssertWell(Well);

    [Fact]
    public void A_file_may_wait_for_a_while() => AssertWell(Well with { Backlog = Waiting(1, Now.AddSeconds(-5)) });

    [Fact]
    public void A_standby_archives_in_the_mode_always_only()
    {
        ArchiveStatus failing =
            Well with { Role = ServerRole.Standby, LastFailedTime = Now, FailedCount = 1, LastFailedFile = "x", Backlog = Waiting(1, Now) };

        AssertWell(failing);
        Assert.Single(ArchiveDiagnosis.Of(failing with { Mode = ArchiveMode.Always }));
        AssertWell(failing with { Mode = null });
    }

    [Fact]
    public void A_failure_counts_until_an_attempt_succeeds()
    {
        ArchiveStatus failing = Well with
        {
            LastFailedTime = Now.AddSeconds(-5),
            LastFailedFile = "000000010000000000000004",
            FailedCount = 4,
            Backlog = Waiting(2, Now.AddMinutes(-3))
        };

        AssertFinding(
            failing, WalFindingCause.ArchivingFails, isStuck: true,
            "node20 cannot archive 000000010000000000000004: the last attempt 5 s ago failed (4 in all), and its log says why; "
            + "2 files (32 MB) wait, the oldest for 3 min");
        AssertWell(failing with { LastArchivedTime = Now.AddSeconds(-4), Backlog = Waiting(0, null) });
        // Somebody took the file away.
        AssertWell(failing with { Backlog = Waiting(0, null) });
        AssertFinding(failing with { LastArchivedTime = null, Backlog = null }, WalFindingCause.ArchivingFails, isStuck: true);
    }

    [Fact]
    public void Nothing_archived_though_files_wait_is_a_standstill() => AssertFinding(
        Well with { Backlog = Waiting(1, Now.AddMinutes(-5)) }, WalFindingCause.ArchivingStalled, isStuck: true,
        "node20 has archived nothing for 5 min, and nothing failed: the command hangs, or the archiver does not run; 1 file (16 MB) waits, "
        + "the oldest for 5 min");

    [Fact]
    public void A_backlog_that_moves_is_slow_and_not_stuck() => AssertFinding(
        Well with { LastArchivedTime = Now.AddSeconds(-1), Backlog = Waiting(9, Now.AddMinutes(-5)) }, WalFindingCause.ArchivingSlow,
        isStuck: false,
        "node20 writes WAL faster than it archives it; 9 files (144 MB) wait, the oldest for 5 min");

    [Fact]
    public void No_command_is_said_before_what_follows_from_it() => AssertFinding(
        Well with { Command = null, Backlog = Waiting(3, Now.AddSeconds(-1)), LastFailedTime = Now },
        WalFindingCause.ArchivingNotConfigured, isStuck: true,
        "node20 archives nothing, because neither archive_command nor archive_library is set; 3 files (48 MB) wait");

    [Fact]
    public void A_library_will_do_instead_of_a_command() => AssertWell(Well with { Command = null, Library = "basic_archive" });

    [Theory]
    [InlineData("000000010000000000000003", "0/4000000", 0, null)]
    [InlineData("000000010000000000000003", "0/4FFFFFF", 0, null)]
    [InlineData("000000010000000000000003", "0/7000028", 3, "0/4000000")]
    [InlineData("000000010000000000000003.00000028.backup", "0/6000000", 2, "0/4000000")]
    // A position before the last file archived: the server has been rewound.
    [InlineData("000000010000000000000009", "0/3000000", 0, null)]
    public void What_waits_is_estimated_by_whole_segments(string last, string current, long files, string? oldest)
    {
        ArchiveBacklog backlog = ArchiveBacklog.Estimate(last, Lsn.Parse(current), WalSegmentSize.Default)!;

        Assert.Equal(
            (files, files * 16 << 20, oldest, true), (backlog.Files, backlog.Bytes, backlog.OldestLsn?.ToString(), backlog.IsEstimated));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("00000002.history")]
    public void What_waits_is_unknown_where_the_last_file_tells_no_position(string? last) =>
        Assert.Null(ArchiveBacklog.Estimate(last, Lsn.Parse("0/4000000"), WalSegmentSize.Default));

    [Fact]
    public void An_estimate_is_old_when_nothing_has_been_archived_since()
    {
        ArchiveStatus status =
            Well with { Backlog = ArchiveBacklog.Estimate(Well.LastArchivedFile, Lsn.Parse("0/6000000"), WalSegmentSize.Default) };

        AssertFinding(
            status, WalFindingCause.ArchivingStalled, isStuck: true,
            "node20 has archived nothing for 60 min, and nothing failed: the command hangs, or the archiver does not run; "
            + "about 2 files (32 MB) wait");
    }

    private static ArchiveBacklog Waiting(long files, DateTimeOffset? since) => new(files, files * 16 << 20, null, since);

    private static void AssertWell(ArchiveStatus status) => Assert.Empty(ArchiveDiagnosis.Of(status));

    private static void AssertFinding(ArchiveStatus status, WalFindingCause cause, bool isStuck, string? text = null)
    {
        WalFinding finding = Assert.Single(ArchiveDiagnosis.Of(status));

        Assert.Equal((cause, isStuck), (finding.Cause, (status with { Findings = [finding] }).IsStuck));
        if (text is not null)
            Assert.Equal(text, finding.Text);
    }
}
