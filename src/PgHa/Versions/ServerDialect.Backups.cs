namespace PgHa;

/// <content>Archiving, base backups and what is made of them.</content>
public sealed partial class ServerDialect
{
    /// <summary><c>archive_library</c> (15).</summary>
    public bool HasArchiveLibrary => From(15);

    /// <summary>The setting <c>stats_temp_directory</c>; from 15 on statistics are in shared memory.</summary>
    public bool HasStatsTempDirectory => !From(15);

    /// <summary>Backup manifests, and <c>pg_verifybackup</c> to check them (13).</summary>
    public bool HasBackupManifest => From(13);

    /// <summary><c>backup_type</c> in <c>pg_stat_progress_basebackup</c>: full or incremental (19).</summary>
    public bool HasBackupType => From(19);

    /// <summary><c>pg_verifybackup</c> of backups in tar format (18).</summary>
    public bool VerifiesTarBackups => From(18);

    /// <summary><c>pg_rewind</c> takes a standby for its source, too (14).</summary>
    public bool RewindsFromStandby => From(14);

    /// <summary>
    /// <c>pg_basebackup --compress</c> takes a method, <c>lz4</c> and <c>zstd</c> among them; before, a level of gzip (15).
    /// </summary>
    public bool HasCompressionMethods => From(15);

    /// <summary><c>--no-sync</c> of <c>pg_basebackup</c> (10).</summary>
    public bool HasNoSyncOption => From(10);

    /// <summary>The function <c>pg_current_logfile()</c> (10).</summary>
    public bool HasCurrentLogFileFunction => From(10);
}
