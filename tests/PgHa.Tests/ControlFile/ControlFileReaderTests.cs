namespace PgHa.Tests;

public sealed class ControlFileReaderTests
{
    public static TheoryData<int> Majors => [.. Enumerable.Range(10, 10)];

    [Theory]
    [MemberData(nameof(Majors))]
    public void The_file_says_what_the_server_says(int major)
    {
        foreach (RecordedControlFile recorded in RecordedControlFile.OfMajor(major))
        {
            Dictionary<string, string> actual = AsServerSays(ControlData.Read(recorded.Bytes));
            foreach ((string name, string value) in recorded.Expected)
                Assert.Equal((recorded.Situation, name, Unpadded(name, value)), (recorded.Situation, name, actual[name]));
        }
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public void The_file_holds_the_settings_the_server_was_started_with(int major)
    {
        ControlData data = ControlData.Read(RecordedControlFile.Of(major, "primary, running").Bytes);
        Assert.Equal(
            ("logical", true, 57, 9, 3, 77, true),
            (data.WalLevel, data.WalLogHints, data.MaxConnections, data.MaxWorkerProcesses, data.MaxPreparedTransactions,
                data.MaxLocksPerTransaction, data.TrackCommitTimestamp));
        Assert.Equal(major < 12 ? null : 11, data.MaxWalSenders);
        Assert.True(data.AllowsRewind);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(12)]
    [InlineData(18)]
    [InlineData(19)]
    public void Settings_that_are_off_are_read_as_off(int major)
    {
        ControlData data = ControlData.Read(RecordedControlFile.Of(major, "minimal settings").Bytes);
        Assert.Equal(
            ("minimal", false, false, 100, 8, 0, major < 19 ? 64 : 128),
            (data.WalLevel, data.WalLogHints, data.TrackCommitTimestamp, data.MaxConnections, data.MaxWorkerProcesses,
                data.MaxPreparedTransactions, data.MaxLocksPerTransaction));
        Assert.False(data.HasDataChecksums);
        Assert.False(data.AllowsRewind);
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public void Only_a_stopped_server_is_cleanly_shut_down(int major)
    {
        foreach (RecordedControlFile recorded in RecordedControlFile.OfMajor(major))
            Assert.Equal(recorded.Expected["State"] == "ShutDown", ControlData.Read(recorded.Bytes).IsCleanlyShutDown);
    }

    [Fact]
    public void What_follows_the_checksum_does_not_matter()
    {
        byte[] whole = new byte[8192];
        RecordedControlFile.Of(15, "primary, running").Bytes.CopyTo(whole, 0);
        Assert.Equal(DatabaseState.InProduction, ControlData.Read(whole).State);
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public void Any_flipped_bit_is_an_error(int major)
    {
        byte[] bytes = RecordedControlFile.Of(major, "primary, running").Bytes;
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] flipped = [.. bytes];
            flipped[i] ^= 1;
            PgHaException e = Assert.Throws<PgHaException>(() => ControlData.Read(flipped));
            Assert.Equal(i is >= 8 and < 12 ? "ControlFileNotSupported" : "ControlFileDamaged", e.ErrorId);
        }
    }

    [Theory]
    [InlineData(0, "ControlFileNotSupported")]
    [InlineData(11, "ControlFileNotSupported")]
    [InlineData(12, "ControlFileDamaged")]
    [InlineData(100, "ControlFileDamaged")]
    [InlineData(291, "ControlFileDamaged")]
    public void A_file_cut_short_is_an_error(int length, string errorId)
    {
        byte[] cut = RecordedControlFile.Of(15, "primary, running").Bytes[..length];
        Assert.Equal(errorId, Assert.Throws<PgHaException>(() => ControlData.Read(cut)).ErrorId);
    }

    [Fact]
    public void A_file_of_another_byte_order_is_an_error()
    {
        byte[] bytes = new byte[8192];
        bytes[10] = 0x05;
        bytes[11] = 0x14;
        Assert.Equal("ControlFileNotSupported", Assert.Throws<PgHaException>(() => ControlData.Read(bytes)).ErrorId);
    }

    // A server of 19 pads positions with zeros.
    private static string Unpadded(string name, string value) =>
        name.EndsWith("_lsn", StringComparison.Ordinal) ? Lsn.Parse(value).ToString() : value;

    // The names and forms of pg_control_system(), pg_control_checkpoint(), pg_control_recovery() and pg_control_init().
    private static Dictionary<string, string> AsServerSays(ControlData data) => new()
    {
        ["State"] = $"{data.State}",
        ["pg_control_version"] = $"{data.ControlVersion}",
        ["catalog_version_no"] = $"{data.CatalogVersion}",
        ["system_identifier"] = $"{data.SystemIdentifier}",
        ["pg_control_last_modified"] = data.LastModified.Replace("Z", "+00", StringComparison.Ordinal),
        ["checkpoint_lsn"] = $"{data.CheckpointLsn}",
        ["redo_lsn"] = $"{data.RedoLsn}",
        ["redo_wal_file"] = $"{data.RedoWalFile}",
        ["timeline_id"] = $"{data.Timeline}",
        ["prev_timeline_id"] = $"{data.PreviousTimeline}",
        ["min_recovery_end_lsn"] = $"{data.MinimumRecoveryEndLsn ?? Lsn.Zero}",
        ["min_recovery_end_timeline"] = $"{data.MinimumRecoveryEndTimeline ?? default(TimelineId)}",
        ["backup_start_lsn"] = $"{data.BackupStartLsn ?? Lsn.Zero}",
        ["backup_end_lsn"] = $"{data.BackupEndLsn ?? Lsn.Zero}",
        ["end_of_backup_record_required"] = data.EndOfBackupRequired ? "t" : "f",
        ["bytes_per_wal_segment"] = $"{data.WalSegmentSize.Bytes}",
        ["data_page_checksum_version"] = $"{data.DataChecksumVersion}",
    };
}
