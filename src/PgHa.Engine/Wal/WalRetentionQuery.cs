using PgHa.Engine.Replication;

namespace PgHa.Engine.Wal;

/// <summary>The queries for the WAL retention of a server.</summary>
internal static class WalRetentionQuery
{
    /// <summary>Position, checkpoint and settings in bytes: one row.</summary>
    public static string Server(ServerDialect dialect) => $"""
        select pg_is_in_recovery() as in_recovery, clock_timestamp() as observed_at,
               ({WalPositionSql.End(dialect)})::text as current_lsn,
               (select redo_{dialect.LsnColumnSuffix}::text from pg_control_checkpoint()) as redo_lsn,
               {(dialect.HasWalSummarizer ? Summarized : "null")} as summarized_lsn,
               {SegmentSize} as segment_size,
               pg_size_bytes(current_setting('max_wal_size')) as max_wal_size,
               {(dialect.KeepsWalBySegments
                   ? $"current_setting('{dialect.WalKeepSetting}')::bigint * {SegmentSize}"
                   : $"pg_size_bytes(current_setting('{dialect.WalKeepSetting}'))")} as wal_keep_size,
               {(dialect.HasSlotWalStatus
                   ? "nullif(pg_size_bytes(current_setting('max_slot_wal_keep_size')), -1)"
                   : "null::bigint")} as max_slot_wal_keep_size
        """;

    /// <summary>The segments in <c>pg_wal</c>, counted: one row.</summary>
    /// <param name="dialect">The server's.</param>
    /// <param name="firstUnused">
    /// The name of the first segment after the one in use, without its timeline. The segments from there on are recycled ones.
    /// </param>
    /// <remarks>
    /// The oldest segment is found without its timeline too, because a segment of an ended timeline can be newer than one of a
    /// later timeline.
    /// </remarks>
    public static string Files(ServerDialect dialect, string firstUnused)
    {
        string files = dialect.HasWalListing
            ? "select name, size from pg_ls_waldir()"
            : $"select name, (pg_stat_file('{dialect.WalDirectory}/' || name, true)).size from pg_ls_dir('{dialect.WalDirectory}') name";
        return $"""
            select count(*) as files, coalesce(sum(size), 0)::bigint as bytes,
                   min(substr(name, 9) || left(name, 8)) as oldest,
                   coalesce(sum(size) filter (where substr(name, 9) >= '{firstUnused}'), 0)::bigint as reusable
            from ({files}) f where name ~ '^[0-9A-F]{"{24}"}$'
            """;
    }

    // Before the WAL summarizer has begun, its position is 0/0.
    private const string Summarized =
        "(select nullif(summarized_lsn, '0/0')::text from pg_get_wal_summarizer_state() where current_setting('summarize_wal')::boolean)";

    private const string SegmentSize = "pg_size_bytes(current_setting('wal_segment_size'))";
}
