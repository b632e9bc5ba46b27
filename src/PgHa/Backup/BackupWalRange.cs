namespace PgHa;

/// <summary>WAL that a backup needs, as its manifest tells.</summary>
/// <param name="Timeline">The timeline.</param>
/// <param name="StartLsn">From where.</param>
/// <param name="EndLsn">To where.</param>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/backup-manifest-wal-ranges.html">Backup Manifest WAL Range Object</see>.</remarks>
public sealed record BackupWalRange(TimelineId Timeline, Lsn StartLsn, Lsn EndLsn);
