namespace PgHa;

/// <summary>What a server knows of the WAL it has archived.</summary>
/// <param name="Server">The server.</param>
/// <param name="Timeline">
/// The timeline that the server writes; <see langword="null"/> while it is a standby, which counts as
/// archived what it only received.
/// </param>
/// <param name="Archived">The files in its WAL directory that it counts as archived.</param>
public sealed record ServerArchiving(PgInstance Server, TimelineId? Timeline, IReadOnlyList<WalArchiveFileName> Archived);
