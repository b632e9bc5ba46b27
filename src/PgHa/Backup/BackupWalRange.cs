namespace PgHa;

/// <summary>WAL that a backup needs, as its manifest tells.</summary>
/// <param name="Timeline">The timeline.</param>
/// <param name="StartLsn">Where it begins.</param>
/// <param name="EndLsn">Where it ends.</param>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/backup-manifest-wal-ranges.html">Backup
/// Manifest WAL Range Object</see>.
/// </remarks>
public sealed record BackupWalRange(TimelineId Timeline, Lsn StartLsn, Lsn EndLsn);
