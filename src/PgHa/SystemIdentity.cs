namespace PgHa;

/// <summary>Which system a server belongs to, and where it is in that system's log.</summary>
/// <param name="Server">The server that answered.</param>
/// <param name="SystemIdentifier">The number the server shares with every copy of it.</param>
/// <param name="Timeline">Its current timeline.</param>
/// <param name="Lsn">A primary's flush position; a standby's position of the last WAL it received and replayed.</param>
/// <param name="Database">The database connected to; <see langword="null"/> for a physical replication connection, which has none.</param>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/protocol-replication.html">IDENTIFY_SYSTEM</see>.</remarks>
public sealed record SystemIdentity(
    PgInstance Server, SystemIdentifier SystemIdentifier, TimelineId Timeline, Lsn Lsn, string? Database);
