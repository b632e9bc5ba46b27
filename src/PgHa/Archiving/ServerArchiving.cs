namespace PgHa;

/// <summary>What a server knows of the WAL it has archived.</summary>
/// <param name="Server">The server.</param>
/// <param name="Timeline">The timeline it writes; <see langword="null"/> while it is a standby, which takes as archived what it merely received.</param>
/// <param name="Archived">The files in its WAL directory that it takes to be archived.</param>
public sealed record ServerArchiving(PgInstance Server, TimelineId? Timeline, IReadOnlyList<WalArchiveFileName> Archived);
