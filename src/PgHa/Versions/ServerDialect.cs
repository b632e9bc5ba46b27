namespace PgHa;

/// <summary>
/// What differs between PostgreSQL 9.6 and 19, as one table. Nothing else in PgHa compares
/// versions: code asks the dialect for a name or a capability.
/// </summary>
/// <remarks>
/// A dialect is made for a server or for a program such as <c>pg_basebackup</c>. Where a comment
/// names a major, it is the first that has the newer form. See the
/// <see href="https://www.postgresql.org/docs/release/">release notes</see> of each.
/// </remarks>
public sealed partial class ServerDialect
{
    /// <summary>The oldest major PgHa knows the dialect of.</summary>
    public static ServerVersion Oldest { get; } = new(90_600);

    /// <summary>The newest major PgHa is tested with.</summary>
    public static ServerVersion Newest { get; } = ServerVersion.OfMajor(19);

    /// <summary>Whether PgHa was tested with the major; a newer one may differ in what it was not asked.</summary>
    internal bool IsKnown => Version.MajorVersion <= Newest;

    private ServerDialect(ServerVersion version) => Version = version;

    /// <summary>The dialect of a version; a major newer than <see cref="Newest"/> is taken to speak as that one does.</summary>
    /// <exception cref="PgHaException"><c>VersionNotSupported</c>: the version is older than 9.6.</exception>
    public static ServerDialect For(ServerVersion version) =>
        version >= Oldest
            ? new ServerDialect(version)
            : throw new PgHaException(
                ErrorIds.VersionNotSupported,
                PgHaErrorKind.NotSupported,
                $"PostgreSQL {version} is older than {Oldest}, the oldest version PgHa knows.",
                "Upgrade the server with pg_upgrade or a logical dump.");

    /// <summary>The version this dialect is of.</summary>
    public ServerVersion Version { get; }

    // ---- The files of a data directory ----

    /// <summary>The directory of the write-ahead log inside the data directory (10).</summary>
    public string WalDirectory => From(10) ? "pg_wal" : "pg_xlog";

    /// <summary>The program that prints WAL (10).</summary>
    public string WalDumpProgram => From(10) ? "pg_waldump" : "pg_xlogdump";

    /// <summary>The default of <c>log_directory</c> (10).</summary>
    public string DefaultLogDirectory => From(10) ? "log" : "pg_log";

    /// <summary>
    /// Recovery is configured in <c>recovery.conf</c>; from 12 on by ordinary settings and the files
    /// <c>standby.signal</c> and <c>recovery.signal</c>, and a leftover <c>recovery.conf</c> stops the server from starting.
    /// </summary>
    public bool UsesRecoveryConf => !From(12);

    /// <summary>The setting that names a file whose appearance promotes a standby; none from 16 on.</summary>
    public string? TriggerFileSetting => !From(12) ? "trigger_file" : !From(16) ? "promote_trigger_file" : null;

    /// <summary>The eighth line of <c>postmaster.pid</c> tells the server's state (10).</summary>
    public bool HasPostmasterStatusLine => From(10);

    // ---- Making, starting and stopping a server ----

    /// <summary><c>initdb --wal-segsize</c>; before, the size is compiled in (11).</summary>
    public bool HasWalSegmentSizeOption => From(11);

    /// <summary><c>initdb</c> makes data checksums unless <c>--no-data-checksums</c> says otherwise (18).</summary>
    public bool HasChecksumsByDefault => From(18);

    /// <summary>The default of <c>max_wal_senders</c> (10).</summary>
    public int DefaultWalSenders => From(10) ? 10 : 0;

    /// <summary>The default of <c>max_locks_per_transaction</c> (19).</summary>
    public int DefaultLocksPerTransaction => From(19) ? 128 : 64;

    /// <summary><c>pg_ctl start</c> gives the server a session of its own, so that Ctrl+C at the prompt does not reach it (12).</summary>
    public bool LeavesSessionAtStart => From(12);

    // ---- Recovery to a target ----

    /// <summary><c>recovery_target_lsn</c> (10).</summary>
    public bool HasLsnTarget => From(10);

    /// <summary>A server gives up if the WAL ends before its target; before, it is promoted there (13).</summary>
    public bool FailsWithoutTarget => From(13);

    // ---- Positions in the log ----

    /// <summary>The position written by the primary (10).</summary>
    public string CurrentWalLsnFunction => From(10) ? "pg_current_wal_lsn" : "pg_current_xlog_location";

    /// <summary>The position flushed to disk by the primary (10).</summary>
    public string CurrentWalFlushLsnFunction => From(10) ? "pg_current_wal_flush_lsn" : "pg_current_xlog_flush_location";

    /// <summary>The position received and flushed by a standby's WAL receiver (10).</summary>
    public string LastWalReceiveLsnFunction => From(10) ? "pg_last_wal_receive_lsn" : "pg_last_xlog_receive_location";

