namespace PgHa;

/// <summary>Whether a server archives its WAL.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-ARCHIVE-MODE">archive_mode</see>.</remarks>
public enum ArchiveMode
{
    /// <summary>A primary archives; a standby archives from its promotion on.</summary>
    On,

    /// <summary>A standby archives too: what it receives or restores. It needs an archive of its own.</summary>
    Always,
}
