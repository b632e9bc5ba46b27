namespace PgHa;

/// <summary>Whether the WAL a slot claims is still there.</summary>
/// <remarks>
/// See <c>wal_status</c> in
/// <see href="https://www.postgresql.org/docs/current/view-pg-replication-slots.html">pg_replication_slots</see>.
/// </remarks>
public enum SlotWalStatus
{
    /// <summary>All of it, within <c>max_wal_size</c>.</summary>
    Reserved,

    /// <summary>All of it, although more than <c>max_wal_size</c>.</summary>
    Extended,

    /// <summary>Some of it is removed at the next checkpoint, unless the consumer catches up before.</summary>
    Unreserved,

    /// <summary>
    /// Some of it is gone: the slot is of no use any more. Its standby may need a new clone, its logical consumer a new
    /// slot and a new copy of its tables.
    /// </summary>
    Lost,
}
