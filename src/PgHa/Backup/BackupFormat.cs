namespace PgHa;

/// <summary>The form of a base backup.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/app-pgbasebackup.html">pg_basebackup --format</see>.</remarks>
public enum BackupFormat
{
    /// <summary>A directory laid out like a data directory.</summary>
    Plain,

    /// <summary>Archives, compressed or not: <c>base.tar</c> and one for each tablespace.</summary>
    Tar,
}
