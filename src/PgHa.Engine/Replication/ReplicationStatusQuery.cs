namespace PgHa.Engine.Replication;

/// <summary>The queries for a server's replication status. All are sent in one round trip.</summary>
internal static class ReplicationStatusQuery
{
    /// <summary>Role, position, identity: one row.</summary>
    /// <remarks>
    /// A primary's timeline is in the name of the WAL file that it writes. The control file has it only from the last checkpoint, or
    /// on a standby from the last restartpoint (<see cref="StandbyTimeline"/>).
    /// Each of these functions fails in the other role; PostgreSQL evaluates only the branch of a CASE that applies.
    /// </remarks>
    public static string Server(ServerDialect dialect) => $"""
        select pg_is_in_recovery() as in_recovery,
               clock_timestamp() as observed_at,
               pg_postmaster_start_time() as started_at,
               ({WalPositionSql.Current(dialect)})::text as current_lsn,
               ({WalPositionSql.End(dialect)})::text as end_lsn,
               case when pg_is_in_recovery() then null
                    else left({dialect.WalFileNameFunction}({dialect.CurrentWalLsnFunction}()), 8) end as written_timeline,
               (select system_identifier::text from pg_control_system()) as system_identifier,
               case when pg_is_in_recovery()
                    then (select greatest(c.timeline_id, r.min_recovery_end_timeline)
                          from pg_control_checkpoint() c, pg_control_recovery() r)
                    end as controlled_timeline,
               {(dialect.HasRecoveryView ? "(select last_replayed_tli from pg_stat_recovery)" : "null::int")} as replayed_timeline,
               (select rolsuper or rolreplication from pg_roles where rolname = current_user) as may_replicate,
               case when pg_is_in_recovery() then {dialect.LastWalReceiveLsnFunction}()::text end as received_lsn,
               case when pg_is_in_recovery() then {dialect.IsReplayPausedFunction}() end as paused,
               pg_last_xact_replay_timestamp() as last_replayed_commit,
               case when pg_is_in_recovery() then (select sum(conflicts)::bigint from pg_stat_database) end as conflicts,
               {(dialect.HasSlotSynchronization
                   ? "case when pg_has_role('pg_read_all_stats', 'usage') "
                       + "then exists (select from pg_stat_activity where backend_type = 'slotsync worker') end"
                   : "null::bool")} as has_slot_sync_worker
        """;

    /// <summary>The relevant settings: one row. A setting that the version lacks, or that the role may not see, is NULL.</summary>
    /// <remarks>
    /// Uses <c>current_setting()</c>, because the view <c>pg_settings</c> first makes a row for every setting, which takes longer than
    /// all other queries together.
    /// </remarks>
    public const string Settings = """
        select current_setting('synchronous_standby_names') as synchronous_standby_names,
               current_setting('synchronous_commit') as synchronous_commit,
               (select current_setting('primary_conninfo', true) from pg_roles
                where rolname = 'pg_read_all_settings' and pg_has_role(oid, 'usage')) as primary_conninfo,
               current_setting('primary_slot_name', true) as primary_slot_name,
               current_setting('restore_command', true) as restore_command,
               current_setting('cluster_name') as cluster_name,
               current_setting('archive_mode') as archive_mode,
               case when current_setting('archive_mode') <> 'off' then current_setting('archive_command') end as archive_command,
               current_setting('recovery_min_apply_delay', true)::interval as recovery_min_apply_delay,
               current_setting('sync_replication_slots', true) as sync_replication_slots,
               current_setting('synchronized_standby_slots', true) as synchronized_standby_slots,
               current_setting('hot_standby_feedback')::bool as hot_standby_feedback,
               current_setting('wal_level') as wal_level
        """;

    /// <summary>The standbys that stream from the server.</summary>
    public static string Standbys(ServerDialect dialect) => $"""
        select r.pid, r.usename::text, r.application_name, host(r.client_addr) as address, r.client_port, r.backend_start,
               r.state, r.sync_state, r.sync_priority, s.slot_name::text, s.slot_type = 'logical' as logical,
               r.sent_{dialect.LsnColumnSuffix}::text as sent, r.write_{dialect.LsnColumnSuffix}::text as written,
               r.flush_{dialect.LsnColumnSuffix}::text as flushed, r.replay_{dialect.LsnColumnSuffix}::text as replayed,
               {(dialect.HasLagColumns
                   ? "r.write_lag, r.flush_lag, r.replay_lag"
                   : "null::interval as write_lag, null::interval as flush_lag, null::interval as replay_lag")},
               {(dialect.HasReplyTimeColumn ? "r.reply_time" : "null::timestamptz as reply_time")}
        from pg_stat_replication r left join pg_replication_slots s on s.active_pid = r.pid
        order by r.application_name, r.backend_start
        """;

    /// <summary>The WAL receiver of a standby: one row while it runs.</summary>
    public static string Receiver(ServerDialect dialect) => $"""
        select pid, status, slot_name, conninfo, received_tli,
               {(dialect.HasReceiverSenderColumns ? "sender_host, sender_port" : "null as sender_host, null::int as sender_port")},
               latest_end_lsn::text, {dialect.ReceiverFlushedLsnColumn}::text as flushed_lsn,
               last_msg_send_time, last_msg_receipt_time
        from pg_stat_wal_receiver where pid is not null
        """;
}
