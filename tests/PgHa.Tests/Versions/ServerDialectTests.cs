using System.Reflection;

namespace PgHa.Tests;

public sealed class ServerDialectTests
{
    // Each member with the value it has from 9.6 on and each value it changes to, as "major:value".
    private static readonly Dictionary<string, string[]> Table = new()
    {
        [nameof(ServerDialect.WalDirectory)] = ["9.6:pg_xlog", "10:pg_wal"],
        [nameof(ServerDialect.WalDumpProgram)] = ["9.6:pg_xlogdump", "10:pg_waldump"],
        [nameof(ServerDialect.DefaultLogDirectory)] = ["9.6:pg_log", "10:log"],
        [nameof(ServerDialect.UsesRecoveryConf)] = ["9.6:True", "12:False"],
        [nameof(ServerDialect.TriggerFileSetting)] = ["9.6:trigger_file", "12:promote_trigger_file", "16:"],
        [nameof(ServerDialect.HasPostmasterStatusLine)] = ["9.6:False", "10:True"],
        [nameof(ServerDialect.CurrentWalLsnFunction)] = ["9.6:pg_current_xlog_location", "10:pg_current_wal_lsn"],
        [nameof(ServerDialect.CurrentWalFlushLsnFunction)] = ["9.6:pg_current_xlog_flush_location", "10:pg_current_wal_flush_lsn"],
        [nameof(ServerDialect.LastWalReceiveLsnFunction)] = ["9.6:pg_last_xlog_receive_location", "10:pg_last_wal_receive_lsn"],
        [nameof(ServerDialect.LastWalReplayLsnFunction)] = ["9.6:pg_last_xlog_replay_location", "10:pg_last_wal_replay_lsn"],
        [nameof(ServerDialect.WalLsnDiffFunction)] = ["9.6:pg_xlog_location_diff", "10:pg_wal_lsn_diff"],
        [nameof(ServerDialect.SwitchWalFunction)] = ["9.6:pg_switch_xlog", "10:pg_switch_wal"],
        [nameof(ServerDialect.WalFileNameFunction)] = ["9.6:pg_xlogfile_name", "10:pg_walfile_name"],
        [nameof(ServerDialect.ReplayPauseFunction)] = ["9.6:pg_xlog_replay_pause", "10:pg_wal_replay_pause"],
        [nameof(ServerDialect.ReplayResumeFunction)] = ["9.6:pg_xlog_replay_resume", "10:pg_wal_replay_resume"],
        [nameof(ServerDialect.IsReplayPausedFunction)] = ["9.6:pg_is_xlog_replay_paused", "10:pg_is_wal_replay_paused"],
        [nameof(ServerDialect.HasReplayPauseState)] = ["9.6:False", "14:True"],
        [nameof(ServerDialect.PromotionEndsReplayPause)] = ["9.6:False", "13:True"],
        [nameof(ServerDialect.HasWaitForLsn)] = ["9.6:False", "19:True"],
        [nameof(ServerDialect.HasRecoveryView)] = ["9.6:False", "19:True"],
        [nameof(ServerDialect.BackupStartFunction)] =
            ["9.6:pg_start_backup(text,boolean,boolean)", "15:pg_backup_start(text,boolean)"],
        [nameof(ServerDialect.BackupStartCall)] = ["9.6:pg_start_backup($1, $2, false)", "15:pg_backup_start($1, $2)"],
        [nameof(ServerDialect.BackupStopFunction)] = ["9.6:pg_stop_backup(boolean,boolean)", "15:pg_backup_stop(boolean)"],
        [nameof(ServerDialect.BackupStopCall)] = ["9.6:pg_stop_backup(false, false)", "15:pg_backup_stop(false)"],
        [nameof(ServerDialect.VerifiesChecksumsInBackups)] = ["9.6:False", "11:True"],
        [nameof(ServerDialect.HasBackupType)] = ["9.6:False", "19:True"],
        [nameof(ServerDialect.HasPromoteFunction)] = ["9.6:False", "12:True"],
        [nameof(ServerDialect.LsnColumnSuffix)] = ["9.6:location", "10:lsn"],
        [nameof(ServerDialect.HasLagColumns)] = ["9.6:False", "10:True"],
        [nameof(ServerDialect.HasReplyTimeColumn)] = ["9.6:False", "12:True"],
        [nameof(ServerDialect.ReceiverFlushedLsnColumn)] = ["9.6:received_lsn", "13:flushed_lsn"],
        [nameof(ServerDialect.HasReceiverSenderColumns)] = ["9.6:False", "11:True"],
        [nameof(ServerDialect.HasBackendTypes)] = ["9.6:False", "10:True"],
        [nameof(ServerDialect.HasTemporarySlots)] = ["9.6:False", "10:True"],
        [nameof(ServerDialect.VerifiesTarBackups)] = ["9.6:False", "18:True"],
        [nameof(ServerDialect.RewindsFromStandby)] = ["9.6:False", "14:True"],
        [nameof(ServerDialect.HasCompressionMethods)] = ["9.6:False", "15:True"],
        [nameof(ServerDialect.HasLsnTarget)] = ["9.6:False", "10:True"],
        [nameof(ServerDialect.FailsWithoutTarget)] = ["9.6:False", "13:True"],
        [nameof(ServerDialect.HasChecksumFailures)] = ["9.6:False", "12:True"],
        [nameof(ServerDialect.HasSlotAdvance)] = ["9.6:False", "11:True"],
        [nameof(ServerDialect.HasSlotCopy)] = ["9.6:False", "12:True"],
        [nameof(ServerDialect.HasTwoPhaseSlots)] = ["9.6:False", "14:True"],
        [nameof(ServerDialect.HasDecodingOnStandby)] = ["9.6:False", "16:True"],
        [nameof(ServerDialect.OriginLimitSetting)] = ["9.6:max_replication_slots", "18:max_active_replication_origins"],
        [nameof(ServerDialect.HasSlotWalStatus)] = ["9.6:False", "13:True"],
        [nameof(ServerDialect.HasSlotSynchronization)] = ["9.6:False", "17:True"],
        [nameof(ServerDialect.HasSlotInvalidationReason)] = ["9.6:False", "17:True"],
        [nameof(ServerDialect.HasSlotSyncStatistics)] = ["9.6:False", "19:True"],
        [nameof(ServerDialect.RaisesWalLevelForLogicalSlots)] = ["9.6:False", "19:True"],
        [nameof(ServerDialect.WalKeepSetting)] = ["9.6:wal_keep_segments", "13:wal_keep_size"],
        [nameof(ServerDialect.KeepsAllWal)] = ["9.6:wal_keep_segments=1000000", "13:wal_keep_size=1000000"],
        [nameof(ServerDialect.KeepsWalBySegments)] = ["9.6:True", "13:False"],
        [nameof(ServerDialect.HasWalListing)] = ["9.6:False", "10:True"],
        [nameof(ServerDialect.HasArchiveStatusListing)] = ["9.6:False", "12:True"],
        [nameof(ServerDialect.HasWalSummarizer)] = ["9.6:False", "17:True"],
        [nameof(ServerDialect.CanGrantFileReading)] = ["9.6:False", "11:True"],
        [nameof(ServerDialect.CheckpointRole)] = ["9.6:", "15:pg_checkpoint"],
        [nameof(ServerDialect.HasSyncMethodKeywords)] = ["9.6:False", "10:True"],
        [nameof(ServerDialect.HasIdleSessionTimeout)] = ["9.6:False", "14:True"],
        [nameof(ServerDialect.HasTransactionTimeout)] = ["9.6:False", "17:True"],
        [nameof(ServerDialect.ReloadsPrimaryConninfo)] = ["9.6:False", "13:True"],
        [nameof(ServerDialect.ReloadsRestoreCommand)] = ["9.6:False", "14:True"],
        [nameof(ServerDialect.IsReplicationReadyByDefault)] = ["9.6:False", "10:True"],
        [nameof(ServerDialect.HasWalSendersRequirement)] = ["9.6:False", "12:True"],
        [nameof(ServerDialect.FollowsLatestTimelineByDefault)] = ["9.6:False", "12:True"],
        [nameof(ServerDialect.HasScram)] = ["9.6:False", "10:True"],
        [nameof(ServerDialect.HasPassFileOption)] = ["9.6:False", "10:True"],
        [nameof(ServerDialect.HasHbaFileRules)] = ["9.6:False", "10:True"],
        [nameof(ServerDialect.HasArchiveLibrary)] = ["9.6:False", "15:True"],
        [nameof(ServerDialect.HasBackupManifest)] = ["9.6:False", "13:True"],
        [nameof(ServerDialect.HasNoSyncOption)] = ["9.6:False", "10:True"],
        [nameof(ServerDialect.HasWalSegmentSizeOption)] = ["9.6:False", "11:True"],
        [nameof(ServerDialect.HasChecksumsByDefault)] = ["9.6:False", "18:True"],
        [nameof(ServerDialect.LeavesSessionAtStart)] = ["9.6:False", "12:True"],
        [nameof(ServerDialect.DefaultWalSenders)] = ["9.6:0", "10:10"],
        [nameof(ServerDialect.DefaultLocksPerTransaction)] = ["9.6:64", "19:128"],
        [nameof(ServerDialect.HasStatsTempDirectory)] = ["9.6:True", "15:False"],
        [nameof(ServerDialect.HasHbaIncludes)] = ["9.6:False", "16:True"],
        [nameof(ServerDialect.HasCurrentLogFileFunction)] = ["9.6:False", "10:True"],
    };

