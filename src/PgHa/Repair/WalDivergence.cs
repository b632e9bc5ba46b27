namespace PgHa;

/// <summary>Where two servers of one system parted, and how much one of them wrote or received since.</summary>
/// <param name="Timeline">The last timeline they share; <see langword="null"/> if they share none.</param>
/// <param name="Lsn">Where they parted.</param>
/// <param name="Bytes">The WAL that the other one has not.</param>
public sealed record WalDivergence(TimelineId? Timeline, Lsn Lsn, long Bytes);
