using System.Globalization;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Replication;

/// <summary>The query for replication slots, and the conversion of its rows.</summary>
internal static class SlotQuery
{
    /// <summary>All slots, by name.</summary>
    /// <remarks>After a promotion a synchronized slot is an ordinary one, but the server still marks it as synchronized.</remarks>
    public static string Sql(ServerDialect dialect) => $"""
        select slot_name::text, slot_type, plugin::text, database::text, active, active_pid,
               {(dialect.HasTemporarySlots ? "temporary" : "false as temporary")},
               {(dialect.HasTwoPhaseSlots ? "two_phase" : "false as two_phase")},
               {(dialect.HasSlotSynchronization
                   ? "failover, synced and pg_is_in_recovery() as synced"
                   : "false as failover, false as synced")},
               restart_lsn::text, confirmed_flush_lsn::text, xmin::text, catalog_xmin::text,
               {(dialect.HasSlotWalStatus ? "wal_status, safe_wal_size" : "null as wal_status, null::bigint as safe_wal_size")},
               {(dialect.HasSlotInvalidationReason
                   ? "inactive_since, invalidation_reason"
                   : "null::timestamptz as inactive_since, null as invalidation_reason")},
               {dialect.WalLsnDiffFunction}({WalPositionSql.End(dialect)}, restart_lsn)::bigint as retained_bytes,
               (select a.application_name from pg_stat_activity a where a.pid = active_pid) as consumer,
               exists (select from pg_stat_activity where application_name like 'Patroni%') as has_patroni,
               {(dialect.HasSlotSyncStatistics
                   ? "slotsync_skip_reason, slotsync_skip_count, slotsync_last_skip, mem_exceeded_count"
                   : "null as slotsync_skip_reason, null::bigint as slotsync_skip_count, "
                       + "null::timestamptz as slotsync_last_skip, null::bigint as mem_exceeded_count")}
        from pg_replication_slots
        {(dialect.HasSlotSyncStatistics
            ? "left join (select slot_name, slotsync_skip_count, slotsync_last_skip, mem_exceeded_count "
                + "from pg_stat_replication_slots) s using (slot_name)"
            : "")}
        order by slot_name
        """;

    /// <summary>A row as a slot.</summary>
    public static ReplicationSlot Read(PgInstance server, Row row) => new()
    {
        Server = server,
        Name = row.Text("slot_name")!,
        Type = TypeOf(row),
        Tool = SlotTool.Of(row.Text("slot_name")!, TypeOf(row), row.Text("consumer"), row.Get<bool>("has_patroni")),
        Plugin = row.Text("plugin"),
        Database = row.Text("database"),
        IsActive = row.Get<bool>("active"),
        ActiveProcessId = row.Get<int?>("active_pid"),
        IsTemporary = row.Get<bool>("temporary"),
        IsTwoPhase = row.Get<bool>("two_phase"),
        IsFailover = row.Get<bool>("failover"),
        IsSynced = row.Get<bool>("synced"),
        RestartLsn = row.Lsn("restart_lsn"),
        ConfirmedFlushLsn = row.Lsn("confirmed_flush_lsn"),
        Xmin = TransactionId(row.Text("xmin")),
        CatalogXmin = TransactionId(row.Text("catalog_xmin")),
        WalStatus = Enum.TryParse(row.Text("wal_status"), ignoreCase: true, out SlotWalStatus status) ? status : null,
        SafeWalSize = row.Get<long?>("safe_wal_size"),
        InactiveSince = row.Get<DateTimeOffset?>("inactive_since"),
        InvalidationReason = row.Text("invalidation_reason"),
        SyncSkipReason = row.Text("slotsync_skip_reason") is not "none" and { } skipped ? skipped : null,
        SyncSkipCount = row.Get<long?>("slotsync_skip_count"),
        SyncLastSkip = row.Get<DateTimeOffset?>("slotsync_last_skip"),
        MemoryExceededCount = row.Get<long?>("mem_exceeded_count"),
        // A consumer may confirm WAL between the two readings.
        RetainedBytes = row.Get<long?>("retained_bytes") is { } bytes ? Math.Max(0, bytes) : null,
    };

    private static ReplicationSlotType TypeOf(Row row) =>
        row.Text("slot_type") == "logical" ? ReplicationSlotType.Logical : ReplicationSlotType.Physical;

    private static uint? TransactionId(string? text) => text is null ? null : uint.Parse(text, CultureInfo.InvariantCulture);
}