    /// <summary>The position replayed by a standby (10).</summary>
    public string LastWalReplayLsnFunction => From(10) ? "pg_last_wal_replay_lsn" : "pg_last_xlog_replay_location";

    /// <summary>The difference of two positions in bytes (10).</summary>
    public string WalLsnDiffFunction => From(10) ? "pg_wal_lsn_diff" : "pg_xlog_location_diff";

    /// <summary>Ends the current WAL file, so that it can be archived (10).</summary>
    public string SwitchWalFunction => From(10) ? "pg_switch_wal" : "pg_switch_xlog";

    /// <summary>The role whose members may run <c>CHECKPOINT</c> besides superusers (15).</summary>
    public string? CheckpointRole => From(15) ? "pg_checkpoint" : null;

    /// <summary>The name of the WAL file of a position (10).</summary>
    public string WalFileNameFunction => From(10) ? "pg_walfile_name" : "pg_xlogfile_name";

    // ---- Replay ----

    /// <summary>Pauses replay on a standby (10).</summary>
    public string ReplayPauseFunction => From(10) ? "pg_wal_replay_pause" : "pg_xlog_replay_pause";

    /// <summary>Resumes replay on a standby (10).</summary>
    public string ReplayResumeFunction => From(10) ? "pg_wal_replay_resume" : "pg_xlog_replay_resume";

    /// <summary>Whether a pause was asked for (10).</summary>
    public string IsReplayPausedFunction => From(10) ? "pg_is_wal_replay_paused" : "pg_is_xlog_replay_paused";

    /// <summary><c>pg_get_wal_replay_pause_state()</c> distinguishes a pause that was asked for from one in effect (14).</summary>
    public bool HasReplayPauseState => From(14);

    /// <summary>A promotion ends a pause of replay; before, the promotion waits until the pause ends (13).</summary>
    public bool PromotionEndsReplayPause => From(13);

    /// <summary><c>pg_promote()</c> ends recovery through SQL (12).</summary>
    public bool HasPromoteFunction => From(12);

    /// <summary><c>WAIT FOR LSN</c> returns when a standby has come to a position (19).</summary>
    public bool HasWaitForLsn => From(19);

    /// <summary><c>pg_stat_recovery</c> tells the timeline replayed, which the control file tells at restartpoints only (19).</summary>
    public bool HasRecoveryView => From(19);

    // ---- pg_stat_replication and pg_stat_wal_receiver ----

    /// <summary>The suffix of the position columns of <c>pg_stat_replication</c>: <c>sent_lsn</c> or <c>sent_location</c> (10).</summary>
    public string LsnColumnSuffix => From(10) ? "lsn" : "location";

    /// <summary><c>write_lag</c>, <c>flush_lag</c> and <c>replay_lag</c> in <c>pg_stat_replication</c> (10).</summary>
    public bool HasLagColumns => From(10);

    /// <summary><c>reply_time</c> in <c>pg_stat_replication</c> (12).</summary>
    public bool HasReplyTimeColumn => From(12);

    /// <summary>The column of <c>pg_stat_wal_receiver</c> with the position flushed to disk (13).</summary>
    public string ReceiverFlushedLsnColumn => From(13) ? "flushed_lsn" : "received_lsn";

    /// <summary><c>sender_host</c> and <c>sender_port</c> in <c>pg_stat_wal_receiver</c> (11).</summary>
    public bool HasReceiverSenderColumns => From(11);

    /// <summary><c>backend_type</c> in <c>pg_stat_activity</c>, and rows for the server's own processes (10).</summary>
    public bool HasBackendTypes => From(10);

    // ---- Slots and kept WAL ----

    /// <summary>Temporary replication slots (10).</summary>
    public bool HasTemporarySlots => From(10);

    /// <summary><c>pg_replication_slot_advance()</c> (11).</summary>
    public bool HasSlotAdvance => From(11);

    /// <summary><c>pg_copy_physical_replication_slot()</c> and <c>pg_copy_logical_replication_slot()</c> (12).</summary>
    public bool HasSlotCopy => From(12);

    /// <summary>Logical slots that decode prepared transactions, and <c>two_phase</c> in <c>pg_replication_slots</c> (14).</summary>
    public bool HasTwoPhaseSlots => From(14);

    /// <summary>Logical slots on a standby; before, only a primary decodes (16).</summary>
    public bool HasDecodingOnStandby => From(16);

    /// <summary>
    /// <c>wal_status</c> and <c>safe_wal_size</c> in <c>pg_replication_slots</c>, and <c>max_slot_wal_keep_size</c> (13).
    /// </summary>
    public bool HasSlotWalStatus => From(13);

    /// <summary>
    /// <c>inactive_since</c>, <c>failover</c>, <c>synced</c> and <c>invalidation_reason</c> in
    /// <c>pg_replication_slots</c> (17).
    /// </summary>
    public bool HasSlotInvalidationReason => From(17);

