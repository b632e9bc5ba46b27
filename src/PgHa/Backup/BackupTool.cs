namespace PgHa;

/// <summary>A tool that keeps base backups and the WAL that belongs to them.</summary>
public enum BackupTool
{
    /// <summary>pgBackRest. See <see href="https://pgbackrest.org/user-guide.html">its user guide</see>.</summary>
    PgBackRest,

    /// <summary>Barman. See <see href="https://docs.pgbarman.org/">its documentation</see>.</summary>
    Barman,
}
