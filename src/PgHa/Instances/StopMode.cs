namespace PgHa;

/// <summary>How a server is shut down.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/server-shutdown.html">Shutting Down the Server</see>.</remarks>
public enum StopMode
{
    /// <summary>Sessions are ended, open transactions rolled back; standbys that are connected get all WAL.</summary>
    Fast,

    /// <summary>Waits until every client has left.</summary>
    Smart,

    /// <summary>Without a shutdown checkpoint: the next start replays WAL as after a crash.</summary>
    Immediate,
}