    /// <summary>
    /// <c>slotsync_skip_reason</c> of slots, and what <c>pg_stat_replication_slots</c> counts of
    /// synchronization and memory (19).
    /// </summary>
    public bool HasSlotSyncStatistics => From(19);

    /// <summary>A logical slot raises <c>effective_wal_level</c> by itself: <c>wal_level = replica</c> is enough for it (19).</summary>
    public bool RaisesWalLevelForLogicalSlots => From(19);

    /// <summary>The setting that keeps a fixed amount of WAL: a size in megabytes, or a number of segments (13).</summary>
    public string WalKeepSetting => From(13) ? "wal_keep_size" : "wal_keep_segments";

    /// <summary>That setting is a number of segments; from 13 on a size.</summary>
    public bool KeepsWalBySegments => !From(13);

    /// <summary>That setting with so large a value that a server removes and recycles no WAL while it recovers from a crash.</summary>
    public string KeepsAllWal => $"{WalKeepSetting}=1000000";

    /// <summary><c>pg_ls_waldir()</c>, which members of <c>pg_monitor</c> may call (10).</summary>
    public bool HasWalListing => From(10);

    /// <summary>
    /// <c>pg_ls_archive_statusdir()</c>, which members of <c>pg_monitor</c> may call; before,
    /// superusers list the directory (12).
    /// </summary>
    public bool HasArchiveStatusListing => From(12);

    /// <summary>The WAL summarizer (<c>summarize_wal</c>), and <c>pg_get_wal_summarizer_state()</c> (17).</summary>
    public bool HasWalSummarizer => From(17);

    /// <summary>
    /// Roles other than superusers can be granted the functions that read files, such as <c>pg_read_binary_file()</c> (11).
    /// </summary>
    public bool CanGrantFileReading => From(11);

    /// <summary><c>checksum_failures</c> in <c>pg_stat_database</c> (12).</summary>
    public bool HasChecksumFailures => From(12);

    /// <summary>
    /// A standby can keep copies of its primary's logical slots: <c>sync_replication_slots</c>,
    /// <c>synchronized_standby_slots</c> (17).
    /// </summary>
    public bool HasSlotSynchronization => From(17);

    // ---- Replication origins ----

    /// <summary>The setting that limits how many origins keep their progress (18).</summary>
    public string OriginLimitSetting => From(18) ? "max_active_replication_origins" : "max_replication_slots";

    // ---- Synchronous replication ----

    /// <summary><c>FIRST n (…)</c> and <c>ANY n (…)</c>; 9.6 knows the plain <c>n (…)</c> only (10).</summary>
    public bool HasSyncMethodKeywords => From(10);

    // ---- Which settings a reload is enough for ----

    /// <summary><c>primary_conninfo</c> and <c>primary_slot_name</c> change by reload (13).</summary>
    public bool ReloadsPrimaryConninfo => From(13);

    /// <summary><c>restore_command</c> changes by reload (14).</summary>
    public bool ReloadsRestoreCommand => From(14);

    // ---- Defaults that an older server has to be told ----

    /// <summary>
    /// A server from initdb can be replicated from: <c>wal_level</c>, <c>max_wal_senders</c> and
    /// <c>hot_standby</c> allow it (10).
    /// </summary>
    public bool IsReplicationReadyByDefault => From(10);

    /// <summary>A hot standby needs as many WAL senders (<c>max_wal_senders</c>) as its primary has (12).</summary>
    public bool HasWalSendersRequirement => From(12);

    /// <summary>Recovery follows the newest timeline unless told otherwise (12).</summary>
    public bool FollowsLatestTimelineByDefault => From(12);

    // ---- Sessions ----

    /// <summary><c>idle_session_timeout</c> (14).</summary>
    public bool HasIdleSessionTimeout => From(14);

    /// <summary><c>transaction_timeout</c> (17).</summary>
    public bool HasTransactionTimeout => From(17);

    // ---- Security ----

    /// <summary>Passwords by SCRAM-SHA-256, on the server and in libpq (10).</summary>
    public bool HasScram => From(10);

    /// <summary>
    /// The connection option <c>passfile</c> in libpq; before, the file is <c>~/.pgpass</c> or
    /// what <c>PGPASSFILE</c> names (10).
    /// </summary>
    public bool HasPassFileOption => From(10);

    /// <summary>Whether this version's libpq knows a keyword of a connection string; libpq does not connect with an unknown one.</summary>
    public bool KnowsConnectionKeyword(string keyword) =>
        LibpqKeywords.FirstMajor(keyword) is { } major && From(major);

    /// <summary>The view <c>pg_hba_file_rules</c> (10).</summary>
    public bool HasHbaFileRules => From(10);

    /// <summary><c>pg_hba.conf</c> includes other files, and <c>pg_hba_file_rules</c> says which file a rule is in (16).</summary>
    public bool HasHbaIncludes => From(16);

    private bool From(int major) => Version >= ServerVersion.OfMajor(major);
}
