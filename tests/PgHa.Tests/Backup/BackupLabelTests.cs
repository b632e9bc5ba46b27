namespace PgHa.Tests;

public sealed class BackupLabelTests
{
    // Written by PostgreSQL 15.
    private const string Text =
        "START WAL LOCATION: 0/C00028 (file 000000010000000000000003)\n"
        + "CHECKPOINT LOCATION: 0/C00060\n"
        + "BACKUP METHOD: streamed\n"
        + "BACKUP FROM: primary\n"
        + "START TIME: 2026-11-22 08:03:41 UTC\n"
        + "LABEL: my label\n"
        + "START TIMELINE: 1\n";

    [Fact]
    public void Every_line_is_read() => Assert.Equal(
        new BackupLabel
        {
            StartLsn = Lsn.Parse("0/C00028"),
            StartWalFile = WalFileName.Parse("000000010000000000000003"),
            CheckpointLsn = Lsn.Parse("0/C00060"),
            Timeline = new TimelineId(1),
            Method = "streamed",
            IsFromStandby = false,
            StartTime = "2026-11-22 08:03:41 UTC",
            Label = "my label",
        },
        BackupLabel.Parse(Text));

    [Fact]
    public void Up_to_10_the_timeline_is_in_the_name_of_the_WAL_file() =>
        Assert.Equal(
            new TimelineId(10),
            BackupLabel.Parse(Text.Replace("START TIMELINE: 1\n", "", StringComparison.Ordinal)
                .Replace("file 00000001", "file 0000000A", StringComparison.Ordinal)).Timeline);

    [Theory]
    [InlineData("", true)]
    [InlineData("backup_manifest", true)]
    [InlineData("standby.signal", false)]
    [InlineData("recovery.signal", false)]
    [InlineData("recovery.conf", false)]
    [InlineData("postmaster.opts", false)]
    [InlineData("postmaster.pid", false)]
    public void A_directory_with_the_label_is_a_kept_backup_until_it_is_set_up_or_started(string other, bool isBackup)
    {
        Assert.Equal(isBackup, BackupLabel.IsKeptBackup(["PG_VERSION", "global", "backup_label", other]));
        Assert.False(BackupLabel.IsKeptBackup(["PG_VERSION", "global", other]));
    }

    [Theory]
    [InlineData("primary", false)]
    [InlineData("master", false)]
    [InlineData("standby", true)]
    public void It_tells_where_the_backup_was_taken(string from, bool isFromStandby) =>
        Assert.Equal(
            isFromStandby, BackupLabel.Parse(Text.Replace("FROM: primary", $"FROM: {from}", StringComparison.Ordinal)).IsFromStandby);

    [Fact]
    public void Lines_of_newer_versions_are_passed_over() =>
        Assert.Equal(BackupLabel.Parse(Text), BackupLabel.Parse(Text + "SOMETHING NEW: 0/2000028\n"));

    [Fact]
    public void An_incremental_backup_says_since_when()
    {
        Assert.Null(BackupLabel.Parse(Text).IncrementalFromLsn);
        Assert.Equal(
            Lsn.Parse("0/2000028"),
            BackupLabel.Parse(Text + "INCREMENTAL FROM LSN: 0/2000028\nINCREMENTAL FROM TLI: 1\n").IncrementalFromLsn);
    }

    [Fact]
    public void Windows_line_ends_are_read() =>
        Assert.Equal(BackupLabel.Parse(Text), BackupLabel.Parse(Text.Replace("\n", "\r\n", StringComparison.Ordinal)));

    [Theory]
    [InlineData("0/C00028 (file 000000010000000000000003)", "0/C00028", 1)]
    [InlineData("0/C00028 (file", "0-C00028 (file", 1)]
    [InlineData("(file 000000010000000000000003)", "(file 3)", 1)]
    [InlineData("CHECKPOINT LOCATION: 0/C00060", "CHECKPOINT LOCATION: nowhere", 2)]
    [InlineData("START TIMELINE: 1", "START TIMELINE: 0", 7)]
    [InlineData("LABEL: ", "LABLE: ", 0)]
    public void A_malformed_file_says_where(string right, string wrong, int line) =>
        Assert.Equal(
            line,
            Assert.Throws<MalformedTextException>(() => BackupLabel.Parse(Text.Replace(right, wrong, StringComparison.Ordinal))).Line);
}
