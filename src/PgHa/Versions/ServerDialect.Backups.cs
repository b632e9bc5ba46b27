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

    /// <summary>The function that starts a backup, with the types of its arguments (15).</summary>
    public string BackupStartFunction => From(15) ? "pg_backup_start(text,boolean)" : "pg_start_backup(text,boolean,boolean)";

    /// <summary>The call that starts a backup with a label ($1), at once or not ($2), beside other backups (15).</summary>
    public string BackupStartCall => From(15) ? "pg_backup_start($1, $2)" : "pg_start_backup($1, $2, false)";

    /// <summary>The function that ends a backup, with the types of its arguments (15).</summary>
    public string BackupStopFunction => From(15) ? "pg_backup_stop(boolean)" : "pg_stop_backup(boolean,boolean)";

    /// <summary>The call that ends a backup without waiting until its WAL is archived (15).</summary>
    public string BackupStopCall => From(15) ? "pg_backup_stop(false)" : "pg_stop_backup(false, false)";

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

    /// <summary><c>pg_basebackup</c> has the server verify checksums, unless <c>--no-verify-checksums</c> says otherwise (11).</summary>
    public bool VerifiesChecksumsInBackups => From(11);

    /// <summary><c>--no-sync</c> of <c>pg_basebackup</c> (10).</summary>
    public bool HasNoSyncOption => From(10);

    /// <summary>The function <c>pg_current_logfile()</c> (10).</summary>
    public bool HasCurrentLogFileFunction => From(10);
}
