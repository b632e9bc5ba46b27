namespace PgHa.Engine.Archiving;

/// <summary>The queries an archive status is made of.</summary>
internal static class ArchiveStatusQuery
{
    /// <summary>Settings, statistics and position: one row.</summary>
    public static string Server(ServerDialect dialect) => $"""
        select pg_is_in_recovery() as in_recovery, clock_timestamp() as observed_at,
               ({Replication.WalPositionSql.End(dialect)})::text as current_lsn,
               current_setting('archive_mode') as mode,
               case when current_setting('archive_mode') <> 'off' then current_setting('archive_command') end as command,
               {(dialect.HasArchiveLibrary ? "current_setting('archive_library')" : "null")} as library,
               pg_size_bytes(current_setting('wal_segment_size')) as segment_size,
               archived_count, last_archived_wal, last_archived_time, failed_count, last_failed_wal, last_failed_time, stats_reset
        from pg_stat_archiver
        """;

    /// <summary>Counts the files that wait to be archived: one row. The required privilege depends on the major version.</summary>
    /// <remarks>A file may be archived after the directory was listed and before its time is read; so a missing file is no error.</remarks>
    public static string Backlog(ServerDialect dialect)
    {
        string directory = $"{dialect.WalDirectory}/archive_status";
        string files = dialect.HasArchiveStatusListing
            ? "select name, modification from pg_ls_archive_statusdir()"
            : $"select name, (pg_stat_file('{directory}/' || name, true)).modification "
                + $"from pg_ls_dir('{directory}') name where name like '%.ready'";
        return $"""
            select count(*) as files,
                   count(*) filter (where length(name) = 30) as segments,
                   min(name) filter (where length(name) = 30) as oldest,
                   min(modification) as oldest_since
            from ({files}) f where name like '%.ready'
            """;
    }
}
