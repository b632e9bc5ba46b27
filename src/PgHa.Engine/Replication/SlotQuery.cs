using System.Globalization;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Replication;

/// <summary>The query for replication slots, and what its rows become.</summary>
internal static class SlotQuery
{
    /// <summary>All slots, by name.</summary>
    public static string Sql(ServerDialect dialect) => $"""
        select slot_name::text, slot_type, plugin::text, database::text, active, active_pid,
               {(dialect.HasTemporarySlots ? "temporary" : "false as temporary")},
               {(dialect.HasTwoPhaseSlots ? "two_phase" : "false as two_phase")},
               {(dialect.HasSlotSynchronization ? "failover, synced" : "false as failover, false as synced")},
               restart_lsn::text, confirmed_flush_lsn::text, xmin::text, catalog_xmin::text,
               {(dialect.HasSlotWalStatus ? "wal_status, safe_wal_size" : "null as wal_status, null::bigint as safe_wal_size")},
               {(dialect.HasSlotInvalidationReason ? "inactive_since, invalidation_reason" : "null::timestamptz as inactive_since, null as invalidation_reason")},
               {dialect.WalLsnDiffFunction}({WalPositionSql.End(dialect)}, restart_lsn)::bigint as retained_bytes
        from pg_replication_slots order by slot_name
        """;

    /// <summary>A row as a slot.</summary>
    public static ReplicationSlot Read(PgInstance server, Row row) => new()
    {
        Server = server,
        Name = row.Text("slot_name")!,
        Type = row.Text("slot_type") == "logical" ? ReplicationSlotType.Logical : ReplicationSlotType.Physical,
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
        // A consumer may confirm WAL between the two readings.
        RetainedBytes = row.Get<long?>("retained_bytes") is { } bytes ? Math.Max(0, bytes) : null,
    };

    private static uint? TransactionId(string? text) => text is null ? null : uint.Parse(text, CultureInfo.InvariantCulture);
}