    private static readonly string[] Majors = ["9.6", .. Enumerable.Range(10, 10).Select(major => $"{major}")];

    private static IEnumerable<PropertyInfo> Members => typeof(ServerDialect)
        .GetProperties(BindingFlags.Instance | BindingFlags.Public)
        .Where(property => property.Name != nameof(ServerDialect.Version));

    public static TheoryData<string> MemberNames => [.. Table.Keys];

    [Fact]
    public void The_table_has_every_member() =>
        Assert.Equal(Members.Select(member => member.Name).Order(), Table.Keys.Order());

    [Theory]
    [MemberData(nameof(MemberNames))]
    public void Each_major_has_its_value(string name)
    {
        PropertyInfo member = Members.Single(property => property.Name == name);
        string expected = "";
        foreach (string major in Majors)
        {
            expected = Table[name].SingleOrDefault(entry => entry.StartsWith($"{major}:", StringComparison.Ordinal))?.Split(':')[1]
                ?? expected;
            object? actual = member.GetValue(ServerDialect.For(ServerVersion.Parse(major)));
            Assert.Equal((major, expected), (major, $"{actual}"));
        }
    }

    [Fact]
    public void A_minor_release_speaks_as_its_major() =>
        Assert.Equal("pg_xlog", ServerDialect.For(ServerVersion.Parse("9.6.24")).WalDirectory);

