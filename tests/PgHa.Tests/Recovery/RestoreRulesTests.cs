using System.Text;

namespace PgHa.Tests.Recovery;

public sealed class RestoreRulesTests
{
    [Fact]
    public void A_target_is_the_servers_setting_and_always_pauses()
    {
        var time = new DateTimeOffset(2026, 11, 22, 13, 30, 15, 123, TimeSpan.FromHours(1));
        Assert.Equal(
            "recovery_target_time=2026-11-22 12:30:15.123000+00 recovery_target_action=pause recovery_target_inclusive=off",
            Settings(RecoveryTarget.At(time).Excluding()));
        Assert.Equal("recovery_target=immediate recovery_target_action=pause", Settings(RecoveryTarget.Immediate));
        Assert.Equal("recovery_target_lsn=0/3000148 recovery_target_action=pause", Settings(RecoveryTarget.At(Lsn.Parse("0/3000148"))));
        Assert.Equal("recovery_target_name=it's mine recovery_target_action=pause", Settings(RecoveryTarget.AtRestorePoint("it's mine")));
        Assert.Equal("recovery_target_xid=742 recovery_target_action=pause", Settings(RecoveryTarget.AtTransaction(742)));
        Assert.Equal("", Settings(RecoveryTarget.EndOfWal));
        Assert.Equal("TargetNotExclusive", Assert.Throws<PgHaException>(() => RecoveryTarget.AtRestorePoint("x").Excluding()).ErrorId);

        static string Settings(RecoveryTarget target) =>
            string.Join(' ', target.Settings().Select(setting => $"{setting.Key}={setting.Value}"));
    }

    [Fact]
    public void The_end_of_a_backup_is_in_its_history_file()
    {
        const string Text = """
            START WAL LOCATION: 0/2000028 (file 000000010000000000000002)
            STOP WAL LOCATION: 0/2000138 (file 000000010000000000000002)
            CHECKPOINT LOCATION: 0/2000060
            BACKUP METHOD: streamed
            BACKUP FROM: primary
            START TIME: 2026-11-22 12:00:00 UTC
            LABEL: nightly
            STOP TIME: 2026-11-22 12:05:10 UTC

            """;
        Assert.Equal(
            new BackupHistoryFile(Lsn.Parse("0/2000138"), new DateTimeOffset(2026, 11, 22, 12, 5, 10, TimeSpan.Zero)),
            BackupHistoryFile.TryParse(Text));
        Assert.Equal(
            TimeSpan.FromHours(-3),
            BackupHistoryFile.TryParse(Text.Replace("UTC", "-03", StringComparison.Ordinal))!.EndTime!.Value.Offset);
        // What CEST is depends on the machine.
        Assert.Null(BackupHistoryFile.TryParse(Text.Replace("UTC", "CEST", StringComparison.Ordinal))!.EndTime);
        Assert.Null(BackupHistoryFile.TryParse("1\t0/4000100\tno recovery target specified\n"));
    }

    [Fact]
    public void After_recovery_nothing_of_its_target_is_left()
    {
        IReadOnlyList<KeyValuePair<string, string>> settings = RestoredConfiguration.OfRecovery(
            RecoveryTarget.AtTransaction(742), new TimelineId(1), "false");
        ConfigurationFile file = ConfigurationFile.Parse("port = 5432 # ours\n").Set(settings);
        Assert.Contains("recovery_target_xid = 742", Encoding.UTF8.GetString(file.ToBytes()), StringComparison.Ordinal);
        Assert.Equal("port = 5432 # ours\n", Encoding.UTF8.GetString(RestoredConfiguration.AfterRecovery(file, settings).ToBytes()));
    }

    [Fact]
    public void A_restored_server_archives_only_where_it_is_told()
    {
        Assert.DoesNotContain(
            RestoredConfiguration.OfServer("r", 5433, archiveCommand: null),
            setting => setting.Key.StartsWith("archive", StringComparison.Ordinal));
        Assert.Contains(KeyValuePair.Create("archive_mode", "on"), RestoredConfiguration.OfServer("r", 5433, "true"));
        Assert.Contains(KeyValuePair.Create("hot_standby", "on"), RestoredConfiguration.OfServer("r", 5433, "true"));
    }
}