    [Fact]
    public void A_newer_major_is_taken_to_speak_as_the_newest_known() =>
        Assert.True(ServerDialect.For(ServerVersion.OfMajor(99)).HasSlotInvalidationReason);

    [Fact]
    public void An_older_version_is_refused()
    {
        PgHaException e = Assert.Throws<PgHaException>(() => ServerDialect.For(ServerVersion.Parse("9.5.25")));
        Assert.Equal(("VersionNotSupported", PgHaErrorKind.NotSupported), (e.ErrorId, e.Kind));
        Assert.Contains("9.5.25", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("host", "9.6")]
    [InlineData("password", "9.6")]
    [InlineData("passfile", "10")]
    [InlineData("target_session_attrs", "10")]
    [InlineData("gssencmode", "12")]
    [InlineData("tcp_user_timeout", "12")]
    [InlineData("channel_binding", "13")]
    [InlineData("ssl_min_protocol_version", "13")]
    [InlineData("ssl_max_protocol_version", "13")]
    [InlineData("sslpassword", "13")]
    [InlineData("sslsni", "14")]
    [InlineData("sslcrldir", "14")]
    [InlineData("require_auth", "16")]
    [InlineData("sslcertmode", "16")]
    [InlineData("load_balance_hosts", "16")]
    [InlineData("sslnegotiation", "17")]
    [InlineData("gssdelegation", "16")]
    [InlineData("oauth_issuer", "18")]
    [InlineData("scram_client_key", "18")]
    [InlineData("min_protocol_version", "18")]
    [InlineData("sslkeylogfile", "18")]
    [InlineData("servicefile", "19")]
    [InlineData("oauth_ca_file", "19")]
    public void A_connection_keyword_is_known_from_a_major_on(string keyword, string first)
    {
        foreach (string major in Majors)
        {
            ServerVersion version = ServerVersion.Parse(major);
            Assert.Equal(version >= ServerVersion.Parse(first), ServerDialect.For(version).KnowsConnectionKeyword(keyword));
        }
    }

    [Fact]
    public void An_unknown_connection_keyword_is_known_to_no_major() =>
        Assert.False(ServerDialect.For(ServerDialect.Newest).KnowsConnectionKeyword("frobnicate"));
}
